import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { goYaml } from '../../src/text/go-yaml.ts';

/** What `kubectl get -o yaml` wrote of an annotation with this text. */
const scalars: [text: string, written: string][] = [
  ['word', 'word'],
  ['two words', 'two words'],
  ['', '""'],
  ['12', '"12"'],
  ['1_000', '"1_000"'],
  ['_12', '_12'],
  ['0x1f', '"0x1f"'],
  ['0o17', '"0o17"'],
  ['1e3', '"1e3"'],
  ['1e1212', '1e1212'],
  ['.5', '".5"'],
  ['._', '._'],
  ['.inf', '".inf"'],
  ['12:30:45', '"12:30:45"'],
  ['2026-01-01', '"2026-01-01"'],
  ['2026-01-01T00:00:00Z', '"2026-01-01T00:00:00Z"'],
  ['yes', '"yes"'],
  ['y', '"y"'],
  ['off', '"off"'],
  ['null', '"null"'],
  ['~', '"~"'],
  ['a: b', "'a: b'"],
  ['abc:', "'abc:'"],
  ['a #b', "'a #b'"],
  ['a#b', 'a#b'],
  ['- a', "'- a'"],
  ['-x', '-x'],
  ['?', "'?'"],
  [':x', ':x'],
  ['*x', "'*x'"],
  ['@a', "'@a'"],
  ['[a]', "'[a]'"],
  ['a[b]', 'a[b]'],
  ['{"a":1}', '\'{"a":1}\''],
  ["it's", "it's"],
  ["'it's", "'''it''s'"],
  ['say "hi"', 'say "hi"'],
  ['---', "'---'"],
  [' lead', "' lead'"],
  ['trail ', "'trail '"],
  ['a\\b', 'a\\b'],
  ['a\tb', '"a\\tb"'],
  ['a\r\nb', '"a\\r\\nb"'],
  ['\u0007', '"\\a"'],
  ['é', 'é'],
  ['😀', '"\\U0001F600"'],
  ['one\ntwo\n', '|\n    one\n    two'],
  ['one\n  two', '|-\n    one\n      two'],
  ['  one\ntwo', '|2-\n      one\n    two'],
  ['one\n\n', '|+\n    one\n'],
  ['\n', '|2+\n'],
  ['one \ntwo', '"one \\ntwo"'],
];

describe('YAML as kubectl writes it', () => {
  for (const [text, written] of scalars) {
    it(`has ${JSON.stringify(text)} as ${JSON.stringify(written)}`, () => {
      const yaml = goYaml({ metadata: { x: text } });
      assert.equal(yaml, `metadata:\n  x: ${written}\n`);
      // Go takes these two for text, as they cannot be numbers; JavaScript's reader does not mind.
      if (text !== '1e1212' && text !== '._') assert.equal(parse(yaml, { version: '1.1' }).metadata.x, text);
    });
  }

  const long = `${'word '.repeat(20)}end`;
  for (const text of [long, `${long}: 'quoted'`, `${long}\ttab`, `${long.replaceAll(' ', '  ')}\ttab`]) {
    it(`folds a long line behind column 80: ${JSON.stringify(text.slice(-12))}`, () => {
      const yaml = goYaml({ x: [{ y: text }] });
      const [, first = '', second = ''] = yaml.split('\n');
      assert.ok(first.length > 80 && first.length < 90 && /^ {4}\S/.test(second), yaml);
      assert.equal(parse(yaml).x[0].y, text);
    });
  }

  it('writes sequences below their key, and collections in them', () => {
    const yaml = goYaml({ a: [1, [2, [3]], { c: [null], b: true }, {}, []] });
    assert.equal(yaml, 'a:\n- 1\n- - 2\n  - - 3\n- b: true\n  c:\n  - null\n- {}\n- []\n');
  });

  it('has keys in a natural order', () => {
    const keys = ['b', 'a10', 'a2', 'B', '10', '2', 'a', 'a-b', 'ab', '_'];
    const yaml = goYaml(Object.fromEntries(keys.map((key) => [key, 0])));
    assert.equal(yaml.replaceAll(': 0\n', ' '), '_ "2" "10" B a a-b a2 a10 ab b ');
  });

  it('marks a long key as one', () => {
    const key = 'k'.repeat(130);
    assert.equal(goYaml({ [key]: 1, z: { [key]: ['x'] } }), `? ${key}\n: 1\nz:\n  ? ${key}\n  : - x\n`);
  });

  it('writes a scalar alone', () => assert.equal(goYaml('x'), 'x\n'));
});
