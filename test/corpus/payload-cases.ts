import type { CorpusCase } from './corpus-case.ts';

const rows: readonly (readonly [name: string, content: string | Uint8Array, expected: 'valid' | 'bad'])[] = [
  ['an object', '{"data":{"ndarray":[[1]]}}', 'valid'],
  ['a byte order mark', '\ufeff{"data":{}}', 'valid'],
  ['__proto__', '{"__proto__":{"a":1}}', 'valid'],
  ['a key that stands twice', '{"a":1,"a":2}', 'valid'],
  ['something behind it', '{"a":1} 2', 'bad'],
  ['100,000 lists in each other', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'bad'],
  ['nothing', '', 'bad'],
  ['text', 'hello', 'bad'],
  ['YAML', 'data: {}\n', 'bad'],
  ['JSON that breaks off', '{"data":', 'bad'],
  ['a number beyond all numbers, which JSON has', '[1e999]', 'valid'],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'bad'],
  ['UTF-8 that is cut', Buffer.from([0x22, 0xe6, 0xa8]), 'bad'],
  ['a million and more numbers', `[${'0,'.repeat(1_000_000)}0]`, 'valid'],
  ['a million and more empty objects', `[${'{},'.repeat(1_000_000)}0]`, 'valid'],
  ['17 MiB', `"${'x'.repeat(17 * 1024 * 1024)}"`, 'bad'],
];

export const payloadCases: readonly CorpusCase[] = rows.map(([name, content, expected]) => ({
  name,
  content,
  expected,
}));
