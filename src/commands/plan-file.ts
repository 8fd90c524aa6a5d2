import { Option } from 'clipanion';

/** The flags of the commands that read a plan. */
export const planFilename = () =>
  Option.String('-f,--filename', { description: 'The file that holds the plan, or - for standard input' });

export const planValues = () =>
  Option.Array('--set', [], { description: 'What a value of the plan is, as NAME=VALUE; repeatable' });
