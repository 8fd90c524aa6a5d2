import { CapturedOutput } from '../captured-output.ts';
import type { CommandOptions } from './server-under-test.ts';

/** What is to happen at something that is seen on standard output. */
export interface AtSight extends Pick<CommandOptions, 'interruptAfter' | 'onceSeen'> {
  /** Told all that is written, as it is written. */
  tell?: (text: string) => void;
}

/** Standard output of a command, and what is to happen while it is written. */
export class SeenOutput extends CapturedOutput {
  readonly #atSight: AtSight;
  readonly #interrupt: () => void;
  #hasSeen = false;
  #hasInterrupted = false;

  constructor(atSight: AtSight, interrupt: () => void) {
    super();
    this.#atSight = atSight;
    this.#interrupt = interrupt;
    if (atSight.interruptAfter instanceof Promise) void atSight.interruptAfter.then(interrupt);
  }

  override write(text: string): true {
    super.write(text);
    const { interruptAfter, onceSeen, tell } = this.#atSight;
    tell?.(text);
    if (onceSeen && !this.#hasSeen && onceSeen.text.test(this.text)) {
      this.#hasSeen = true;
      onceSeen.act();
    }
    if (!this.#hasInterrupted && interruptAfter instanceof RegExp && interruptAfter.test(this.text)) {
      this.#hasInterrupted = true;
      this.#interrupt();
    }
    return true;
  }
}
