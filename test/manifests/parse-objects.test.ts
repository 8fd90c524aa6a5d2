import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at } from '../../src/manifests/manifest.ts';
import { Misread } from '../../src/manifests/mistakes.ts';
import { parseObjects } from '../../src/manifests/parse-objects.ts';
import { TooMuchInput } from '../../src/reading/input-limits.ts';

const found: [name: string, text: string, objects: unknown[]][] = [
  ['YAML', 'kind: A\nspec: {size: 1}', [{ kind: 'A', spec: { size: 1 } }]],
  ['JSON', '{"kind": "A", "spec": {"on": [true, null, 1.5]}}', [{ kind: 'A', spec: { on: [true, null, 1.5] } }]],
  ['several documents', 'kind: A\n---\nkind: B\n', [{ kind: 'A' }, { kind: 'B' }]],
  [
    'documents with an end mark, and Windows line ends',
    'kind: A\r\n...\r\n---\r\nkind: B\r\n',
    [{ kind: 'A' }, { kind: 'B' }],
  ],
  ['a byte order mark, as Windows editors write it', '\ufeffkind: A', [{ kind: 'A' }]],
  ['nothing in an empty text', '', []],
  ['nothing in a text of comments', '# nothing here\n', []],
  ['nothing in empty documents between others', '---\n---\n# here\n---\nkind: A\n---\nnull\n', [{ kind: 'A' }]],
  ['the items of a List', 'kind: List\nitems:\n- kind: A\n- kind: B', [{ kind: 'A' }, { kind: 'B' }]],
  ['the items of a list of one kind', 'kind: SeldonDeploymentList\nitems: [{kind: A}]', [{ kind: 'A' }]],
  [
    'JSON documents with nothing between them, as kubectl takes them',
    '{"kind":"A"}{"kind":"B"}\n{"kind":"C"}',
    [{ kind: 'A' }, { kind: 'B' }, { kind: 'C' }],
  ],
  ['JSON and then YAML', '{"kind": "A"}\n---\nkind: B', [{ kind: 'A' }, { kind: 'B' }]],
  ['YAML that begins as JSON does', '{kind: A}', [{ kind: 'A' }]],
  [
    'the items of Lists in a List',
    'kind: List\nitems:\n- kind: List\n  items: [{kind: A}]\n- kind: B',
    [{ kind: 'A' }, { kind: 'B' }],
  ],
  ['nothing in a List without items', 'kind: List\nitems: []', []],
  [
    'what an alias and a merge stand for',
    'a: &a {x: 1}\nb: *a\nc: {<<: *a, z: 2}',
    [{ a: { x: 1 }, b: { x: 1 }, c: { x: 1, z: 2 } }],
  ],
];

