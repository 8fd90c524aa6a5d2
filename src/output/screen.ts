import type { Output } from '../context.ts';

/** Shows something that changes: on a terminal each time in the place of what was there, elsewhere one after the other. */
export class Screen {
  readonly #stdout: Output;
  #shown: string | undefined;

  constructor(stdout: Output) {
    this.#stdout = stdout;
  }

  /** `asBefore` is what has to change for it to be worth showing again. */
  show(text: string, asBefore: string = text): void {
    if (asBefore === this.#shown) return;
    const between = this.#shown === undefined ? '' : '\n';
    this.#shown = asBefore;
    // To the top left corner, and away with what is below: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
    this.#stdout.write(this.#stdout.isTTY ? `\u001b[H\u001b[2J${text}` : `${between}${text}`);
  }
}
