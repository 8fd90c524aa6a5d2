import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Columns } from '../../src/output/columns.ts';
import { table } from '../../src/output/table.ts';

describe('a table that is printed at once', () => {
  const rows = [
    ['NAME', 'STATUS', 'VERSION'],
    ['syncer', 'Running', 'a version that is long'],
    ['模型', '\u001b[31mLost\u001b[39m', ''],
    ['none', '', '1'],
  ];

  it('stands as kubectl’s do, by the width on the screen, its last cells not padded', () => {
    assert.deepEqual(table(rows), [
      'NAME     STATUS    VERSION',
      'syncer   Running   a version that is long',
      '模型     \u001b[31mLost\u001b[39m      ',
      'none               1',
    ]);
  });

  it('has the same bytes as one that grows', () => assert.deepEqual(table(rows), new Columns().lines(rows)));
});
