import { Cli, type CommandClass } from 'clipanion';
import { ClusterCommand } from './cluster-command.ts';
import type { ArgumentDeclaration, CommandDeclaration, FlagDeclaration } from './command-declaration.ts';
import { type Builder, type DeclaredOption, isOption } from './declared-option.ts';
import { PROGRAM } from './program-name.ts';
import { type CommandContext, SeldonCommand } from './seldon-command.ts';
import { WORDS } from './takes-words.ts';

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
    details: detailsOf(commandClass) ?? description.trim(),
    examples,
    flags,
    arguments: args,
    usesCluster,
  };
}

function detailsOf(commandClass: CommandClass<CommandContext>): string | undefined {
  const [definition] = Cli.from([commandClass], { binaryName: PROGRAM }).definitions();
  // clipanion leaves the blank at which it breaks a line.
  return definition?.details?.trim().replaceAll(/ +$/gm, '');
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
