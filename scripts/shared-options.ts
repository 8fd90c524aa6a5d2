import type { CommandDeclaration, FlagDeclaration } from '../src/cli/command-declaration.ts';
import { byAlphabet, optionParagraphs } from '../src/cli/help.ts';

/** Fewer commands than these say it themselves: a reader stays where the command is. */
const LEAST_COMMANDS = 3;

/** The options of one command, without those of every command. */
export interface OptionsOfCommand {
  own: readonly FlagDeclaration[];
  shared: readonly FlagDeclaration[];
}

export interface SharedOptions {
  /** Each once. */
  shared: readonly FlagDeclaration[];
  optionsOf(command: CommandDeclaration): OptionsOfCommand;
}

/**
 * Which options several commands have in the same words, so that a document can say them once. Of a flag that means one thing
 * here and another there, such as -o, only the words that most of its commands use are shared; if there are none, nothing is.
 */
export function sharedOptions(commands: readonly CommandDeclaration[]): SharedOptions {
  const all = commands.flatMap(optionsNotCommon);
  const count = (of: (flag: FlagDeclaration) => string) => {
    const counts = new Map<string, number>();
    for (const flag of all) counts.set(of(flag), (counts.get(of(flag)) ?? 0) + 1);
    return (flag: FlagDeclaration) => counts.get(of(flag)) ?? 0;
  };
  const sameWords = count(wordsOf);
  const sameName = count(({ name }) => name);
  const isShared = (flag: FlagDeclaration) => sameWords(flag) >= LEAST_COMMANDS && sameWords(flag) * 2 > sameName(flag);
  return {
    shared: [...new Map(all.filter(isShared).map((flag) => [flag.name, flag])).values()],
    optionsOf: (command) => {
      const options = optionsNotCommon(command);
      return { own: options.filter((flag) => !isShared(flag)), shared: options.filter(isShared) };
    },
  };
}

function optionsNotCommon({ flags }: CommandDeclaration): FlagDeclaration[] {
  return byAlphabet(flags.filter(({ common, hidden }) => !common && !hidden));
}

/** Spellings, default and description. */
function wordsOf(flag: FlagDeclaration): string {
  return optionParagraphs([flag]);
}
