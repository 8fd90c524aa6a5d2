import type { Takes } from '../commands/verb.ts';

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
  /** What it takes, for completion; undefined: any text. */
  of: Takes | undefined;
  /** Whether every command has it, or every command that talks to a cluster. */
  common: boolean;
}

/** What stands on the command line beside flags. */
export interface ArgumentDeclaration {
  name: string;
  required: boolean;
  /** Whether any number of them may follow. */
  rest: boolean;
  of: Takes | undefined;
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
  /** Of the help: what it does, in paragraphs broken into lines. */
  details: string;
  /** Of the help: what it is an example of, and the command line, in which $0 is the program. */
  examples: readonly (readonly [what: string, line: string])[];
  flags: readonly FlagDeclaration[];
  arguments: readonly ArgumentDeclaration[];
  /** The arguments in its usage line: [NAME...]. */
  usage: string;
  /** Whether it talks to a cluster, and so has the flags that say which. */
  usesCluster: boolean;
}
