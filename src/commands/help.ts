import type { Cli, Definition } from 'clipanion';
import type { CommandContext } from './seldon-command.ts';

const PROGRAM = 'kubectl seldon-lifecycle';

const EXIT_CODES = `Exit codes:
  0    done
  1    the API server or this program failed
  2    wrong usage or bad input, nothing was changed
  3    the cluster is not ready for this: unreachable, not allowed, or without Seldon Core
  4    timed out
  5    the deployment failed
  130  interrupted (143 when terminated)`;

/** The help of the whole program, in kubectl's layout. */
export function programHelp(cli: Cli<CommandContext>, introduction: string): string {
  const commands = cli
    .definitions()
    .map(({ path, description }) => [path.slice(PROGRAM.length + 1), description ?? '']);
  const width = Math.max(...commands.map(([name = '']) => name.length)) + 3;
  const lines = commands.map(([name = '', description = '']) => `  ${name.padEnd(width)}${description.trim()}`);
  return [
    introduction,
    `Available Commands:\n${lines.join('\n')}`,
    EXIT_CODES,
    `Usage:\n  ${PROGRAM} [command] [flags]`,
    `Use "${PROGRAM} <command> --help" for more information about a given command.`,
  ].join('\n\n');
}

/** The help of one command, in kubectl's layout: description, examples, options, usage. */
export function commandHelp(cli: Cli<CommandContext>, path: string): string | undefined {
  const definition = cli.definitions().find((one) => one.path === `${PROGRAM} ${path}`);
  if (!definition) return undefined;
  return [
    (definition.details ?? definition.description ?? '').trim(),
    examples(definition),
    options(definition),
    EXIT_CODES,
    `Usage:\n  ${definition.path} [flags]`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function examples({ examples = [] }: Definition): string {
  if (examples.length === 0) return '';
  return `Examples:\n${examples.map(([what, line]) => `  # ${what.trim()}\n  ${line}`).join('\n\n')}`;
}

function options({ options }: Definition): string {
  if (options.length === 0) return '';
  const lines = options.map(({ definition, description = '' }) => {
    const value = definition.includes(' #0') ? '=VALUE' : '';
    return `    ${flagNames(definition).join(', ')}${value}:\n\t${description}`;
  });
  return `Options:\n${lines.join('\n\n')}`;
}

/** The spellings of an option, of which clipanion says '-n,--namespace #0'. */
export function flagNames(definition: string): string[] {
  return (definition.split(' ')[0] ?? '').split(',');
}
