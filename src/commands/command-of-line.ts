import type { Context } from '../context.ts';
import { ownValue } from '../own-values.ts';
import type { CommandDeclaration } from './command-declaration.ts';
import { argumentsFor, type ReadCommandLine } from './command-line.ts';
import { commandLoaders } from './command-loaders.ts';
import { filledCommand } from './fill-command.ts';
import type { SeldonCommand } from './seldon-command.ts';

/** The command that a line means, its fields filled in from it. Throws BadInput. */
export async function commandOf(
  command: CommandDeclaration,
  line: ReadCommandLine,
  program: Context,
): Promise<SeldonCommand> {
  const load = ownValue(ownValue(commandLoaders, command.group), command.name);
  if (!load) throw new Error(`command-loaders.ts does not have ${command.name} under ${command.group}`);
  return filledCommand(await load(), argumentsFor(command, line), program);
}
