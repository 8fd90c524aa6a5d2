import { BadInput } from '../failures.ts';
import { parseGoDuration } from '../text/go-duration.ts';

/** What kubectl takes a negative timeout to mean. */
export const A_WEEK_MS = 7 * 24 * 3_600_000;

/** Milliseconds of a flag such as --timeout=90s. Throws BadInput. */
export function timeout(flag: string, text: string): number {
  const milliseconds = parseGoDuration(text);
  if (milliseconds === undefined) {
    throw new BadInput(`invalid argument "${text}" for "${flag}": expected a duration such as 90s, 5m or 1m30s`);
  }
  return milliseconds < 0 ? A_WEEK_MS : Math.min(milliseconds, A_WEEK_MS);
}

/** Of replicas, which Kubernetes keeps as 32 bits with a sign. */
const LARGEST = 2 ** 31 - 1;

/** A whole number from 0 of a flag such as --replicas=3. Throws BadInput. */
export function wholeNumber(flag: string, text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= LARGEST)) {
    throw new BadInput(`invalid argument "${text}" for "${flag}": expected a whole number from 0 to ${LARGEST}`);
  }
  return number;
}

/** The words of flags that take one of a few, wherever they stand. */
export const choices = {
  cascade: ['foreground', 'background', 'orphan'],
  cleanup: ['on-success', 'on-interrupt', 'always', 'never'],
  dryRun: ['none', 'client', 'server'],
  events: ['tree', 'all', 'self', 'none'],
  scaleThrough: ['spec', 'subresource'],
  waitFor: ['available', 'scaled=', 'create', 'deleted', 'failed', 'event=', 'condition=', 'jsonpath='],
} as const;

/** The value of a flag that takes one of a few words. Throws BadInput that names them. */
export function oneOf<T extends string>(flag: string, text: string, words: readonly T[]): T {
  const word = words.find((one) => one === text);
  if (word === undefined) {
    throw new BadInput(`invalid argument "${text}" for "${flag}": expected one of ${words.join(', ')}`);
  }
  return word;
}

/** The value of a flag such as --fail-fast=false; alone it means true. Throws BadInput. */
export function trueOrFalse(flag: string, value: string | boolean): boolean {
  return typeof value === 'boolean' ? value : oneOf(flag, value, ['true', 'false']) === 'true';
}

const cascades = { foreground: 'Foreground', background: 'Background', orphan: 'Orphan' } as const;

/** The value of --cascade, as the API server spells it. Throws BadInput. */
export function propagation(text: string): (typeof cascades)[keyof typeof cascades] {
  return cascades[oneOf('--cascade', text, choices.cascade)];
}

/** The value of --hold: a Go duration, as it was typed; true: until Enter; undefined: it does not hold. Throws BadInput. */
export function holdOf(value: string | boolean | undefined): string | true | undefined {
  if (typeof value !== 'string') return value || undefined;
  if (!((parseGoDuration(value) ?? 0) > 0)) {
    throw new BadInput(`invalid argument "${value}" for "--hold": expected a duration such as 90s, 5m or 1m30s`);
  }
  return value;
}

/** The value of --dry-run; alone it means client, as in kubectl of old. Throws BadInput. */
export function dryRunOf(value: string | boolean): 'none' | 'client' | 'server' {
  return typeof value === 'boolean' ? 'client' : oneOf('--dry-run', value, choices.dryRun);
}

/** Throws BadInput for --wait beside a dry run, which changes nothing. */
export function refuseWaitOfDryRun(dryRun: 'none' | 'client' | 'server', wait: boolean): void {
  if (dryRun === 'none' || !wait) return;
  throw new BadInput('--dry-run and --wait do not go together: a dry run changes nothing');
}
