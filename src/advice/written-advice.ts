import type { Advice, AdvisedCommand, Sentence } from './advice.ts';
import type { Invocation } from './invocation.ts';
import { shellWord } from './shell-word.ts';

/** For a person to read, with commands to copy; '' where nothing is left of it to say. */
export function writtenAdvice(advice: Advice, invocation: Invocation): string {
  return typeof advice === 'string' ? advice : (written(advice, invocation) ?? '');
}

/** Each that there is something left of to say. */
export function writtenLines(lines: readonly Advice[], invocation: Invocation): string[] {
  return lines.map((line) => writtenAdvice(line, invocation)).filter((line) => line !== '');
}

function written({ parts, lasting }: Sentence, invocation: Invocation): string | undefined {
  if (lasting && invocation.sandbox) return undefined;
  const texts = parts.map((part) => {
    if (typeof part === 'string') return part;
    return 'parts' in part ? (written(part, invocation) ?? '') : command(part, invocation);
  });
  return texts.includes(undefined) ? undefined : texts.join('');
}

/** Undefined for what cannot work when it is typed: in a sandbox, which ends with this process. */
function command(advised: AdvisedCommand, invocation: Invocation): string | undefined {
  const { words, namespace, namespaceAsGiven } = advised;
  const connection = connectionOf(advised, invocation);
  if (!connection) return undefined;
  const inNamespace = namespace ?? (namespaceAsGiven ? invocation.namespace : undefined);
  const all = [...words, ...(inNamespace ? ['-n', inNamespace] : []), ...connection];
  return all.map(shellWord).join(' ');
}

function connectionOf({ on, meanwhile }: AdvisedCommand, invocation: Invocation): readonly string[] | undefined {
  const { kubeconfig, connection, sandbox } = invocation;
  if (sandbox) return meanwhile && sandbox.server ? [`--server=${sandbox.server}`] : undefined;
  const file = kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`];
  return on === 'kubeconfig' ? file : [...file, ...connection];
}
