/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const MARKS = [
  '[',
  ']',
  '{',
  '}',
  ':',
  ': ',
  ',',
  '- ',
  '? ',
  '&a ',
  '*a ',
  '<<: ',
  '"',
  "'",
  '|\n',
  '>-\n',
  '---\n',
  '...\n',
];
const STRANGE = [
  '\t',
  '\r',
  '\0',
  '\u001b[',
  '\ufeff',
  '\u2028',
  '\u202e',
  '\ud800',
  '!!binary ',
  '%TAG ! x\n',
  '#',
  '~',
  '.inf',
];
const WORDS = [
  'null',
  'true',
  '-1',
  '1e400',
  '99999999999999999999',
  '0x',
  '1:30',
  '__proto__',
  'constructor',
  'kind: List\nitems:\n',
  '{"toString":null}',
  '"hasOwnProperty":1,',
  'valueOf: ',
  '&a [*a, *a]',
  '<<: [*a, *a]\n',
  `\${a}`,
  '"type":"delete",',
  '{"type":"upsert","item":{}}\n',
];
const TOKENS = [...MARKS, ...STRANGE, ...WORDS];

/** One to eight small changes of a text: something cut, doubled, moved, put in, or taken from another text. */
export function mutated(text: string, other: string, random: () => number): string {
  let result = text;
  for (let rounds = 1 + Math.floor(random() * 8); rounds > 0; rounds -= 1) {
    const place = () => Math.floor(random() * (result.length + 1));
    const [from, to] = [place(), place()].sort((a, b) => a - b) as [number, number];
    const piece = result.slice(from, Math.min(to, from + 2_000));
    const token = TOKENS[Math.floor(random() * TOKENS.length)] ?? '';
    const begin = Math.floor(random() * other.length);
    const replacements = [
      '',
      piece + piece,
      token,
      piece + token,
      token.repeat(1 + Math.floor(random() * 300)),
      other.slice(begin, begin + Math.floor(random() * 200)),
      [...piece].reverse().join(''),
      String.fromCharCode(Math.floor(random() * 0x3000)),
      piece.replaceAll('\n', '\n '),
    ];
    const replacement = replacements[Math.floor(random() * replacements.length)] ?? '';
    result = result.slice(0, from) + replacement + result.slice(from + piece.length);
  }
  return result.slice(0, 200_000);
}
