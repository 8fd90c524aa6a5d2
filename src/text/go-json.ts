import { harmlessJson } from './escape.ts';

/**
 * JSON as Go writes it (encoding/json): keys sorted, and < > & and the line separators escaped, so that it is the same
 * text as kubectl's; but for what could do something to a terminal, which is escaped too and means the same. `indent` in spaces; without it all stands on one line.
 */
export function goJson(value: unknown, indent = 0): string {
  return written(value, indent, '\n');
}

function written(value: unknown, indent: number, line: string): string {
  if (typeof value !== 'object' || value === null) return escaped(JSON.stringify(value) ?? 'null');
  const inner = indent === 0 ? '' : line + ' '.repeat(indent);
  const outer = indent === 0 ? '' : line;
  const lineInside = line + ' '.repeat(indent);
  if (Array.isArray(value)) {
    const items = value.map((item) => inner + written(item, indent, lineInside));
    return items.length === 0 ? '[]' : `[${items.join(',')}${outer}]`;
  }
  const colon = indent === 0 ? ':' : ': ';
  const fields = sortedEntries(value).map(
    ([key, inside]) => `${inner}${escaped(JSON.stringify(key))}${colon}${written(inside, indent, lineInside)}`,
  );
  return fields.length === 0 ? '{}' : `{${fields.join(',')}${outer}}`;
}

/** What an object holds, by key in Go's order; JavaScript by itself would put keys that look like numbers first. */
export function sortedEntries(object: object): [key: string, value: unknown][] {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function escaped(json: string): string {
  return harmlessJson(
    json.replaceAll(/[<>&]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
