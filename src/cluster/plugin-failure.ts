/** A plugin gave no credential. The message is that of client-go. */
export class PluginFailure extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
