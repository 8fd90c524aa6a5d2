import { goDuration, parseGoDuration } from '../text/go-duration.ts';
import type { CommandDeclaration, FlagDeclaration } from './command-declaration.ts';
import { PROGRAM } from './program-name.ts';

const INTRODUCTION = 'Deploys, scales and deletes Seldon Core v1 models, and shows why when they cannot serve.';

const exitCodeMeanings: readonly [code: string, meaning: string][] = [
  ['0', 'done'],
  ['1', 'the API server or this plugin failed'],
  ['2', 'wrong usage or bad input; nothing was changed'],
  ['3', 'the cluster is not ready: unreachable, access denied, or Seldon Core is missing'],
  ['4', 'timed out'],
  ['5', 'the deployment failed'],
  ['6', 'the sync source denied access (401 or 403)'],
  ['7', 'differences found (diff, sync --exit-code)'],
  ['130', 'interrupted (143 when terminated)'],
];

const MORE_ABOUT_COMMANDS = `Use "${PROGRAM} <command> --help" for more information about a given command.`;
const MORE_OPTIONS = `Use "${PROGRAM} options" for a list of global command-line options (applies to all commands).`;

/** The help of the whole program, in kubectl's layout. */
export function programHelp(commands: readonly CommandDeclaration[]): string {
  const groups = [...new Set(commands.map(({ group }) => group))];
  const shortest = Math.max(...commands.map(({ name }) => name.length));
  return [
    INTRODUCTION,
    ...groups.map(
      (group) =>
        `${group}:\n${listed(
          commands.filter((one) => one.group === group),
          shortest,
        )}`,
    ),
    exitCodes(),
    `Usage:\n  ${PROGRAM} [command] [options]`,
    `${MORE_ABOUT_COMMANDS}\n${MORE_OPTIONS}`,
  ].join('\n\n');
}

/** The help of what several commands begin with: sandbox, of sandbox start. */
export function prefixHelp(commands: readonly CommandDeclaration[], prefix: string): string {
  const below = commands.filter(({ name }) => name.startsWith(`${prefix} `));
  return [
    `Available Commands:\n${listed(below, 0)}`,
    `Usage:\n  ${PROGRAM} ${prefix} [command] [options]`,
    MORE_ABOUT_COMMANDS.replace('<command>', `${prefix} <command>`),
  ].join('\n\n');
}

/** The help of one command, in kubectl's layout: description, examples, options, usage. */
export function commandHelp(command: CommandDeclaration): string {
  const examples = command.examples.map(([what, line]) => `  # ${what.trim()}\n  ${line.replaceAll('$0', PROGRAM)}`);
  const options = optionList(command);
  const usage = [PROGRAM, command.name, ...(command.usage ? [command.usage] : []), '[options]'].join(' ');
  return [
    command.details,
    ...(command.aliases.length > 0 ? [`Aliases:\n${[command.name, ...command.aliases].join(', ')}`] : []),
    ...(examples.length > 0 ? [`Examples:\n${examples.join('\n\n')}`] : []),
    ...(options ? [`Options:\n${options}`] : []),
    exitCodes(),
    `Usage:\n  ${usage}`,
    MORE_OPTIONS,
  ].join('\n\n');
}

/** What `options` prints: the flags that are common to all commands that talk to a cluster, which their help leaves out. */
export function commonOptionsHelp(commands: readonly CommandDeclaration[]): string {
  return `The following options can be passed to any command that talks to a cluster (--color and -v to all others, too):\n\n${commonOptionList(commands)}`;
}

export function commonOptionList(commands: readonly CommandDeclaration[]): string {
  const flags = commands.find(({ usesCluster }) => usesCluster)?.flags ?? [];
  return optionParagraphs(flags.filter(({ common }) => common));
}

/** A command's own options, a paragraph each. */
export function optionList({ flags }: CommandDeclaration): string {
  return optionParagraphs(flags.filter(({ common }) => !common));
}

/** In Markdown. */
export function exitCodeTable(): string {
  return ['| code | meaning |', '|---|---|', ...exitCodeMeanings.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

function exitCodes(): string {
  return `Exit codes:\n${aligned(exitCodeMeanings)}`;
}

/** As kubectl's templater writes them (k8s.io/kubectl/pkg/util/templates): in the order of the alphabet, with defaults. */
export function optionParagraphs(flags: readonly FlagDeclaration[]): string {
  return byAlphabet(flags.filter(({ hidden }) => !hidden))
    .map((flag) => `    ${flag.names.join(', ')}=${writtenDefault(flag)}:\n\t${flag.description}`)
    .join('\n\n');
}

export function byAlphabet(flags: readonly FlagDeclaration[]): FlagDeclaration[] {
  const plain = ({ name }: FlagDeclaration) => name.replace(/^-+/, '').toLowerCase();
  return flags.toSorted((a, b) => (plain(a) < plain(b) ? -1 : 1));
}

/** Numbers, durations and true or false stand bare, as kubectl writes them; texts in quotes. */
function writtenDefault({ takes, default: standard }: FlagDeclaration): string {
  if (takes === 'values') return `[${Array.isArray(standard) ? standard.join(',') : ''}]`;
  if (takes === 'boolean') return `${standard ?? false}`;
  const text = `${standard ?? ''}`;
  if (/^-?\d+$/.test(text)) return text;
  const milliseconds = parseGoDuration(text);
  return milliseconds === undefined ? `'${text}'` : goDuration(milliseconds);
}

function listed(commands: readonly CommandDeclaration[], least: number): string {
  return aligned(
    commands.map(({ name, description }) => [name, description]),
    least,
  );
}

function aligned(rows: readonly (readonly string[])[], least = 0): string {
  const width = Math.max(least, ...rows.map(([first = '']) => first.length)) + 3;
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}${second}`).join('\n');
}
