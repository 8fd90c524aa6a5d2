import { sortedEntries } from './go-json.ts';

/**
 * A value as Go's fmt prints it (%v), which is how kubectl fills its custom columns: map[a:1 b:[x y]], <nil>, 1e-05.
 * https://pkg.go.dev/fmt#hdr-Printing
 */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (typeof value === 'object') {
    const entries = sortedEntries(value).map(([key, inside]) => `${key}:${goValue(inside)}`);
    return `map[${entries.join(' ')}]`;
  }
  return typeof value === 'number' ? goNumber(value) : String(value);
}

/** With an exponent, of at least two digits, from 1e21 on and below 1e-4. */
function goNumber(value: number): string {
  const isSmall = value !== 0 && Math.abs(value) < 1e-4;
  return (isSmall ? value.toExponential() : String(value)).replace(/e([+-])(\d)$/, 'e$10$2');
}
