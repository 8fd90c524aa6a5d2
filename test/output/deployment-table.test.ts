import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Overview } from '../../src/lifecycle/overview/overview.ts';
import { ChangedRows, deploymentHeader, deploymentLines, deploymentRow } from '../../src/output/deployment-table.ts';
import { CapturedOutput } from '../captured-output.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const plain = { namespace: false, wide: false, labels: false };
const all = { namespace: true, wide: true, labels: true };

const iris: Overview = {
  deployment: {
    metadata: {
      name: 'iris',
      namespace: 'team',
      uid: 'u',
      creationTimestamp: '2026-01-01T11:50:00Z',
      labels: { b: '2', a: '1' },
    },
    spec: {
      predictors: [
        { name: 'main', componentSpecs: [{ spec: { containers: [{ name: 'c', image: 'example/iris:1.0' }] } }] },
        { name: 'canary', graph: { name: 'canary', implementation: 'SKLEARN_SERVER', modelUri: 'gs://models/iris' } },
      ],
    },
    status: { address: { url: 'http://iris' }, description: 'a\u001bb' },
  },
  state: 'Updating',
  pods: { available: 2, desired: 3, there: 4 },
};

describe('The row of a deployment', () => {
  it('has its state, replicas, URL and age', () => {
    assert.deepEqual(deploymentRow(iris, plain, now), ['iris', 'Updating', '2/3', '4', 'http://iris', '10m']);
  });

  it('has more where that is asked for, each under its heading', () => {
    const row = deploymentRow(iris, all, now);
    assert.deepEqual(row, [
      'team',
      'iris',
      'Updating',
      '2/3',
      '4',
      'http://iris',
      '10m',
      'main,canary',
      'example/iris:1.0,gs://models/iris',
      'a^[b',
      'a=1,b=2',
    ]);
    assert.equal(deploymentHeader(all).length, row.length);
  });

  it('says what it does not know', () => {
    const bare: Overview = { deployment: { metadata: { name: 'x' } }, state: 'Pending', pods: undefined };
    const expected = [
      '',
      'x',
      'Pending',
      '<unknown>',
      '<unknown>',
      '<none>',
      '<unknown>',
      '<none>',
      '<none>',
      '<none>',
      '<none>',
    ];
    assert.deepEqual(deploymentRow(bare, all, now), expected);
  });
});

describe('The wide table', () => {
  it('fits a terminal whose images do not, and keeps the ends of these', () => {
    const image = `registry.example.com/a-team/with/a/long/name/iris:1.0`;
    const containers = [{ name: 'c', image }];
    const spec = { predictors: [{ name: 'main', componentSpecs: [{ spec: { containers } }] }] };
    const one: Overview = { ...iris, deployment: { ...iris.deployment, spec } };
    const asked = { namespace: false, wide: true, labels: false };
    const stdout = new CapturedOutput({ isTTY: true, columns: 100 });
    const lines = deploymentLines(asked, stdout).lines([deploymentHeader(asked), deploymentRow(one, asked, now)]);
    assert.ok(
      lines.every((line) => line.length <= 100),
      lines.join('\n'),
    );
    assert.match(lines[1] ?? '', / registry\S*…\S*iris:1\.0 /);
  });
});

describe('A list that goes on', () => {
  it('has a new row when more than the age is different, under the first header', () => {
    const rows = new ChangedRows(plain, true, new CapturedOutput());
    assert.deepEqual(rows.of([iris], now), [
      'NAME   STATE      READY   REPLICAS   URL           AGE',
      'iris   Updating   2/3     4          http://iris   10m',
    ]);
    assert.deepEqual(rows.of([iris], now + 60_000), []);
    assert.deepEqual(rows.of([{ ...iris, state: 'Available' }], now + 60_000), [
      'iris   Available   2/3     4          http://iris   11m',
    ]);
    assert.deepEqual(rows.of([iris], now), ['iris   Updating    2/3     4          http://iris   10m']);
  });

  it('may do without the header', () =>
    assert.equal(new ChangedRows(plain, false, new CapturedOutput()).of([iris], now).length, 1));
});
