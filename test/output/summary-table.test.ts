import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { summaryTable } from '../../src/output/summary-table.ts';
import type { DeploymentSummary } from '../../src/progress/progress.ts';

it('A step that is taken several times counts with all of them in the summary', () => {
  const summary: DeploymentSummary = {
    namespace: 'n',
    name: 'iris',
    uid: 'u',
    outcome: 'succeeded',
    steps: [
      { step: 'apply', state: 'succeeded', durationMs: 10 },
      { step: 'scale', state: 'succeeded', durationMs: 100 },
      { step: 'scale', state: 'succeeded', durationMs: 150 },
      { step: 'scale', state: 'skipped' },
      { step: 'delete', state: 'skipped' },
    ],
    events: 0,
    left: [],
  };
  const [header = '', row = ''] = summaryTable([summary]).map(stripVTControlCharacters);
  assert.deepEqual(header.split(/ +/), ['NAMESPACE', 'NAME', 'OUTCOME', 'APPLY', 'SCALE', 'EVENTS', 'LEFT']);
  assert.deepEqual(row.split(/ +/), ['n', 'iris', 'succeeded', '10ms', '250ms', '0', '0']);
});
