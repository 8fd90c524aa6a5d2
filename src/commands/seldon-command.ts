import { type BaseContext, Command } from 'clipanion';
import type { Context } from '../context.ts';

/** What clipanion hands to a command: its own idea of a context, and in it ours. */
export type CommandContext = BaseContext & { program: Context };

/** A subcommand; `execute` answers the exit code. Failures are thrown and told by runCli. */
export abstract class SeldonCommand extends Command<CommandContext> {
  abstract override execute(): Promise<number>;
}
