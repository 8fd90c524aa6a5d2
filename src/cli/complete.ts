import type { Takes } from '../commands/verb.ts';
import type { CommandDeclaration, FlagDeclaration } from './command-declaration.ts';
import { readCommandLine } from './command-line.ts';
import type { Token } from './tokens.ts';

/** Something that may stand where the cursor is. */
export interface Candidate {
  text: string;
  description?: string;
}

/** What the shell is to do with the candidates, as cobra's ShellCompDirective (github.com/spf13/cobra completions.go). */
export const directives = {
  /** The shell offers files, if there is no candidate. */
  files: 0,
  noFiles: 4,
  /** No files, and the word goes on behind the candidate. */
  noFilesNoSpace: 6,
  /** The candidates are endings of files' names. */
  filesEndingIn: 8,
} as const;

export interface Completion {
  candidates: Candidate[];
  directive: (typeof directives)[keyof typeof directives];
}

/** Where names come from that are not ours. Each answers soon, and with nothing where something is wrong. */
export interface NameSources {
  deployments(): Promise<string[]>;
  /** Of the deployment of this name. */
  predictors(deployment: string): Promise<string[]>;
  components(deployment: string): Promise<string[]>;
  containers(deployment: string): Promise<string[]>;
  namespaces(): Promise<string[]>;
  contexts(): Promise<string[]>;
  clusters(): Promise<string[]>;
  users(): Promise<string[]>;
}

/** Loaded only when a name is asked for. */
type LateSources = () => Promise<NameSources>;

/** What may stand as the last of the words after the program's name. `sourcesFor` is given the flags before it. */
export async function complete(
  words: readonly string[],
  commands: readonly CommandDeclaration[],
  sourcesFor: (tokens: readonly Token[]) => NameSources | Promise<NameSources>,
): Promise<Completion> {
  const typed = words.at(-1) ?? '';
  const line = readCommandLine(words.slice(0, -1), commands);
  const sources = async () => await sourcesFor(line.tokens);
  const last = line.tokens.at(-1);
  if (last?.kind === 'no value') return await valuesOf(last.flag, typed, line.words, sources);
  const flags = line.command?.flags ?? commonFlags(commands);
  if (typed.startsWith('-') && !line.ended) {
    const equals = typed.indexOf('=');
    if (equals < 0) return only(flagNames(flags, line.tokens), typed);
    const flag = flags.find(({ names }) => names.includes(typed.slice(0, equals)));
    return flag ? await valuesOf(flag, typed.slice(equals + 1), line.words, sources) : only([], '');
  }
  const before = line.command ? [...line.command.name.split(' '), ...line.words] : line.words;
  const next = nextWords(before[0] === 'help' ? before.slice(1) : before, commands);
  if (!line.command) return only(before.length === 0 ? [...next, ...furtherCommands] : next, typed);
  const declared = line.command.arguments;
  const argument = declared[line.words.length] ?? declared.find(({ rest }) => rest);
  if (!argument) return only(next, typed);
  const argued = await valuesFor(argument.of, typed, line.words, sources);
  if (argued) return { ...argued, candidates: [...argued.candidates, ...only(next, typed).candidates] };
  if (!line.command.usesCluster) return only([], typed);
  if (argument.name.startsWith(OF_PREDICTORS) && line.words.length > 0) {
    return await predictorWords(argument.name, typed, line.words, sources);
  }
  return only(await deploymentNames(typed, line.words, sources), typed);
}

/** How an argument is called that begins with the name of a deployment and goes on with predictors of it. */
const OF_PREDICTORS = 'NAME PREDICTOR';

/** main, or main= where a weight follows. */
async function predictorWords(
  argument: string,
  typed: string,
  given: readonly string[],
  sources: LateSources,
): Promise<Completion> {
  const after = argument.slice(OF_PREDICTORS.length).startsWith('=') ? '=' : '';
  const names = await namesOf('predictors', given, sources);
  const open = names.map((name) => `${name}${after}`).filter((word) => !given.some((one) => one.startsWith(word)));
  return withoutSpace(only(open.map(candidate), typed));
}

type OfDeployment = 'predictors' | 'components' | 'containers';

function isOfDeployment(what: keyof NameSources): what is OfDeployment {
  return ['predictors', 'components', 'containers'].includes(what);
}

