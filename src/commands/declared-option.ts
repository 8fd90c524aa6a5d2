import { Command, type Option } from 'clipanion';
import type { WORDS } from './takes-words.ts';

/** What the field of a command holds until it is filled in: how to find its value on a command line. */
export type DeclaredOption = Option.CommandOption<unknown> & { [WORDS]?: readonly string[] };

/** clipanion's state machine, as far as a declared option speaks to it. */
export type Builder = Parameters<DeclaredOption['definition']>[0];

export function isOption(value: unknown): value is DeclaredOption {
  return typeof value === 'object' && value !== null && Command.isOption in value;
}
