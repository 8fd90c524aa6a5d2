import { Cli } from 'clipanion';
import { ApplyCommand } from './commands/apply.ts';
import { DeleteCommand } from './commands/delete.ts';
import { DiffCommand } from './commands/diff.ts';
import { EventsCommand } from './commands/events.ts';
import { commandHelp, commandList, knownFlags, PROGRAM, programHelp } from './commands/help.ts';
import { ListCommand } from './commands/list.ts';
import { PredictCommand } from './commands/predict.ts';
import { ReportCommand } from './commands/report.ts';
import { RunCommand } from './commands/run.ts';
import { SandboxStartCommand } from './commands/sandbox-start.ts';
import { ScaleCommand } from './commands/scale.ts';
import type { CommandContext, SeldonCommand } from './commands/seldon-command.ts';
import { StatusCommand } from './commands/status.ts';
import { WaitCommand } from './commands/wait.ts';
import type { Context } from './context.ts';
import { BadInput, errorLine, exitCodes, Failure } from './failures.ts';
import { version } from './version.ts';

/** The subcommands that there are. */
export function programCli(): Cli<CommandContext> {
  return Cli.from<CommandContext>(
    [
      RunCommand,
      ApplyCommand,
      WaitCommand,
      ScaleCommand,
      DeleteCommand,
      DiffCommand,
      ListCommand,
      StatusCommand,
      EventsCommand,
      PredictCommand,
      ReportCommand,
      SandboxStartCommand,
    ],
    { binaryName: PROGRAM },
  );
}

/**
 * Carries out a command line and answers the exit code; throws only bugs. Not by clipanion's own runner, which writes
 * errors to standard output and ends wrong usage with 1.
 */
export async function runCli(args: readonly string[], program: Context): Promise<number> {
  try {
    const cli = programCli();
    const [first] = args;
    if (first === '--version' || first === 'version') return print(program, version);
    if (first === undefined || first === 'help' || asksForHelp(args)) return print(program, help(cli, args));
    return await parse(cli, args, program).execute();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    program.stderr.write(`${errorLine(error.message)}\n`);
    if (error.hint) program.stderr.write(`${error.hint}\n`);
    return error.exitCode;
  }
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.includes('--help') || flags.includes('-h');
}

function help(cli: Cli<CommandContext>, args: readonly string[]): string {
  const firstFlag = args.findIndex((word) => word.startsWith('-'));
  const words = (firstFlag < 0 ? args : args.slice(0, firstFlag)).filter((word) => word !== 'help');
  if (words.length === 0) return programHelp(cli);
  const text = commandHelp(cli, words.join(' '));
  if (text === undefined) throw new BadInput(unknownCommand(words[0]), { hint: `See '${PROGRAM} --help'.` });
  return text;
}

function parse(cli: Cli<CommandContext>, args: readonly string[], program: Context): SeldonCommand {
  const line = `${args.join(' ')} `;
  const command = commandList(cli).find((words) => line.startsWith(`${words} `));
  if (command === undefined) throw new BadInput(unknownCommand(args[0]), { hint: `See '${PROGRAM} --help'.` });
  try {
    // clipanion wants whole streams; the commands use only `program`.
    return cli.process([...args], { program } as CommandContext) as SeldonCommand;
  } catch (cause) {
    throw new BadInput(usageProblem(knownFlags(cli, command), args, cause), {
      hint: `See '${PROGRAM} ${command} --help'.`,
      cause,
    });
  }
}

function unknownCommand(word = ''): string {
  return `unknown command "${word}" for "${PROGRAM}"`;
}

function usageProblem(known: readonly string[], args: readonly string[], cause: unknown): string {
  const unknown = args
    .map((word) => word.replace(/=.*/s, ''))
    .find((word) => /^-./.test(word) && !known.includes(word));
  if (unknown !== undefined) return `unknown flag: ${unknown}`;
  return (cause as Error).message.split('\n')[0] ?? '';
}

function print({ stdout }: Context, text: string): number {
  stdout.write(`${text}\n`);
  return exitCodes.done;
}
