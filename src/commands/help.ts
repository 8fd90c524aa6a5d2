import type { Cli } from 'clipanion';
import type { CommandContext } from './seldon-command.ts';

/** What the user types to reach this program. */
export const PROGRAM = 'kubectl seldon-lifecycle';

const INTRODUCTION = `Runs SeldonDeployments through their whole life: apply, wait until available, scale, wait, delete, wait until gone,
while the Kubernetes Events of everything that they own stream by.`;

const exitCodeMeanings: readonly [code: string, meaning: string][] = [
  ['0', 'done'],
  ['1', 'the API server or this program failed'],
  ['2', 'wrong usage or bad input, nothing was changed'],
  ['3', 'the cluster is not ready for this: unreachable, not allowed, or without Seldon Core'],
  ['4', 'timed out'],
  ['5', 'the deployment failed'],
  ['7', 'differences found, where asked for'],
  ['130', 'interrupted (143 when terminated)'],
];

/** The help of the whole program, in kubectl's layout. */
export function programHelp(cli: Cli<CommandContext>): string {
  const commands = cli.definitions().map(({ path, description = '' }) => [commandOf(path), description.trim()]);
  return [
    INTRODUCTION,
    `Available Commands:\n${aligned([...commands, ['version', 'Print the version of this plugin']])}`,
    exitCodes(),
    `Usage:\n  ${PROGRAM} [command] [flags]`,
    `Use "${PROGRAM} <command> --help" for more information about a given command.`,
  ].join('\n\n');
}

/** The help of one command, in kubectl's layout: description, examples, options, usage. */
export function commandHelp(cli: Cli<CommandContext>, command: string): string | undefined {
  const definition = definitionOf(cli, command);
  if (!definition) return undefined;
  const { details, description = '', examples = [] } = definition;
  const shown = examples.map(([what, line]) => `  # ${what.trim()}\n  ${line}`).join('\n\n');
  return [
    (details ?? description).trim(),
    ...(shown ? [`Examples:\n${shown}`] : []),
    ...(definition.options.length > 0 ? [`Options:\n${optionList(cli, command)}`] : []),
    exitCodes(),
    `Usage:\n  ${definition.path} [flags]`,
  ].join('\n\n');
}

/** The commands, each as the words that the user types after the program's name. */
export function commandList(cli: Cli<CommandContext>): string[] {
  return cli.definitions().map(({ path }) => commandOf(path));
}

/** A command's options, a paragraph each. */
export function optionList(cli: Cli<CommandContext>, command: string): string {
  const paragraphs = (definitionOf(cli, command)?.options ?? []).map(({ definition, description = '' }) => {
    const value = definition.includes(' #0') ? '=VALUE' : '';
    return `    ${flagNames(definition).join(', ')}${value}:\n\t${description}`;
  });
  return paragraphs.join('\n\n');
}

/** The spellings of every option of a command. */
export function knownFlags(cli: Cli<CommandContext>, command: string): string[] {
  return (definitionOf(cli, command)?.options ?? []).flatMap(({ definition }) => flagNames(definition));
}

/** In Markdown. */
export function exitCodeTable(): string {
  return ['| code | meaning |', '|---|---|', ...exitCodeMeanings.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

function exitCodes(): string {
  return `Exit codes:\n${aligned(exitCodeMeanings)}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([first = '']) => first.length)) + 3;
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}${second}`).join('\n');
}

function definitionOf(cli: Cli<CommandContext>, command: string) {
  return cli.definitions().find(({ path }) => path === `${PROGRAM} ${command}`);
}

function commandOf(path: string): string {
  return path.slice(PROGRAM.length + 1);
}

/** The spellings of an option, of which clipanion says '-n,--namespace #0'. */
function flagNames(definition: string): string[] {
  return (definition.split(' ')[0] ?? '').split(',');
}
