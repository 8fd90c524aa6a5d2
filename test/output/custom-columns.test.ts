import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import { objectFormat, objectStream, writtenList, writtenObject } from '../../src/output/object-format.ts';

const iris = {
  metadata: { name: 'iris', labels: { b: '2', a: '1' }, annotations: { note: 'a\u001b[1m\nb' } },
  spec: { on: true, off: null, small: 0.00001, large: 1e21, list: ['x', { y: 1 }] },
};
const tulip = { metadata: { name: 'a-longer-tulip' } };

describe('Columns of one’s own', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'columns-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (text: string) => {
    const name = path.join(folder, 'columns.txt');
    writeFileSync(name, text);
    return `custom-columns-file=${name}`;
  };

  it('stand under their headers, as wide as the widest cell, the last one as it is', () => {
    const format = objectFormat('custom-columns=NAME:.metadata.name,ON:{.spec.on},A:metadata.labels.a');
    assert.equal(
      writtenList([iris, tulip], format),
      'NAME             ON       A\niris             true     1\na-longer-tulip   <none>   <none>\n',
    );
    assert.equal(writtenObject(tulip, format, { noHeaders: true }), 'a-longer-tulip   <none>   <none>\n');
    assert.equal(writtenList([], format), 'NAME   ON    A\n');
  });

  it('come with one header where objects come one by one', () => {
    let text = '';
    const add = objectStream((more) => (text += more), objectFormat('custom-columns=NAME:.metadata.name,X:.x'));
    add([]);
    add([tulip]);
    add([iris]);
    assert.equal(text, 'NAME             X\na-longer-tulip   <none>\niris             <none>\n');
  });

  for (const [what, spec, cell] of [
    ['a map by its keys, in order', '.metadata.labels', 'map[a:1 b:2]'],
    ['a list', '.spec.list', '[x map[y:1]]'],
    ['several values', '.spec.list[*]', 'x,map[y:1]'],
    ['null', '.spec.off', '<nil>'],
    ['a small number', '.spec.small', '1e-05'],
    ['a large number', '.spec.large', '1e+21'],
    ['nothing where nothing is asked for', '', '<none>'],
    ['harmless text, on one line', '.metadata.annotations.note', 'a^[[1m\\nb'],
  ] as const) {
    it(`show as Go does ${what}`, () => {
      const format = objectFormat(`custom-columns=X:${spec}`);
      assert.equal(writtenObject(iris, format), `X\n${cell}\n`);
    });
  }

  it('may be in a file: headers, and below them paths', () => {
    const format = objectFormat(file('NAME   LABEL\r\n.metadata.name {.metadata.labels.a}\nno more\n'));
    assert.equal(writtenObject(iris, format), 'NAME   LABEL\niris   1\n');
  });

  for (const [text, error] of [
    ['custom-columns', 'custom-columns format specified but no custom columns given'],
    ['custom-columns=', 'custom-columns format specified but no custom columns given'],
    ['custom-columns-file=', 'custom-columns format specified but no custom columns given'],
    ['custom-columns=NAME', 'unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>'],
    [
      'custom-columns=NAME:{.a}{.b}',
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    ],
    [
      'custom-columns-file=no/such',
      "error reading template no/such, ENOENT: no such file or directory, open 'no/such'",
    ],
  ] as const) {
    it(`are refused in kubectl’s words: ${text}`, () => {
      assert.throws(() => objectFormat(text), new BadInput(error));
    });
  }

  for (const [what, text, error] of [
    ['without a line', '', /^invalid template, missing header line\. Expected format/],
    ['without paths', 'NAME\n', /^invalid template, missing spec line\./],
    [
      'with too few paths',
      'NAME AGE\n.metadata.name\n',
      /^number of headers \(2\) and field specifications \(1\) don't match$/,
    ],
  ] as const) {
    it(`are refused in a file ${what}`, () => {
      assert.throws(
        () => objectFormat(file(text)),
        (failure: BadInput) => error.test(failure.message),
      );
    });
  }
});
