import type { Output } from '../src/context.ts';

/** A stream that keeps what is written to it. */
export class CapturedOutput implements Output {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;

  constructor({ isTTY = false, columns = 80, rows = 24 } = {}) {
    this.isTTY = isTTY;
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): true {
    this.text += text;
    return true;
  }
}
