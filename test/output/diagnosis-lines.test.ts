import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Finding } from '../../src/lifecycle/diagnosis/finding.ts';
import type { StatusReport } from '../../src/lifecycle/overview/status-report.ts';
import { diagnosisLines } from '../../src/output/diagnosis-lines.ts';

const finding: Finding = {
  reason: 'CrashLoopBackOff',
  key: 'k',
  fails: 'now',
  why: 'pod x ends',
  advice: 'Look at it',
};
const report = (diagnosis: Finding[]): StatusReport => ({
  deployment: { metadata: { name: 'iris', namespace: 'ns' } },
  tree: { kind: 'SeldonDeployment', name: 'iris', status: 'Creating', children: [] } as unknown as StatusReport['tree'],
  waitingFor: 'a pod',
  cause: undefined,
  diagnosis,
});
const log = [
  'event: BackOff',
  'log of x, container c:',
  ...Array.from({ length: 20 }, (_, index) => `  line ${index}`),
];

describe('A diagnosis', () => {
  it('has at most 20 lines, of a long log its end, and always says what to do', () => {
    const lines = diagnosisLines(report([finding]), [{ details: log }], undefined);
    assert.ok(lines.length <= 20);
    assert.equal(lines[1], 'CrashLoopBackOff: pod x ends');
    assert.deepEqual(lines.slice(2, 4), ['  event: BackOff', '  log of x, container c:']);
    assert.equal(lines.at(-2), '    line 19');
    assert.equal(lines.at(-1), '  Look at it');
  });

  it('says of each finding what to do', () => {
    const lines = diagnosisLines(report([finding, finding]), [{ details: log }, { details: log }], undefined);
    assert.ok(lines.length <= 20);
    assert.equal(lines.filter((line) => line === '  Look at it').length, 2);
  });
});
