import { Command, type CommandClass, type Option } from 'clipanion';
import { ClusterCommand } from './cluster-command.ts';
import { type CommandContext, SeldonCommand } from './seldon-command.ts';
import { WORDS } from './takes-words.ts';

/** A flag as the field of a command declares it. Everything that is said or checked of flags comes from here. */
export interface FlagDeclaration {
  /** All spellings, as declared: -n, --namespace. */
  names: readonly string[];
  /** The spelling that messages and help sort by: the long one, if there is one. */
  name: string;
  /** An optional value is given as --flag=VALUE only, as pflag's NoOptDefVal. */
  takes: 'boolean' | 'value' | 'values' | 'optional value';
  default: string | boolean | readonly string[] | undefined;
  description: string;
  hidden: boolean;
  /** The words that it takes, where it takes only a few. */
  words: readonly string[] | undefined;
  /** Whether every command has it, or every command that talks to a cluster. */
  common: boolean;
}

/** What stands on the command line beside flags. */
export interface ArgumentDeclaration {
  name: string;
  required: boolean;
  /** Whether any number of them may follow. */
  rest: boolean;
  words: readonly string[] | undefined;
}

export interface CommandDeclaration {
  /** What the user types after the program's name: 'sandbox start'. */
  name: string;
  /** Other names of it: 'ls'. */
  aliases: readonly string[];
  /** The heading that it stands under in the program's help. */
  group: string;
  /** One line. */
  description: string;
  /** Of the help: what it is an example of, and the command line, in which $0 is the program. */
  examples: readonly (readonly [what: string, line: string])[];
  flags: readonly FlagDeclaration[];
  arguments: readonly ArgumentDeclaration[];
  /** Whether it talks to a cluster, and so has the flags that say which. */
  usesCluster: boolean;
  commandClass: CommandClass<CommandContext>;
}

/** The commands under their headings, in the order in which help lists them. */
export type CommandGroups = Readonly<Record<string, readonly CommandClass<CommandContext>[]>>;

export function declarations(groups: CommandGroups): CommandDeclaration[] {
  const common = { cluster: new Set(Object.keys(new ClusterFlags())), other: new Set(Object.keys(new AnyFlags())) };
  return Object.entries(groups).flatMap(([group, classes]) =>
    classes.map((commandClass) => declarationOf(commandClass, group, common)),
  );
}

function declarationOf(
  commandClass: CommandClass<CommandContext>,
  group: string,
  common: Readonly<Record<'cluster' | 'other', ReadonlySet<string>>>,
): CommandDeclaration {
  const { paths = [], usage } = commandClass;
  const [name = '', ...aliases] = paths.map((words) => words.join(' '));
  const usesCluster = commandClass.prototype instanceof ClusterCommand;
  const isCommon = (key: string) => (usesCluster ? common.cluster : common.other).has(key);
  const flags: FlagDeclaration[] = [];
  const args: ArgumentDeclaration[] = [];
  for (const [key, option] of Object.entries(new commandClass())) {
    if (!isOption(option)) continue;
    const words = option[WORDS];
    // clipanion tells its state machine of every option: we listen.
    const listener = {
      addOption: (said: SaidOfOption) => flags.push(flagDeclaration(said, option, isCommon(key), words)),
      addPositional: ({ name = key, required = true }) => args.push({ name, required, rest: false, words }),
      addRest: ({ name = key, required = 0 }) => args.push({ name, required: required > 0, rest: true, words }),
    };
    option.definition(listener as unknown as Builder, key);
  }
  const { description = '', examples = [] } = usage ?? {};
  return {
    name,
    aliases,
    group,
    description: description.trim(),
    examples,
    flags,
    arguments: args,
    usesCluster,
    commandClass,
  };
}

interface SaidOfOption {
  names: readonly string[];
  arity?: number;
  hidden?: boolean;
  description?: string;
  allowBinding?: boolean;
}

function flagDeclaration(
  { names, arity = 0, hidden = false, description = '', allowBinding = true }: SaidOfOption,
  option: DeclaredOption,
  common: boolean,
  words: readonly string[] | undefined,
): FlagDeclaration {
  const [first = ''] = names;
  const name = names.find((one) => one.startsWith('--')) ?? first;
  const standard = valueAfter(option, []) as FlagDeclaration['default'];
  const collects = Array.isArray(valueAfter(option, [{ name: first, value: '' }]));
  // Of a string that may stay without a value, only the default tells whether it is one of these two.
  const isBoolean = !allowBinding || ['true', 'false'].includes(`${standard}`);
  const takes = arity > 0 ? (collects ? 'values' : 'value') : isBoolean ? 'boolean' : 'optional value';
  return { names, name, takes, default: standard, description, hidden, words, common };
}

/** What the field would hold after a command line with these flags. */
function valueAfter(option: DeclaredOption, options: { name: string; value: string }[]): unknown {
  const state = { options, positionals: [] } as unknown as Parameters<DeclaredOption['transformer']>[2];
  return option.transformer({} as Builder, '', state, { env: {} } as never);
}

type DeclaredOption = Option.CommandOption<unknown> & { [WORDS]?: readonly string[] };
type Builder = Parameters<DeclaredOption['definition']>[0];

function isOption(value: unknown): value is DeclaredOption {
  return typeof value === 'object' && value !== null && Command.isOption in value;
}

/** Has what every command has, and nothing else. */
class AnyFlags extends SeldonCommand {
  async execute(): Promise<number> {
    return 0;
  }
}

/** Has what every command has that talks to a cluster, and nothing else. */
class ClusterFlags extends ClusterCommand {
  async execute(): Promise<number> {
    return 0;
  }
}