/** What a deployment has is that of the first deployment on the line: iris, sdep/iris. */
async function namesOf(
  what: keyof NameSources,
  [first = '']: readonly string[],
  sources: LateSources,
): Promise<string[]> {
  const deployment = first.replace(/^.*\//, '');
  if (!isOfDeployment(what)) return await (await sources())[what]();
  return deployment === '' ? [] : await (await sources())[what](deployment);
}

/** Those that cli.ts answers itself. */
const furtherCommands: readonly Candidate[] = [
  { text: 'help', description: 'Help about any command' },
  { text: 'options', description: 'List the flags that all commands have' },
];

function commonFlags(commands: readonly CommandDeclaration[]): FlagDeclaration[] {
  return commands.find(({ usesCluster }) => usesCluster)?.flags.filter(({ common }) => common) ?? [];
}

/** All spellings of the flags that may still be given. */
function flagNames(flags: readonly FlagDeclaration[], tokens: readonly Token[]): Candidate[] {
  const given = new Set(tokens.flatMap((token) => (token.kind === 'flag' ? [token.flag] : [])));
  const possible = flags.filter((flag) => !flag.hidden && (flag.takes === 'values' || !given.has(flag)));
  const named = possible.flatMap(({ names, description }) => names.map((text) => ({ text, description })));
  return [...named, { text: '--help', description: 'Help about this command' }].sort((a, b) =>
    a.text < b.text ? -1 : 1,
  );
}

/** The words that lead on from these to the name of a command. */
function nextWords(before: readonly string[], commands: readonly CommandDeclaration[]): Candidate[] {
  const start = before.map((word) => `${word} `).join('');
  const candidates = new Map<string, Candidate>();
  for (const { name, description } of commands) {
    if (!name.startsWith(start)) continue;
    const [text = '', ...more] = name.slice(start.length).split(' ');
    if (!candidates.has(text)) candidates.set(text, more.length > 0 ? { text } : { text, description });
  }
  return [...candidates.values()];
}

async function valuesOf(
  flag: FlagDeclaration,
  typed: string,
  given: readonly string[],
  sources: LateSources,
): Promise<Completion> {
  if (flag.takes === 'boolean') return only(['true', 'false'].map(candidate), typed);
  // Of a list with commas, the last one.
  const before = typeof flag.of === 'object' ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
  return (await valuesFor(flag.of, typed, given, sources, before)) ?? only([], typed);
}

/** Undefined where any text may stand. */
async function valuesFor(
  of: Takes | undefined,
  typed: string,
  given: readonly string[],
  sources: LateSources,
  before = '',
): Promise<Completion | undefined> {
  if (of === undefined) return undefined;
  if (of === 'files') return { candidates: [], directive: directives.files };
  if (of === 'manifests') {
    return { candidates: ['json', 'yaml', 'yml'].map(candidate), directive: directives.filesEndingIn };
  }
  const words = typeof of === 'string' ? await namesOf(of, given, sources) : of.map((word) => before + word);
  return withoutSpace(only(words.map(candidate), typed));
}

/** Names of deployments, written as the word begins: iris, sdep/iris. */
async function deploymentNames(typed: string, given: readonly string[], sources: LateSources): Promise<Candidate[]> {
  const resource = /^[a-z0-9.]+\//i.exec(typed)?.[0] ?? '';
  const names = await (await sources()).deployments();
  return names
    .map((name) => resource + name)
    .filter((name) => !given.includes(name))
    .map(candidate);
}

function candidate(text: string): Candidate {
  return { text };
}

function only(candidates: readonly Candidate[], typed: string): Completion {
  return { candidates: candidates.filter(({ text }) => text.startsWith(typed)), directive: directives.noFiles };
}

/** Behind 'scaled=' follows a number, at once. */
function withoutSpace({ candidates, directive }: Completion): Completion {
  const goesOn = candidates.length > 0 && candidates.every(({ text }) => text.endsWith('='));
  return { candidates, directive: goesOn ? directives.noFilesNoSpace : directive };
}

/** As kubectl and cobra's scripts for shells read it. */
export function writtenCompletion({ candidates, directive }: Completion): string {
  const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');
  const lines = candidates.map(({ text, description }) => (description ? `${text}\t${oneLine(description)}` : text));
  return `${[...lines, `:${directive}`].join('\n')}\n`;
}
