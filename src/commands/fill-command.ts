import type { CommandClass } from 'clipanion';
import type { Context } from '../context.ts';
import { setOwnValue } from '../own-values.ts';
import { type Builder, type DeclaredOption, isOption } from './declared-option.ts';
import type { CommandContext, SeldonCommand } from './seldon-command.ts';

type State = Parameters<DeclaredOption['transformer']>[2];

/**
 * A command with its fields as the arguments say, which are those that argumentsFor answers. clipanion's own way builds a
 * state machine of all flags first, to find out which of several commands is meant; that is known here, and takes longer
 * than some commands do. So each field is asked for its value by itself. A test holds both to the same answers.
 */
export function filledCommand(
  commandClass: CommandClass<CommandContext>,
  args: readonly string[],
  program: Context,
): SeldonCommand {
  const command = new commandClass() as SeldonCommand;
  // clipanion wants whole streams; the commands use only `program`.
  command.context = { program } as CommandContext;
  const end = args.indexOf('--');
  const given = args.slice(0, end).filter((arg) => arg.startsWith('--'));
  const words = args.slice(end + 1);
  const fields = command as unknown as Record<string, unknown>;
  for (const [key, option] of Object.entries(fields)) {
    if (isOption(option)) setOwnValue(fields, key, fieldValue(option, key, given, words));
  }
  return command;
}

/** Takes what it uses from the words. */
function fieldValue(option: DeclaredOption, key: string, given: readonly string[], words: string[]): unknown {
  let names: readonly string[] = [];
  let positionals: { value: string; extra: boolean }[] = [];
  option.definition(
    {
      addOption: (said: { names: readonly string[] }) => {
        names = said.names;
      },
      addPositional: ({ required = true }) => {
        positionals = words.splice(0, 1).map((value) => ({ value, extra: !required }));
      },
      addRest: () => {
        positionals = words.splice(0).map((value) => ({ value, extra: false }));
      },
    } as unknown as Builder,
    key,
  );
  const options = given.flatMap((arg) => {
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg : arg.slice(0, equals);
    if (names.includes(name)) return [{ name, value: equals < 0 ? true : arg.slice(equals + 1) }];
    const denied = name.replace(/^--no-/, '--');
    return equals < 0 && names.includes(denied) ? [{ name: denied, value: false }] : [];
  });
  // A rest takes as many words as the state machine says lead: all of them.
  const builder = { arity: { leading: positionals } } as unknown as Builder;
  return option.transformer(builder, key, { options, positionals } as unknown as State, { env: {} } as never);
}
