import type { CorpusCase } from './corpus-case.ts';

/** What may stand where something else is expected. */
const strangers: readonly (readonly [name: string, value: unknown])[] = [
  ['nothing', null],
  ['true', true],
  ['a negative number', -1],
  ['a fraction', 1.5],
  ['a huge number', 1e300],
  ['an empty text', ''],
  ['a text', 'text with spaces'],
  ['an empty list', []],
  ['a list of nothing', [null]],
  ['a list of lists', [[[]]]],
  ['an empty object', {}],
  ['an object of itself', { constructor: { prototype: 1 }, toString: null, length: -1 }],
  ['a very long text', 'x'.repeat(10_000)],
  ['bidi and zero-width marks', '\u202eabc\u200b\u2066'],
];

/** Every field of a document, and the document itself, with every stranger in its place, as JSON. */
export function wrongTypes(document: object): CorpusCase[] {
  return pathsIn(document).flatMap((path) =>
    strangers.map(([name, value]) => ({
      name: `${path.join('.') || 'the document'} is ${name}`,
      content: JSON.stringify(withValue(document, path, value)),
      expected: 'either' as const,
    })),
  );
}

type Path = readonly string[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

function withValue(document: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  // What it holds is shared: a copy of all of it for each place is most of the time.
  const copy = (Array.isArray(document) ? [...document] : { ...(document as object) }) as Record<string, unknown>;
  copy[key] = withValue(copy[key], rest, value);
  return copy;
}
