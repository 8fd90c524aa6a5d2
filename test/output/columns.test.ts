import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Columns } from '../../src/output/columns.ts';
import { CapturedOutput } from '../captured-output.ts';

describe('columns', () => {
  it('pads a cell to three more than itself, and leaves the last one as it is', () => {
    assert.equal(new Columns().line(['LAST SEEN', 'TYPE', 'MESSAGE']), 'LAST SEEN   TYPE   MESSAGE');
  });

  it('makes no column narrower than six', () => {
    assert.equal(new Columns().line(['a', '', 'b']), 'a           b');
  });

  it('grows a column with its widest cell, and keeps it so for the rows after', () => {
    const columns = new Columns();
    assert.equal(columns.line(['NAME', 'AGE']), 'NAME   AGE');
    assert.equal(columns.line(['iris-default', '3s']), 'iris-default   3s');
    assert.equal(columns.line(['x', '4s']), 'x              4s');
  });

  it('is as wide as what is to be expected from the first row on', () => {
    const columns = new Columns([9]);
    assert.equal(columns.line(['NAME', 'AGE']), 'NAME        AGE');
    assert.equal(columns.line(['123456789', '3s']), '123456789   3s');
  });

  it('prints one cell and no cell', () => {
    assert.equal(new Columns().line(['alone']), 'alone');
    assert.equal(new Columns().line([]), '');
  });

  it('counts the columns of the screen, of which a wide character takes two and a colour none', () => {
    const columns = new Columns();
    assert.equal(columns.line(['NAME', 'AGE']), 'NAME   AGE');
    assert.equal(columns.line(['虹膜分类器', '3s']), '虹膜分类器   3s');
    assert.equal(columns.line(['\u001b[33mWarning\u001b[39m', '3s']), '\u001b[33mWarning\u001b[39m      3s');
    assert.equal(columns.line(['cafe\u0301', '3s']), 'cafe\u0301         3s');
  });
});

describe('columns on a terminal', () => {
  const message = 'Back-off pulling image "registry.example/iris:missing": not found';

  it('break the last cell at its width, between words, and go on below it', () => {
    const columns = new Columns([7], new CapturedOutput({ isTTY: true, columns: 50 }));
    assert.equal(
      columns.line(['Warning', message]),
      `\
Warning   Back-off pulling image
          "registry.example/iris:missing": not
          found`,
    );
  });

  it('begin the last cell on the next line where too little room is left', () => {
    const columns = new Columns([30], new CapturedOutput({ isTTY: true, columns: 60 }));
    assert.equal(
      columns.line(['Pod/iris-default-0', message]),
      `\
Pod/iris-default-0
    Back-off pulling image "registry.example/iris:missing":
    not found`,
    );
  });

  it('break a word that is longer than a line, and wide characters in time', () => {
    const columns = new Columns([], new CapturedOutput({ isTTY: true, columns: 40 }));
    assert.equal(columns.line(['a', '虹'.repeat(20)]), `a     ${'虹'.repeat(17)}\n      ${'虹'.repeat(3)}`);
  });

  it('leave what fits as it is, to the last column', () => {
    const columns = new Columns([], new CapturedOutput({ isTTY: true, columns: 40 }));
    assert.equal(columns.line(['a', 'x'.repeat(34)]), `a     ${'x'.repeat(34)}`);
  });

  it('leave everything as it is in a pipe, and where the terminal has no size', () => {
    for (const stream of [new CapturedOutput({ columns: 40 }), new CapturedOutput({ isTTY: true, columns: 0 })]) {
      assert.equal(new Columns([], stream).line(['a', message]), `a     ${message}`);
    }
  });
});
