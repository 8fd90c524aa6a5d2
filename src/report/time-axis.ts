/** The steps that a clock face is read in, in milliseconds. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000].concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440, 2_880, 10_080].map((minutes) => minutes * 60_000),
);

/** The first and the last of these times, or what stands for none of them. They may be too many for Math.min. */
export function extent(times: Iterable<number>, none: { start: number; end: number }): { start: number; end: number } {
  let found: { start: number; end: number } | undefined;
  for (const time of times) {
    found = found ? { start: Math.min(found.start, time), end: Math.max(found.end, time) } : { start: time, end: time };
  }
  return found ?? none;
}

/** Where time stands on a picture, from 0 at its beginning to 100 at its end. */
export class TimeAxis {
  readonly #start: number;
  readonly #length: number;

  constructor({ start, end }: { start: number; end: number }) {
    this.#start = start;
    this.#length = Math.max(1, end - start);
  }

  /** Percent, to three places. */
  at(time: number): number {
    const share = ((time - this.#start) / this.#length) * 100;
    return Math.round(Math.min(100, Math.max(0, share)) * 1_000) / 1_000;
  }

  /** The marks of the axis, at most `most`, each at its percent and with its time since the beginning. */
  ticks(most: number): { at: number; label: string }[] {
    const step = STEPS.find((one) => this.#length / one <= most) ?? this.#length;
    const count = Math.floor(this.#length / step);
    return Array.from({ length: count + 1 }, (_, index) => ({
      at: this.at(this.#start + index * step),
      label: shortly(index * step),
    }));
  }

  /** How long after the beginning: 0.00s, 3.25s, 1m30s. */
  since(time: number): string {
    const milliseconds = Math.max(0, time - this.#start);
    return milliseconds < 60_000 ? `${(milliseconds / 1_000).toFixed(2)}s` : shortly(milliseconds);
  }
}

/** 0s, 250ms, 3.2s, 1m30s. */
function shortly(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  if (milliseconds < 1_000) return `${Math.round(milliseconds)}ms`;
  if (milliseconds < 60_000) return `${Math.round(milliseconds / 100) / 10}s`;
  const seconds = Math.round(milliseconds / 1_000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${rest > 0 ? `${rest}s` : ''}`;
}
