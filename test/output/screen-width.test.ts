import assert from 'node:assert/strict';
import { it } from 'node:test';
import stringWidth from 'string-width';
import { screenWidth } from '../../src/output/screen-width.ts';

const texts: [text: string, columns: number][] = [
  ['', 0],
  ['iris-default-0-classifier', 25],
  ['│  └─ Pod/iris', 14],
  ['\u001b[31mFailed\u001b[39m', 6],
  ['模型', 4],
  ['caf\u00e9 cafe\u0301', 9],
  ['✅ ok', 5],
  ['a\tb', 2],
];
for (const [text, columns] of texts) {
  it(`a text is as wide as string-width says: ${JSON.stringify(text)}`, () => {
    assert.equal(screenWidth(text), columns);
    assert.equal(stringWidth(text), columns);
  });
}
