import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAllDocuments, type Tags } from 'yaml';
import { inputLimits } from '../../src/reading/input-limits.ts';
import { type Counted, ReadingBudget } from '../../src/reading/reading-budget.ts';
import { yamlValues } from '../../src/reading/yaml-values.ts';
import { manifestCases } from '../corpus/manifest-cases.ts';

class Problem extends Error {}

function read(text: string, budget = new ReadingBudget()): unknown[] {
  const fail = (offset: number, problem: string, isTooMuch = false): never => {
    throw new Problem(`${offset}: ${isTooMuch ? 'too much: ' : ''}${problem}`);
  };
  return [...yamlValues(text, budget, fail)].map(({ value }) => value);
}

/** What is left of it, of what there was. */
function taken(text: string, counted: Counted): number {
  const budget = new ReadingBudget();
  const before = budget.left(counted);
  read(text, budget);
  return before - budget.left(counted);
}

/** Lists of ten of what stands before them: 10 to the power of so many. */
const laughs = (levels: number, leaf = 'x') =>
  `a0: &a0 ${leaf}\n${Array.from(
    { length: levels },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(',')}]\n`,
  ).join('')}`;

const meanings: readonly [name: string, text: string][] = [
  ['an alias of a text', 'a: &x text\nb: *x\n'],
  ['an alias of a map', 'a: &x {b: 1}\nc: *x\n'],
  ['an alias of a list, in a list', '- &x [1, 2]\n- *x\n- [*x]\n'],
  ['an alias of nothing that stands there', 'a: &x\nb: *x\n'],
  ['an alias of an alias’s holder', 'a: &x {b: &y [1]}\nc: *x\nd: *y\n'],
  ['an anchor that is set anew', 'a: &x 1\nb: *x\nc: &x 2\nd: *x\n'],
  ['an alias as a key', 'a: &x key\n*x : 1\n'],
  ['an anchor on a key', '&x key: 1\nb: *x\n'],
  ['a merge of an alias', 'a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n'],
  ['a merge behind what it would set', 'a: &x {b: 1, c: 2}\nd: {c: 3, <<: *x}\n'],
  ['a merge of a map that stands there', 'd: {<<: {a: 1}, b: 2}\n'],
  ['a merge of a list of aliases', 'a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}\n'],
  ['a merge of a list and a map', 'a: &x {b: 1}\ne: {<<: [{c: 1}, *x]}\n'],
  ['a merge of an alias of a list', 'a: &x [{b: 1}, {b: 2, c: 3}]\nd: {<<: *x}\n'],
  ['two merges', 'a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: *x, <<: *y}\n'],
  ['a merge of a merge', 'a: &x {b: 1}\nc: &y {<<: *x, d: 2}\ne: {<<: *y, f: 3}\n'],
  ['a quoted <<', 'a: {"<<": 1}\n'],
  ['a << that is no key', 'a: <<\nb: [<<]\n'],
  ['keys that every object seems to have', 'constructor: 1\n__proto__: {a: 1}\ntoString: [1]\n'],
  ['a merge of such keys', 'a: &x {__proto__: {b: 1}, constructor: 2}\nc: {<<: *x}\n'],
  ['keys that are no text', '1: a\ntrue: b\nnull: c\n1.5: d\n'],
  ['tags that nobody knows', 'a: !x {b: 1}\nc: !y text\nd: !!set {e}\nf: !!binary aGk=\n'],
  ['an empty document among others', '---\na: 1\n---\n---\nb: 2\n'],
  ['no value for a key', 'a:\n? b\n? c\n: d\n'],
];

describe('A YAML text means the same as the library makes of it:', () => {
  const known = (tag: Tags[number]) =>
    typeof tag === 'object' && tag.format !== 'TIME' && !/:(timestamp|binary|omap|pairs|set)$/.test(tag.tag);
  const customTags = (tags: Tags): Tags => [...tags.filter(known), 'intOct'];
  const same = (text: string) => {
    const documents = parseAllDocuments(text, { version: '1.1', customTags, logLevel: 'silent', uniqueKeys: false });
    assert.ok(Array.isArray(documents));
    const expected = documents.map((document) => document.toJS({ maxAliasCount: -1 }));
    assert.equal(JSON.stringify(read(text)), JSON.stringify(expected));
  };
  for (const [name, text] of meanings) it(name, () => same(text));

  // Several documents of JSON are none of YAML.
  const isYaml = (content: string | Uint8Array) => typeof content === 'string' && /^(?!\s*\{)/.test(content);
  const valid = manifestCases.filter(({ expected, content }) => expected === 'valid' && isYaml(content));
  for (const { name, content } of valid) it(`of the corpus: ${name}`, () => same(String(content)));
});

const counts: readonly [name: string, text: string, values: number, letters: number][] = [
  ['a scalar', 'text', 1, 4],
  ['a map: itself, its keys’ letters and its values', 'key: text', 2, 7],
  ['a list', '[ab, c, 1, true, null]', 6, 3],
  ['an alias, for all that it stands for', '- &x [ab, c]\n- *x\n', 7, 6],
  ['an alias of an alias’s holder', '- &x [a]\n- &y [*x, *x]\n- *y\n', 13, 5],
  ['a text that stands in many places', `- &x ${'t'.repeat(100)}\n${'- *x\n'.repeat(9)}`, 11, 1_000],
  // The list and its map with one field; the map that it is merged into; the alias of it; the field once more.
  ['a merge, for what it names and what it sets', '- &x {key: text}\n- {<<: *x}\n', 7, 21],
  ['10 to the power of 4', laughs(4), 2 + 11 + 111 + 1_111 + 11_111, 10 + 11_111],
];

describe('A YAML text is counted', () => {
  for (const [name, text, values, letters] of counts) {
    it(name, () => assert.deepEqual([taken(text, 'values'), taken(text, 'letters')], [values, letters]));
  }
});

const refused: readonly [name: string, text: string, message: string][] = [
  ['more values than it may hold', '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]', '28: too much: more than 10 values up to here'],
  [
    'more values by an alias',
    '- &x [1, 2, 3, 4]\n- *x\n',
    '20: too much: more than 10 values up to here, including expanded aliases',
  ],
  [
    'more values by a merge',
    '- &x {a: 1, b: 2, c: 3}\n- <<: *x\n',
    '26: too much: more than 10 values up to here, including merged maps',
  ],
  [
    'more values by a merge of what stands there',
    '<<: {a: 1, b: 2, c: 3, d: 4, e: 5}\n',
    '0: too much: more than 10 values up to here, including merged maps',
  ],
  [
    'more letters by an alias',
    `- &x ${'t'.repeat(40)}\n- *x\n- *x\n`,
    '53: too much: more than 0.00009918212890625 MiB of text up to here, including expanded aliases',
  ],
  ['an alias of nothing', '- *x\n', '2: Unresolved alias: nothing before it has this name'],
  ['an alias of what comes later', '- *x\n- &x 1\n', '2: Unresolved alias: nothing before it has this name'],
  ['an alias of another document', '&x a\n---\n*x\n', '9: Unresolved alias: nothing before it has this name'],
  ['an alias in itself', '&x [*x]\n', '4: an alias inside the value that it refers to'],
  ['a merge of itself', '&x {<<: *x}\n', '8: an alias inside the value that it refers to'],
  ['a merge of a text', '{<<: text}\n', '1: Merge sources must be maps or map aliases'],
  ['a merge of a list of texts', '{<<: [text]}\n', '1: Merge sources must be maps or map aliases'],
  ['a key that stands twice', 'a: 1\n"a": 2\n', '5: Map keys must be unique'],
  ['a key that stands twice, by an alias', '&x a: 1\n*x : 2\n', '8: Map keys must be unique'],
  ['a list as a key', '[a]: 1\n', '0: a map or a list cannot be a key'],
  ['a list as a key, by an alias', '- &x [a]\n- {*x : 1}\n', '12: a map or a list cannot be a key'],
];

describe('A YAML text is refused, with the place, that holds', () => {
  for (const [name, text, message] of refused) {
    it(name, () => {
      const budget = new ReadingBudget({ values: 10, letters: 104 });
      assert.throws(() => read(text, budget), { constructor: Problem, message });
    });
  }

  it('lists in each other that only aliases put there', () => {
    const nested = Array.from({ length: 40 }, (_, step) => `a${step + 1}: &a${step + 1} [[[[[*a${step}]]]]]\n`);
    assert.throws(() => read(`a0: &a0 x\n${nested.join('')}`), /: nested more than 200 levels deep$/);
    assert.equal(read(`a0: &a0 x\n${nested.slice(0, 39).join('')}`).length, 1);
  });
});

describe('Of a text that unfolds without end', () => {
  const cases: readonly [name: string, text: string][] = [
    ['10 to the power of 300', laughs(300)],
    ['a text of a megabyte, a million times', laughs(6, `"${'x'.repeat(2 ** 20)}"`)],
    [
      'merges of merges, 2 to the power of 300',
      `m0: &m0 {k: v}\n${Array.from({ length: 300 }, (_, i) => `m${i + 1}: &m${i + 1} {<<: [*m${i}, *m${i}], k${i}: 1, l${i}: [*m${i}, *m${i}]}\n`).join('')}`,
    ],
    [
      'a wide map that is merged again and again',
      `m: &m {${Array.from({ length: 5_000 }, (_, i) => `k${i}: v`).join(', ')}}\n${Array.from({ length: 5_000 }, (_, i) => `n${i}: {<<: *m}\n`).join('')}`,
    ],
  ];
  for (const [name, text] of cases) {
    it(`no more is made than the budget allows: ${name}`, () => {
      const budget = new ReadingBudget();
      assert.throws(() => read(text, budget), /too much: more than .* including .*$/);
      // What is over was counted, and not made: the last alias alone is larger than all that there may be, and no more.
      const { values, letters } = inputLimits;
      assert.ok(budget.left('values') > -2 * values, `${budget.left('values')} values`);
      assert.ok(budget.left('letters') > -2 * letters, `${budget.left('letters')} letters`);
    });
  }

  it('many aliases that stand for little are read', () => {
    const [value] = read(`- &x y1\n${'- *x\n'.repeat(100_000)}`);
    assert.ok(Array.isArray(value));
    assert.equal(value.length, 100_001);
  });

  it('many anchors and aliases of each are read', () => {
    const anchors = Array.from({ length: 20_000 }, (_, i) => `- &a${i} v${i}\n`);
    const aliases = Array.from({ length: 20_000 }, (_, i) => `- *a${i}\n`);
    const [value] = read(`${anchors.join('')}${aliases.join('')}`);
    assert.ok(Array.isArray(value));
    assert.equal(value[39_999], 'v19999');
  });

  it('a map of many keys is read', () => {
    const [value] = read(Array.from({ length: 50_000 }, (_, i) => `k${i}: 1\n`).join(''));
    assert.equal(Object.keys(value as object).length, 50_000);
  });
});
