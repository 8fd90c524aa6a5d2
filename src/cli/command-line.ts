import { shellWord } from '../advice/shell-word.ts';
import { BadInput } from '../failures.ts';
import { ownValue } from '../own-values.ts';
import { nearestWord } from '../text/nearest-word.ts';
import type { CommandDeclaration, FlagDeclaration } from './command-declaration.ts';
import { PROGRAM } from './program-name.ts';
import { type Token, type Tokens, tokensOf } from './tokens.ts';

/** A command line, before it is known to be right. */
export interface ReadCommandLine extends Tokens {
  /** The command that is meant; undefined when its words are none. */
  command: CommandDeclaration | undefined;
  /** The words after the command's own. */
  words: string[];
  /** Of a command that is not one alone, but begins others: 'sandbox' of 'sandbox start'. */
  prefix: string;
}

/** Flags may stand before the command and after it, as with kubectl. Never throws. */
export function readCommandLine(args: readonly string[], commands: readonly CommandDeclaration[]): ReadCommandLine {
  const anyFlag = (name: string) => commands.flatMap(({ flags }) => flags).find(({ names }) => names.includes(name));
  const first = tokensOf(args, anyFlag);
  const words = wordsIn(first);
  const { command, length } = commandIn(words, commands);
  if (!command) return { ...first, command, words, prefix: prefixIn(words, commands) };
  // Its own flags: -f is another flag of another command.
  const again = tokensOf(args, (name) => command.flags.find(({ names }) => names.includes(name)) ?? undefined);
  const named = new Set([command.name, ...command.aliases]);
  const own = wordsIn(again);
  // Unless the command's own flags read the words before it otherwise.
  const rest = named.has(own.slice(0, length).join(' ')) ? own.slice(length) : words.slice(length);
  return { ...again, command, words: rest, prefix: '' };
}

/** The command that words begin with: the longest, so that another command may be called like the beginning of one. */
function commandIn(words: readonly string[], commands: readonly CommandDeclaration[]) {
  for (let length = Math.min(words.length, LONGEST); length > 0; length--) {
    const typed = words.slice(0, length).join(' ');
    const command = commands.find(({ name, aliases }) => name === typed || aliases.includes(typed));
    if (command) return { command, length };
  }
  return { command: undefined, length: 0 };
}

/** Words in the name of a command. */
const LONGEST = 3;

function prefixIn([first = '']: readonly string[], commands: readonly CommandDeclaration[]): string {
  return commands.some(({ name }) => name.startsWith(`${first} `)) ? first : '';
}

function wordsIn({ tokens }: Tokens): string[] {
  return tokens.flatMap((token) => (token.kind === 'word' ? [token.text] : []));
}

export function asksForHelp({ tokens }: Tokens): boolean {
  return tokens.some(({ kind }) => kind === 'help');
}

/** What a line says to its command, once it is known to be right. */
export interface CheckedLine {
  /** Each flag by its long form, in the order of the line; true where it needs no value and has none. */
  options: { name: string; value: string | boolean }[];
  words: string[];
}

/** Throws BadInput for what the command does not take. */
export function checkedLine(
  command: Pick<CommandDeclaration, 'name' | 'flags' | 'arguments'>,
  { tokens, words }: Pick<ReadCommandLine, 'tokens' | 'words'>,
): CheckedLine {
  const hint = `See '${PROGRAM} ${command.name} --help' for usage.`;
  const options = tokens.flatMap((token) => {
    const problem = problemOf(token, command.flags);
    if (problem) throw new BadInput(problem.message, { details: given(problem.suggestion), hint });
    if (token.kind !== 'flag') return [];
    const { flag, value } = token;
    return valuesOf(flag, value, hint).map((one) => ({ name: flag.name, value: one }));
  });
  checkWords(command, words, hint);
  return { options, words };
}

