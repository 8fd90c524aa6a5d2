import type { Option } from 'clipanion';
import { CommandBuilder, NoLimits, type RunState } from 'clipanion/lib/core.js';
import type { TAKES, Takes } from '../commands/verb.ts';
import { setOwnValue } from '../own-values.ts';
import type { CheckedLine } from './command-line.ts';
import { PROGRAM } from './program-name.ts';

/** What clipanion declares a flag or argument as; its value is found on a command line by it. */
export type DeclaredOption = Option.CommandOption<unknown> & { [TAKES]?: Takes };

/** The declarations of a verb, by the names under which it is given their values. */
export function declaredOptions(flags: object): [key: string, option: DeclaredOption][] {
  return Object.entries(flags);
}

/** clipanion's own, which also keeps what arguments in any number are called. */
export class OptionBuilder extends CommandBuilder<never> {
  rest: string | undefined;

  constructor() {
    super(0, { binaryName: PROGRAM });
  }

  override addRest(rest: { name?: string; required?: number } = {}): void {
    super.addRest(rest);
    this.rest = rest.name;
  }
}

/** As if clipanion had read a line that says nothing. */
export const NOTHING_SAID: RunState = {
  candidateUsage: null,
  requiredOptions: [],
  errorMessage: null,
  ignoreOptions: false,
  options: [],
  path: [],
  positionals: [],
  remainder: null,
  selectedIndex: null,
};

/**
 * What a line says of each flag and argument. clipanion's own runner finds out first which of all commands is meant, by a
 * state machine of all their flags; that is known here, and takes longer than some commands do. A test holds both to the
 * same values.
 */
export function givenValues<Given extends object>(flags: Given, { options, words }: CheckedLine): Given {
  const declared = declaredOptions(flags);
  const builder = new OptionBuilder();
  for (const [key, { definition }] of declared) definition(builder, key);
  const { leading, extra } = builder.arity;
  const beyond = extra === NoLimits ? extra : true;
  const positionals: RunState['positionals'] = words.map((value, index) => {
    return { value, extra: index < leading.length ? false : beyond };
  });
  const state: RunState = { ...NOTHING_SAID, options, positionals };
  const values = {};
  for (const [key, { transformer }] of declared) {
    setOwnValue(values, key, transformer(builder, key, state, NO_CONTEXT));
  }
  return values as Given;
}

/** No declaration takes its value from the environment. */
export const NO_CONTEXT = { env: {} } as never;