// The same values that kubectl sends, and not those of YAML 1.2.
const scalars: [name: string, text: string, value: unknown][] = [
  ['a file mode is an octal number', '0644', 420],
  ['an octal number of YAML 1.2 is one too', '0o644', 420],
  ['a hexadecimal number is one', '0x1F', 31],
  ['yes is true', 'yes', true],
  ['off is false', 'off', false],
  ['yes in quotes is text', '"yes"', 'yes'],
  ['a date is text', '2026-01-01', '2026-01-01'],
  ['a time is text', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
  ['a number of base 60 is text', '1:30', '1:30'],
  ['a version with two dots is text', '1.18.2', '1.18.2'],
  ['a tilde is nothing', '~', null],
];

const broken: [name: string, text: string, message: string][] = [
  [
    'YAML that is not closed',
    'kind: A\nspec: [1\n',
    'm.yaml:3:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['a tab for indentation', 'spec:\n\tsize: 1', 'm.yaml:2:1: Tabs are not allowed as indentation'],
  ['a key given twice', 'kind: A\nkind: B', 'm.yaml:2:1: Map keys must be unique'],
  ['a second document that is broken', 'kind: A\n---\nkind: "B', 'm.yaml:3:9: Missing closing "quote'],
  ['JSON without a colon', '{\n  "kind" "A"\n}', 'm.yaml:2:10: Missing , or : between flow map items'],
  ['an alias of nothing', 'kind: *a', 'm.yaml:1:7: Unresolved alias: nothing before it has this name'],
  ['an alias inside of itself', '---\nkind: &a [*a]', 'm.yaml:2:11: an alias inside the value that it refers to'],
  ['a second JSON document that breaks off', '{"kind": "A"}\n{"kind": "B"', 'm.yaml:2:13: expected , or }'],
  ['a key given twice in JSON', '{"kind": "A", "a": {"b": 1, "b": 2}}', 'm.yaml:1:29: Map keys must be unique'],
  [
    'infinity, which JSON has not',
    'spec:\n  a: [1, .inf]',
    'm.yaml:2:10: spec.a[1]: this number is not a number in JSON',
  ],
  [
    'a number that would lose digits',
    'a: 12345678901234567890',
    'm.yaml:1:4: a: this number would lose digits: put it in quotes if it is text',
  ],
  [
    'a list instead of an object',
    '\n- kind: A',
    'm.yaml:2:1: expected an object with apiVersion and kind, found a list',
  ],
  ['text instead of an object', 'hello', 'm.yaml:1:1: expected an object with apiVersion and kind, found a string'],
  ['text in a List', 'kind: List\nitems:\n  - hello', 'm.yaml:3:5: expected an object in the List, found a string'],
  [
    'an empty item of a List',
    'kind: List\nitems:\n  - \n',
    'm.yaml:3:5: expected an object in the List, found nothing',
  ],
];

/** Ten times ten times … a small text that would unfold to ten billion items. */
const bomb = `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from(
  { length: 9 },
  (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(',')}]\n`,
).join('')}`;

describe('parseObjects finds', () => {
  for (const [name, text, objects] of found) {
    it(name, () => {
      assert.deepEqual(
        parseObjects(text, 'm.yaml').map(({ object }) => object),
        objects,
      );
    });
  }
});

describe('parseObjects reads a value as kubectl does:', () => {
  for (const [name, text, value] of scalars) {
    it(name, () => assert.deepEqual(parseObjects(`value: ${text}`, 'm.yaml')[0]?.object, { value }));
  }
});

describe('parseObjects refuses, with the place,', () => {
  for (const [name, text, message] of broken) {
    it(name, () => assert.throws(() => parseObjects(text, 'm.yaml'), { constructor: Misread, message }));
  }

  it('aliases that would unfold into far more than was written', () => {
    assert.throws(() => parseObjects(bomb, 'm.yaml'), {
      constructor: TooMuchInput,
      message: 'm.yaml:6:38: more than 1000000 values up to here, including expanded aliases',
    });
  });
});

const two = '# model\nkind: A\n---\nkind: B\nspec:\n  parts:\n    - size: 1\n';
const list = 'kind: List\nitems:\n  - kind: A\n  - kind: B\n';

const places: [name: string, text: string, object: number, field: (string | number)[], place: string][] = [
  ['it stands itself', two, 0, [], 'm.yaml:2:1'],
  ['a field of it stands', two, 1, ['spec', 'parts', 0, 'size'], 'm.yaml:7:13'],
  ['a field that is not there would stand: at the nearest one above', two, 1, ['spec', 'parts', 0, 'x'], 'm.yaml:7:7'],
  ['a field would stand above which there is nothing either', two, 1, ['metadata', 'name'], 'm.yaml:4:1'],
  ['it stands in a List', list, 1, [], 'm.yaml:4:5'],
  ['a field of it stands in a List', list, 1, ['kind'], 'm.yaml:4:11'],
  ['a field stands in JSON', '{\n  "kind": "A"\n}', 0, ['kind'], 'm.yaml:2:11'],
  [
    'a field stands in JSON, below others of its name',
    '{"b": {"x": 1}, "a": [0, {"x": 2}]}',
    0,
    ['a', 1, 'x'],
    'm.yaml:1:32',
  ],
  ['a field that is not there would stand in JSON', '{"a": {"y": 1}, "b": {"x": 1}}', 0, ['a', 'x'], 'm.yaml:1:7'],
  ['it stands in JSON behind another', '{"a": 1}\n {"b": 2}', 1, ['b'], 'm.yaml:2:8'],
];

const keys: [name: string, text: string, object: number, field: (string | number)[], place: string][] = [
  ['the key of a field stands', two, 1, ['spec', 'parts'], 'm.yaml:6:3'],
  ['the key of a field at the top stands', two, 1, ['spec'], 'm.yaml:5:1'],
  ['the key of a field in a List stands', list, 1, ['kind'], 'm.yaml:4:5'],
  ['an item stands, which has no key', two, 1, ['spec', 'parts', 0], 'm.yaml:7:7'],
  [
    'what a merge brought in stands: at what it was merged into',
    'a: &a {x: {y: 1}}\nb: {<<: *a}',
    0,
    ['b', 'x', 'y'],
    'm.yaml:2:4',
  ],
];

describe('an object knows where', () => {
  for (const [name, text, index, field, place] of keys) {
    it(name, () => {
      const object = parseObjects(text, 'm.yaml')[index];
      assert.ok(object);
      assert.equal(at(object.positionOf(field, 'key')), place);
    });
  }

  for (const [name, text, index, field, place] of places) {
    it(name, () => {
      const object = parseObjects(text, 'm.yaml')[index];
      assert.ok(object);
      assert.equal(at(object.positionOf(field)), place);
    });
  }
});
