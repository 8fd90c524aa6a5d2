import { formatMarkdownish } from 'clipanion';
import { NoLimits } from 'clipanion/lib/core.js';
import { connectionFlags } from '../commands/connection.ts';
import { TAKES, type Verb } from '../commands/verb.ts';
import type { ArgumentDeclaration, CommandDeclaration, FlagDeclaration } from './command-declaration.ts';
import { type DeclaredOption, declaredOptions, NO_CONTEXT, NOTHING_SAID, OptionBuilder } from './given-values.ts';

/** What verbs declare of themselves, under their headings, in the order in which help lists them. */
export function declarations(groups: Readonly<Record<string, readonly Verb[]>>): CommandDeclaration[] {
  return Object.entries(groups).flatMap(([group, verbs]) => verbs.map((verb) => declarationOf(verb, group)));
}

function declarationOf(
  { names, description, details, examples = [], usage, flags }: Verb,
  group: string,
): CommandDeclaration {
  const [name, ...aliases] = names;
  const flagsSaid: FlagDeclaration[] = [];
  const argumentsSaid: ArgumentDeclaration[] = [];
  for (const [key, option] of declaredOptions(flags)) {
    const builder = new OptionBuilder();
    option.definition(builder, key);
    const [flag] = builder.options;
    if (flag) flagsSaid.push(flagDeclaration(flag, option));
    else argumentsSaid.push({ ...argument(builder), of: option[TAKES] });
  }
  return {
    name,
    aliases,
    group,
    description,
    details: details === undefined ? description : wrapped(details),
    examples,
    flags: flagsSaid,
    arguments: argumentsSaid,
    usage: usage ?? argumentsSaid.map(argumentUsage).join(' '),
    usesCluster: declaredOptions(flags).some(([, option]) => isOption(option, connectionFlags.server)),
  };
}

function argumentUsage({ name, required, rest }: ArgumentDeclaration): string {
  const word = `${name.toUpperCase()}${rest ? '...' : ''}`;
  return required ? word : `[${word}]`;
}

/**
 * In lines, as clipanion breaks them; it leaves the blank at which it does. A line that begins with a flag would be an item
 * of a list to it.
 */
function wrapped(details: string): string {
  const plain = (text: string) => text;
  const format = { header: plain, bold: plain, error: plain, code: plain };
  const text = details.replaceAll(/(?<=\S)[ \t]*\n[ \t]*(?!- )(?=\S)/g, ' ');
  return formatMarkdownish(text, { format, paragraphs: true }).trim().replaceAll(/ +$/gm, '');
}

function argument({ arity: { leading, extra }, rest }: OptionBuilder): Omit<ArgumentDeclaration, 'of'> {
  const [optional] = extra === NoLimits ? [rest] : extra;
  return { name: leading[0] ?? optional ?? '', required: leading.length > 0, rest: extra === NoLimits };
}

function flagDeclaration(
  { names, arity, hidden, description = '', allowBinding }: OptionBuilder['options'][number],
  option: DeclaredOption,
): FlagDeclaration {
  const [first = ''] = names;
  const name = names.find((one) => one.startsWith('--')) ?? first;
  const standard = valueAfter(option, []) as FlagDeclaration['default'];
  const collects = Array.isArray(valueAfter(option, [{ name: first, value: '' }]));
  // Of a string that may stay without a value, only the default tells whether it is one of these two.
  const isBoolean = !allowBinding || ['true', 'false'].includes(`${standard}`);
  const takes = arity > 0 ? (collects ? 'values' : 'value') : isBoolean ? 'boolean' : 'optional value';
  const common = Object.values(connectionFlags).some((one) => isOption(option, one));
  return { names, name, takes, default: standard, description, hidden, of: option[TAKES], common };
}

/** What it comes to after a command line with these flags. */
function valueAfter(option: DeclaredOption, options: { name: string; value: string }[]): unknown {
  return option.transformer(new OptionBuilder(), '', { ...NOTHING_SAID, options }, NO_CONTEXT);
}

/** clipanion says of a declaration that it is its value. */
function isOption(option: DeclaredOption, declared: unknown): boolean {
  return option === declared;
}
