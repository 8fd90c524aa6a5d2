import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Columns } from '../../src/output/columns.ts';

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
});
