import { Option } from 'clipanion';
import { type Context, colourChoices } from '../context.ts';

/** What the user types to have something done: its names, help and flags, and what it does. One file each. */
export interface Verb<Given extends CommonGiven = CommonGiven> {
  /** After the program's name, and what else it is called: 'sandbox start'; 'list', 'ls'. */
  names: readonly [string, ...string[]];
  /** One line, for the list of all. */
  description: string;
  /** Paragraphs, in clipanion's Markdown; the description if there are none. */
  details?: string;
  /** What it is an example of, and the command line, in which $0 is the program. */
  examples?: readonly (readonly [what: string, line: string])[];
  /** The arguments as its usage line names them, where clipanion cannot say it: that there must be one, or one at most. */
  usage?: string;
  /** clipanion's declarations of flags and arguments, which are of the types of the values that `run` is given. */
  flags: Given;
  /** Answers the exit code. Throws Failure, which runCli tells. */
  run(given: Given, program: Context): Promise<number>;
}

/** Only so that the type of what `run` is given follows from the flags. */
export function verbOf<Given extends CommonGiven>(declared: Verb<Given>): Verb<Given> {
  return declared;
}

/** What a flag or argument takes, for completion: one of a few words, a file, or the name of something. */
export type Takes =
  | readonly string[]
  | 'files'
  | 'manifests'
  | 'contexts'
  | 'clusters'
  | 'users'
  | 'namespaces'
  | 'predictors'
  | 'components'
  | 'containers';

/** Where a declaration keeps that. */
export const TAKES = Symbol('takes');

/** `takes('files', Option.String('--x'))` */
export function takes<T>(what: Takes, option: T): T {
  return Object.assign(option as object, { [TAKES]: what }) as T;
}

/** `takesWords(['a', 'b'], Option.String('--x'))` */
export function takesWords<T>(words: readonly string[], option: T): T {
  return takes(words, option);
}

/** The flags of every verb. Both are obeyed before it begins. */
export const commonFlags = {
  /** Its value is in the context. */
  color: takesWords(
    colourChoices,
    Option.String('--color', 'auto', {
      description: 'When to use colors: auto (on a terminal, unless NO_COLOR is set), always, never',
    }),
  ),
  /** Of errors that nothing expects Ending obeys it. */
  verbosity: Option.String('-v,--v', '0', {
    description:
      'Log level on standard error: 1 null fields in files, 4 the stack of an unexpected error, 6 each request and its duration, 7 request headers, 8 response headers and the first 1024 characters of bodies, 9 whole bodies; tokens and values of Secrets are masked',
  }),
};

export type CommonGiven = typeof commonFlags;
