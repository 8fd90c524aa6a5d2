import type { Output } from '../src/context.ts';

/** A stream that keeps what is written to it. */
export class CapturedOutput implements Output {
  text = '';
  readonly isTTY: boolean;

  constructor({ isTTY = false } = {}) {
    this.isTTY = isTTY;
  }

  write(text: string): true {
    this.text += text;
    return true;
  }
}
