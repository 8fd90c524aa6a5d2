import { type BaseContext, Command, Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import { type Invocation, PLAIN_INVOCATION } from '../advice/invocation.ts';
import { writtenAdvice } from '../advice/written-advice.ts';
import { type Context, colourChoices } from '../context.ts';
import { takesWords } from './takes-words.ts';

/** What clipanion hands to a command: its own idea of a context, and in it ours. */
export type CommandContext = BaseContext & { program: Context };

/** A subcommand; `execute` answers the exit code. Failures are thrown and told by runCli. */
export abstract class SeldonCommand extends Command<CommandContext> {
  /** Obeyed before the command begins: its value is in the context. */
  color = takesWords(
    colourChoices,
    Option.String('--color', 'auto', {
      description: 'When to write in colours: auto (on a terminal, unless NO_COLOR is set), always, never',
    }),
  );

  protected get invocation(): Invocation {
    return this.context.program.invocation ?? PLAIN_INVOCATION;
  }

  /** For the user to read, with commands that act where this one does. */
  protected written(advice: Advice): string {
    return writtenAdvice(advice, this.invocation);
  }
  /** Of errors that nothing expects Ending obeys it. */
  verbosity = Option.String('-v,--v', '0', {
    description:
      'How much to log on standard error: 4 adds the stack of an unexpected error, 6 each request and its duration, 8 headers',
  });

  abstract override execute(): Promise<number>;
}
