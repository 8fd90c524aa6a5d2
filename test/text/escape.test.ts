import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeTerminal } from '../../src/text/escape.ts';

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
];

describe('escapeTerminal', () => {
  for (const [name, text, expected] of cases) {
    it(name, () => assert.equal(escapeTerminal(text), expected));
  }
});
