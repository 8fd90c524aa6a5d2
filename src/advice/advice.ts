/**
 * What is said to a person, with the commands in it as data. Nobody but written-advice.ts makes text of a command: there
 * it gets the flags of the connection, so that it acts on the cluster that this command line names.
 */
export type Advice = string | Sentence;

/** Left out as a whole where a command of its own cannot be given; a sentence within it is left out by itself. */
export interface Sentence {
  readonly parts: readonly (string | AdvisedCommand | Sentence)[];
  /** Whether it is about what is there after this process has ended: of a cluster in memory nothing is. */
  readonly lasting?: true;
}

export interface AdvisedCommand {
  /** From 'kubectl' on, each word as the program is to get it; -n NAMESPACE and the flags of the connection follow. */
  readonly words: readonly string[];
  /** What it acts on, and so the flags that it needs. */
  readonly on: 'cluster' | 'kubeconfig';
  readonly namespace: string | undefined;
  /** Whether -n of this command line is meant where it names no namespace of its own. */
  readonly namespaceAsGiven?: boolean;
  /** Whether it is for the time in which this process goes on; all others are typed after it has ended. */
  readonly meanwhile?: boolean;
}

interface CommandOptions {
  /** For what is in no namespace, or in all of them (-A), none. */
  namespace?: string | undefined;
  namespaceAsGiven?: boolean;
  meanwhile?: boolean;
}

/** advice`to remove it: ${kubectl(['delete', 'pod', name], { namespace })}` */
export function advice(texts: TemplateStringsArray, ...between: readonly (Advice | AdvisedCommand)[]): Sentence {
  return { parts: texts.flatMap((text, index) => [text, ...between.slice(index, index + 1)]) };
}

/** As `advice`, of what is there after this process has ended. */
export function lastingAdvice(texts: TemplateStringsArray, ...between: readonly (Advice | AdvisedCommand)[]): Sentence {
  return { ...advice(texts, ...between), lasting: true };
}

/** A command of kubectl that acts on the cluster. */
export function kubectl(words: readonly string[], options: CommandOptions = {}): AdvisedCommand {
  return { namespace: undefined, ...options, words: ['kubectl', ...words], on: 'cluster' };
}

/** A command of this program. */
export function ourCommand(words: readonly string[], options: CommandOptions = {}): AdvisedCommand {
  return kubectl(['seldon-lifecycle', ...words], options);
}

/** A command of `kubectl config`, which reads or changes the kubeconfig and asks no cluster. */
export function kubectlConfig(...words: readonly string[]): AdvisedCommand {
  return { words: ['kubectl', 'config', ...words], on: 'kubeconfig', namespace: undefined };
}
