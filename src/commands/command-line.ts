import { BadInput } from '../failures.ts';
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

/** The words that clipanion is to read: each flag in its long form, and after -- the rest. Throws BadInput. */
export function argumentsFor(
  command: CommandDeclaration,
  { tokens, words }: Pick<ReadCommandLine, 'tokens' | 'words'>,
): string[] {
  const hint = `See '${PROGRAM} ${command.name} --help' for usage.`;
  const given = new Map<FlagDeclaration, string[]>();
  for (const token of tokens) {
    const problem = problemOf(token, command.flags);
    if (problem) throw new BadInput(problem.message, { hint: joined(problem.suggestion, hint) });
    if (token.kind !== 'flag') continue;
    const { flag, value } = token;
    if (flag.takes === 'values') given.set(flag, [...(given.get(flag) ?? []), ...listed(flag, value ?? '')]);
    else given.set(flag, [flagArgument(flag, value, hint)]);
  }
  checkWords(command, words, hint);
  const flags = [...given].flatMap(([flag, values]) =>
    flag.takes === 'values' ? values.map((value) => `${flag.name}=${value}`) : values.filter((value) => value !== ''),
  );
  return [...command.name.split(' '), ...flags, '--', ...words];
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
    if (problem) return new BadInput(problem.message, { hint: joined(problem.suggestion, hint) });
    return new BadInput(prefix ? `"${prefix}" needs a command after it` : 'a command is needed', { hint });
  }
  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  const known = prefix
    ? names.filter((name) => name.startsWith(`${prefix} `)).map((name) => name.slice(prefix.length + 1))
    : [...names.map((name) => name.replace(/ .*/s, '')), 'help', 'options'];
  const suggestion = didYouMean(nearestWord(typed, known));
  return new BadInput(`unknown command "${typed}" for "${whole}"`, { hint: joined(suggestion, hint) });
}

function problemOf(token: Token, flags: readonly FlagDeclaration[]) {
  if (!('message' in token)) return undefined;
  const { message } = token;
  if (token.kind !== 'unknown flag' || !token.written.startsWith('--')) return { message, suggestion: undefined };
  const names = flags.filter(({ hidden }) => !hidden).flatMap(({ names: all }) => all);
  const long = [...names, '--help'].filter((name) => name.startsWith('--'));
  return { message, suggestion: didYouMean(nearestWord(token.written, long)) };
}

function didYouMean(word: string | undefined): string | undefined {
  return word === undefined ? undefined : `Did you mean "${word}"?`;
}

function joined(...lines: (string | undefined)[]): string {
  return lines.filter((line) => line !== undefined).join('\n');
}

/** One argument for clipanion; '' where the flag is to be left out. */
function flagArgument(
  { name, names, takes, default: standard }: FlagDeclaration,
  value: string | undefined,
  hint: string,
) {
  if (takes !== 'boolean') return value === undefined ? name : `${name}=${value}`;
  const on = booleanOf(value ?? 'true');
  if (on === undefined) {
    throw new BadInput(`invalid argument "${value}" for "${names.join(', ')}": expected true or false`, { hint });
  }
  // A string that tolerates to be without a value is told it; a boolean of clipanion's cannot be.
  if (typeof standard === 'string') return `${name}=${on}`;
  if (on) return name;
  return name.startsWith('--no-') ? '' : `--no-${name.slice(2)}`;
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

function checkWords({ arguments: declared }: CommandDeclaration, words: readonly string[], hint: string): void {
  const missing = declared.filter(({ required }) => required)[words.length];
  if (missing) {
    const howMany = missing.rest ? 'at least' : 'exactly';
    throw new BadInput(`${howMany} one ${missing.name.toUpperCase()} is required, got 0`, { hint });
  }
  const extra = declared.some(({ rest }) => rest) ? [] : words.slice(declared.length);
  if (extra.length > 0) throw new BadInput(`extra arguments: [${extra.join(' ')}]`, { hint });
}
