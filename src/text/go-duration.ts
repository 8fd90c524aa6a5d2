import { ownValue } from '../own-values.ts';

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // Both letters that look like µ: the micro sign and the Greek mu.
  '\u00b5s': 1e-3,
  '\u03bcs': 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
/** More digits than any number has: the pattern would try every way to divide them. */
const LONGEST = 200;
const DURATION = /^([-+]?)((?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/;

/** Milliseconds of a duration as Go writes them (https://pkg.go.dev/time#ParseDuration): 90s, 1m30s, 500ms; undefined if it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  const [, sign] = (text.length <= LONGEST && DURATION.exec(text)) || [];
  if (sign === undefined) return undefined;
  let total = 0;
  for (const [, number, unit = ''] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g)) {
    total += Number(number) * (ownValue(UNITS, unit) ?? 0);
  }
  return sign === '-' ? -total : total;
}

/** A length of time as Go writes it (https://pkg.go.dev/time#Duration.String): 5m0s, 1m30s, 500ms, 0s. */
export function goDuration(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  const sign = milliseconds < 0 ? '-' : '';
  if (size > 0 && size < 1_000) return size < 1 ? `${sign}${size * 1_000}\u00b5s` : `${sign}${size}ms`;
  const [hours, minutes] = [Math.floor(size / 3_600_000), Math.floor(size / 60_000) % 60];
  const seconds = `${(size % 60_000) / 1_000}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}
