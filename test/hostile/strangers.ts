/** What comes in the place of a value that a server answers. */
export interface Stranger {
  /** For messages. */
  name: string;
  /** Of the value that was there; undefined: it is left out. */
  of(value: unknown): unknown;
  /** Of an answer as a whole, which then has this status. */
  status?: number;
}

/** Each has something in it that no terminal may get to see. */
const HOSTILE = [
  'a\u001b[31mb\u0007\u0000\u007f',
  '\r\nerror: forged\n{"type":"summary"}\n\t',
  'a\u0085b\u009b31mc\u2028d\u2029e',
  '\u202eabc\u2066\u200f\u061c',
  'x\u00ad\u180e\u2061\u3164\ufff9\u{e0041}\u200b\ufeff\u115f',
  'half \ud800 of \udc00 each',
];

const OTHERS: readonly unknown[] = [
  null,
  true,
  -1,
  1e300,
  2 ** 31,
  0.5,
  '',
  '7',
  'text with spaces',
  '../..?a=b#c',
  '9999-12-31T23:59:59Z',
  '2026-02-31T99:99:99Z',
  'y'.repeat(70_000),
  [],
  [null],
  [[]],
  {},
  { constructor: { prototype: 1 }, toString: null, length: -1 },
  Array(300).fill({ metadata: { name: 'many' } }),
  JSON.parse('{"a":'.repeat(300) + 1 + '}'.repeat(300)),
  Object.fromEntries([['__proto__', { a: 1 }], ...HOSTILE.map((text) => [text, text])]),
];

/** For any value. */
export const strangers: readonly Stranger[] = [
  ...OTHERS.map((value) => ({ name: shortened(value), of: () => value })),
  ...HOSTILE.map((text) => ({ name: shortened(text), of: () => text })),
  ...HOSTILE.map((text) => ({
    name: `itself with ${JSON.stringify(text)}`,
    of: (value: unknown) => (typeof value === 'string' ? `${value}${text}` : text),
  })),
  { name: 'nothing', of: () => undefined },
  { name: 'a list of it', of: (value) => [value] },
  {
    name: 'it twice',
    of: (value) => (Array.isArray(value) ? [...value, ...value] : { ...Object(value), again: value }),
  },
];

/** For a whole answer. */
export const refusals: readonly Stranger[] = [401, 403, 404, 409, 410, 422, 500].flatMap((status) =>
  HOSTILE.map((text) => ({
    name: `${status} with ${JSON.stringify(text)}`,
    status,
    of: () => ({
      kind: 'Status',
      status: 'Failure',
      message: `it is ${text}`,
      reason: text,
      details: {
        name: text,
        kind: text,
        causes: [{ reason: 'FieldManagerConflict', field: text, message: `conflict with "${text}" using v1` }],
      },
      code: status,
    }),
  })),
);

function shortened(value: unknown): string {
  return JSON.stringify(value).slice(0, 100);
}
