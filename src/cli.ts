import { Cli } from 'clipanion';
import { commandHelp, flagNames, programHelp } from './commands/help.ts';
import { RunCommand } from './commands/run.ts';
import { SandboxStartCommand } from './commands/sandbox-start.ts';
import type { CommandContext, SeldonCommand } from './commands/seldon-command.ts';
import type { Context } from './context.ts';
import { BadInput, exitCodes, Failure } from './failures.ts';
import { version } from './version.ts';

const PROGRAM = 'kubectl seldon-lifecycle';
const INTRODUCTION = `Runs SeldonDeployments through their whole life: apply, wait until available, scale, wait, delete, wait until gone,
while the Kubernetes Events of everything that they own stream by.`;

/** Carries out a command line and answers the exit code. Never throws but for a bug. */
export async function runCli(args: readonly string[], program: Context): Promise<number> {
  const cli = Cli.from<CommandContext>([RunCommand, SandboxStartCommand], { binaryName: PROGRAM });
  const words = args.slice(0, args.findIndex((word) => word.startsWith('-')) >>> 0);
  if (args[0] === '--version' || args[0] === 'version') return print(program, version);
  if (args.length === 0 || args[0] === 'help' || asksForHelp(args))
    return help(
      cli,
      words.filter((word) => word !== 'help'),
      program,
    );
  try {
    return await parse(cli, args, program).execute();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    program.stderr.write(`error: ${error.message}\n`);
    if (error.hint) program.stderr.write(`${error.hint}\n`);
    return error.exitCode;
  }
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.includes('--help') || flags.includes('-h');
}

function help(cli: Cli<CommandContext>, words: readonly string[], program: Context): number {
  if (words.length === 0) return print(program, programHelp(cli, INTRODUCTION));
  const text = commandHelp(cli, words.join(' '));
  if (text !== undefined) return print(program, text);
  program.stderr.write(`error: unknown command "${words.join(' ')}" for "${PROGRAM}"\n`);
  return exitCodes.badInput;
}

function parse(cli: Cli<CommandContext>, args: readonly string[], program: Context): SeldonCommand {
  try {
    // clipanion wants whole streams; the commands use only `program`.
    return cli.process([...args], { program } as CommandContext) as SeldonCommand;
  } catch (cause) {
    throw new BadInput(usageProblem(cli, args, cause), {
      hint: `See '${PROGRAM} ${knownCommand(cli, args) ?? ''} --help'.`.replace('  ', ' '),
      cause,
    });
  }
}

function usageProblem(cli: Cli<CommandContext>, args: readonly string[], cause: unknown): string {
  const command = knownCommand(cli, args);
  if (command === undefined) return `unknown command "${args[0]}" for "${PROGRAM}"`;
  const { options = [] } = cli.definitions().find(({ path }) => path === `${PROGRAM} ${command}`) ?? {};
  const known = options.flatMap(({ definition }) => flagNames(definition));
  const unknown = args.find((word) => /^-./.test(word) && !known.includes(word.replace(/=.*/s, '')));
  if (unknown !== undefined) return `unknown flag: ${unknown.replace(/=.*/s, '')}`;
  return (cause as Error).message.split('\n')[0] ?? '';
}

function knownCommand(cli: Cli<CommandContext>, args: readonly string[]): string | undefined {
  const line = `${PROGRAM} ${args.join(' ')} `;
  return cli
    .definitions()
    .find(({ path }) => line.startsWith(`${path} `))
    ?.path.slice(PROGRAM.length + 1);
}

function print({ stdout }: Context, text: string): number {
  stdout.write(`${text}\n`);
  return exitCodes.done;
}
