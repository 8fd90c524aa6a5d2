import type { Advice } from '../advice/advice.ts';

/** A plugin gave no credential. The message is that of client-go. */
export class PluginFailure extends Error {
  readonly hint: Advice | undefined;

  constructor(message: string, hint?: Advice) {
    super(message);
    this.hint = hint;
  }
}
