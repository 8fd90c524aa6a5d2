import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeTerminal, harmlessJson, quotedAnswer } from '../../src/text/escape.ts';

const cases: [name: string, text: string, expected: string][] = [
  ['leaves ordinary text as it is', 'Scaled up replica set "x" to 1', 'Scaled up replica set "x" to 1'],
  ['leaves letters of other scripts and symbols as they are', 'modèle 模型 🙂', 'modèle 模型 🙂'],
  ['writes ESC as kubectl does', '\u001b[31mred\u001b[0m', '^[[31mred^[[0m'],
  ['writes a carriage return as kubectl does, so that no line is overwritten', 'good\rbad', 'good\\rbad'],
  ['keeps a row on one line', 'one\ntwo\r\nthree', 'one\\ntwo\\r\\nthree'],
  ['keeps a tab from moving the columns', 'a\tb', 'a\\tb'],
  ['escapes a bell, a backspace and a NUL', '\u0007\b\u0000', '\\u0007\\u0008\\u0000'],
  ['escapes the one-byte CSI that some terminals obey', '\u009b31m', '\\u009b31m'],
  ['escapes DEL', 'a\u007fb', 'a\\u007fb'],
  ['escapes the line and paragraph separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['escapes the marks that turn the direction of writing', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ['escapes the marks of direction and what has no width', '\u200fa\u200bb\ufeff', '\\u200fa\\u200bb\\ufeff'],
  ['leaves what joins letters and emoji', '👩\u200d🚀 می\u200cشود', '👩\u200d🚀 می\u200cشود'],
  [
    'escapes what joins where it joins nothing',
    'a\u200db\u200cc👩\u200d\u200d🚀',
    'a\\u200db\\u200cc👩\\u200d\\u200d🚀',
  ],
  [
    'leaves the variant of an emoji, of a keycap and of an ideograph',
    '❤\ufe0f1\ufe0f\u20e3葛\u{e0100}',
    '❤\ufe0f1\ufe0f\u20e3葛\u{e0100}',
  ],
  [
    'escapes a variant of what has none, and one more than there can be',
    'a\ufe0f❤\ufe0f\ufe00',
    'a\\ufe0f❤\ufe0f\\ufe00',
  ],
  ['escapes the tags, of which nobody sees what they say', 'a\u{e0041}b', 'a\\udb40\\udc41b'],
  ['escapes half a character', 'a\ud83db', 'a\\ud83db'],
];

/** One of each property that makes a character one that nobody sees, and of those that earlier lists did not have. */
const unseen = [
  0xad, 0x34f, 0x61c, 0x115f, 0x17b4, 0x180b, 0x180e, 0x200b, 0x2061, 0x206f, 0x2065, 0x3164, 0xfe00, 0xffa0, 0xfff9,
  0xfffe, 0x1bca0, 0x1d173, 0xe0001, 0xe0020, 0xe007f, 0xe0fff,
];

describe('escapeTerminal', () => {
  for (const [name, text, expected] of cases) {
    it(name, () => assert.equal(escapeTerminal(text), expected));
  }

  for (const code of unseen) {
    const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    it(`escapes ${name}, in JSON so that it means the same`, () => {
      const text = `a${String.fromCodePoint(code)}b`;
      assert.match(escapeTerminal(text), /^a(\\u[0-9a-f]{4}){1,2}b$/);
      const json = harmlessJson(JSON.stringify(text));
      assert.match(json, /^"a(\\u[0-9a-f]{4}){1,2}b"$/);
      assert.equal(JSON.parse(json), text);
    });
  }
});

describe('quotedAnswer', () => {
  for (const [name, text, expected] of [
    ['leaves JSON as it is, which looks like no line of ours', '{\n "a": 1\n}\n', ['{', ' "a": 1', '}']],
    ['indents each line of anything else', 'one\nerror: forged\n', ['  one', '  error: forged']],
  ] as const) {
    it(name, () => assert.deepEqual(quotedAnswer(text), expected));
  }
});
