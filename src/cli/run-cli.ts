import { PLAIN_INVOCATION } from '../advice/invocation.ts';
import { writtenLines } from '../advice/written-advice.ts';
import { oneOf } from '../commands/flag-values.ts';
import { say } from '../commands/say.ts';
import { type ColourChoice, type Context, colourChoices, withMore } from '../context.ts';
import { ClusterNotReady, errorLine, exitCodes, Failure, isTold } from '../failures.ts';
import { paintFor, paintPrefix } from '../output/colours.ts';
import { errorText } from '../output/error-text.ts';
import { wrapped } from '../output/wrapped.ts';
import { ownValue } from '../own-values.ts';
import { version } from '../version.ts';
import type { CommandDeclaration, FlagDeclaration } from './command-declaration.ts';
import { asksForHelp, checkedLine, type ReadCommandLine, readCommandLine, unknownCommand } from './command-line.ts';
import { commandHelp, commonOptionsHelp, prefixHelp, programHelp } from './help.ts';
import { invocationOf } from './invocation-of.ts';
import { programCommands } from './program-commands.ts';
import { tokensOf } from './tokens.ts';

/**
 * Carries out a command line and answers the exit code; throws only bugs. Not by clipanion's own runner, which writes
 * errors to standard output and ends wrong usage with 1.
 */
export async function runCli(args: readonly string[], given: Context): Promise<number> {
  const program = withoutWordsOfNode(given);
  let context = program;
  try {
    const commands = await programCommands();
    if (args[0] === '__complete') return await completeLine(args.slice(1), commands, program);
    if (args[0] === '--version') return print(program, version);
    const line = readCommandLine(args, commands);
    const said = { color: colourChoice(line), invocation: invocationOf(line) };
    context = withMore(program, { begun: program.clock.now(), ...said });
    const help = helpFor(line, commands);
    if (help !== undefined) return print(program, help);
    if (!line.command) throw unknownCommand(line, commands);
    const checked = checkedLine(line.command, line);
    const { verbTable } = await import('../commands/verb-table.ts');
    const { givenValues } = await import('./given-values.ts');
    const load = ownValue(ownValue(verbTable, line.command.group), line.command.name);
    if (!load) throw new Error(`verb-table.ts does not have ${line.command.name} under ${line.command.group}`);
    const { verb } = await load();
    return await verb.run(givenValues(verb.flags, checked), context);
  } catch (caught) {
    const error = nestedTooDeeply(caught) ?? caught;
    if (!(error instanceof Failure)) throw error;
    if (isTold(error)) return error.exitCode;
    const paint = paintFor(program.stderr, context);
    const told = wrapped(errorLine(errorText(error.message)), program.stderr);
    program.stderr.write(`${paintPrefix(paint, told)}\n`);
    const { invocation = PLAIN_INVOCATION } = context;
    for (const line of writtenLines(error.furtherLines, invocation)) say(program, line);
    return error.exitCode;
  }
}

/**
 * An answer within its limit of size may be nested deeper than anything can follow it, which shows wherever it is followed first:
 * to look for it in each answer would cost a third of the time that reading it takes. Files and sources have a limit of their own.
 */
function nestedTooDeeply(error: unknown): Failure | undefined {
  if (!(error instanceof RangeError) || error.message !== 'Maximum call stack size exceeded') return undefined;
  return new ClusterNotReady('an object in the cluster is nested too deeply', {
    hint: 'To see the answers of the server, add -v=9',
    cause: error,
  });
}

/**
 * Node would say at the first connection that this variable makes them all insecure, which it does not here
 * (cluster/dispatcher.ts). It is taken from Node alone: credential plugins get it as it was.
 */
function withoutWordsOfNode(program: Context): Context {
  const { NODE_TLS_REJECT_UNAUTHORIZED: said } = program.env;
  if (said === undefined) return program;
  const env = { ...program.env };
  delete (program.env as Record<string, string | undefined>).NODE_TLS_REJECT_UNAUTHORIZED;
  return withMore(program, { env });
}

/** The level that -v says, before it is known whether the line is right; 0 where it says none. */
export function verbosityOf(args: readonly string[]): number {
  const { tokens } = tokensOf(args, (name) => (VERBOSITY.names.includes(name) ? VERBOSITY : undefined));
  const given = tokens.flatMap((token) => (token.kind === 'flag' ? [Number(token.value)] : []));
  return given.at(-1) || 0;
}

const VERBOSITY: FlagDeclaration = {
  names: ['-v', '--v'],
  name: '--v',
  takes: 'value',
  default: '0',
  description: '',
  hidden: false,
  of: undefined,
  common: true,
};

/** What kubectl_complete-seldon_lifecycle answers, and the completion scripts of shells ask. */
async function completeLine(
  words: readonly string[],
  commands: readonly CommandDeclaration[],
  program: Context,
): Promise<number> {
  const { complete, writtenCompletion } = await import('./complete.ts');
  const completion = await complete(words, commands, async (tokens) => {
    const { namesFromCluster } = await import('./completion-sources.ts');
    return namesFromCluster(tokens, program);
  });
  program.stdout.write(writtenCompletion(completion));
  return exitCodes.done;
}

/** Undefined where something is to be done instead. Throws BadInput for help about what there is not. */
function helpFor(line: ReadCommandLine, commands: readonly CommandDeclaration[]): string | undefined {
  const { command, words, tokens } = line;
  const [first, ...topic] = words;
  if (command) return asksForHelp(line) ? commandHelp(command) : undefined;
  if (first === 'options' && topic.length === 0) return commonOptionsHelp(commands);
  if (first === 'help' || (first === undefined && (tokens.length === 0 || asksForHelp(line)))) {
    return topic.length === 0 ? programHelp(commands) : helpAbout(topic, commands);
  }
  return asksForHelp(line) ? helpAbout(words, commands) : undefined;
}

function helpAbout(topic: readonly string[], commands: readonly CommandDeclaration[]): string {
  const line = readCommandLine(topic, commands);
  if (line.command) return commandHelp(line.command);
  if (line.prefix && line.words.length === 1) return prefixHelp(commands, line.prefix);
  throw unknownCommand(line, commands);
}

/** Throws BadInput. */
function colourChoice({ tokens }: ReadCommandLine): ColourChoice {
  const given = tokens.flatMap((token) =>
    token.kind === 'flag' && token.flag.name === '--color' ? [token.value] : [],
  );
  return oneOf('--color', given.at(-1) ?? 'auto', colourChoices);
}

function print({ stdout }: Context, text: string): number {
  stdout.write(`${text}\n`);
  return exitCodes.done;
}