/** What is wrong with a line that names no command. */
export function unknownCommand(
  { tokens, words, prefix }: ReadCommandLine,
  commands: readonly CommandDeclaration[],
): BadInput {
  const whole = prefix ? `${PROGRAM} ${prefix}` : PROGRAM;
  const hint = `See '${whole} --help' for usage.`;
  const typed = words[prefix ? 1 : 0];
  if (typed === undefined) {
    const flags = commands.flatMap((command) => command.flags.filter(({ common }) => common));
    const problem = tokens.map((token) => problemOf(token, flags)).find((one) => one !== undefined);
    if (problem) return new BadInput(problem.message, { details: given(problem.suggestion), hint });
    return new BadInput(prefix ? `"${prefix}" needs a command after it` : 'a command is needed', { hint });
  }
  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  const known = prefix
    ? names.filter((name) => name.startsWith(`${prefix} `)).map((name) => name.slice(prefix.length + 1))
    : [...names.map((name) => name.replace(/ .*/s, '')), 'help', 'options'];
  const suggestion = (!prefix && ownValue(OF_KUBECTL, typed)) || didYouMean(nearestWord(typed, known));
  return new BadInput(`unknown command "${typed}" for "${whole}"`, { details: given(suggestion), hint });
}

/** What kubectl's words are called here. */
const OF_KUBECTL: Readonly<Record<string, string>> = {
  get: 'list shows deployments, and status shows one with everything that it owns',
  describe: 'status shows a deployment with everything that it owns, and diagnose explains why it is not available',
  edit: 'Change the file, and apply it',
  rollout: 'wait --for=available waits for a rollout, and status shows it',
};

function problemOf(token: Token, flags: readonly FlagDeclaration[]) {
  if (!('message' in token)) return undefined;
  const { message } = token;
  if (token.kind === 'unknown flag' && /^(-k|--kustomize)/.test(token.written) && flags.some(takesFiles)) {
    return { message, suggestion: `Build it first: kubectl kustomize DIR | ${PROGRAM} … -f -` };
  }
  if (token.kind !== 'unknown flag' || !token.written.startsWith('--')) return { message, suggestion: undefined };
  const names = flags.filter(({ hidden }) => !hidden).flatMap(({ names: all }) => all);
  const long = [...names, '--help'].filter((name) => name.startsWith('--'));
  // As some tools call it, and people who remember that.
  const nearest = nearestWord(token.written, long.includes('--filename') ? [...long, '--file'] : long);
  return { message, suggestion: didYouMean(nearest === '--file' ? '--filename' : nearest) };
}

function takesFiles({ names }: FlagDeclaration): boolean {
  return names.includes('--filename');
}

function didYouMean(word: string | undefined): string | undefined {
  return word === undefined ? undefined : `Did you mean "${word}"?`;
}

function given(suggestion: string | undefined): string[] {
  return suggestion === undefined ? [] : [suggestion];
}

function valuesOf(flag: FlagDeclaration, value: string | undefined, hint: string): (string | boolean)[] {
  const { names, takes, default: standard } = flag;
  if (takes === 'values') return listed(flag, value ?? '');
  if (takes !== 'boolean') return [value ?? true];
  const on = booleanOf(value ?? 'true');
  if (on === undefined) {
    throw new BadInput(`invalid argument "${value}" for "${names.join(', ')}": expected true or false`, { hint });
  }
  // clipanion has no true or false that is true without being said: it is a string that tolerates to be without a value.
  return [typeof standard === 'string' ? `${on}` : on];
}

/** As Go reads them (https://pkg.go.dev/strconv#ParseBool). */
export function booleanOf(text: string): boolean | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  return undefined;
}

/** The flags in which kubectl takes a list with commas, as of a line of CSV, instead of one value (pflag's StringSlice). */
const LISTS = ['--filename', '--types'];

function listed({ name }: FlagDeclaration, value: string): string[] {
  if (!LISTS.includes(name) || value === '') return [value];
  return [...value.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

function checkWords(
  { name, flags, arguments: declared }: Pick<CommandDeclaration, 'name' | 'flags' | 'arguments'>,
  words: readonly string[],
  hint: string,
): void {
  const missing = declared.filter(({ required }) => required)[words.length];
  if (missing) {
    const howMany = missing.rest ? 'at least' : 'exactly';
    throw new BadInput(`${howMany} one ${missing.name.toUpperCase()} is required, got 0`, { hint });
  }
  const extra = declared.some(({ rest }) => rest) ? [] : words.slice(declared.length);
  if (extra.length === 0) return;
  const takesFiles = flags.some((flag) => flag.name === '--filename');
  const file = takesFiles ? extra.find((word) => /\.(?:ya?ml|json)$|^https?:|\//i.test(word)) : undefined;
  const suggestion = file === undefined ? undefined : `Files need -f: ${name} -f ${shellWord(file)}`;
  throw new BadInput(`extra arguments: [${extra.join(' ')}]`, { details: given(suggestion), hint });
}
