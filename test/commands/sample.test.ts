import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { runInProcess } from '../behaviour/in-process.ts';
import { summaryOf } from '../behaviour/reports.ts';

const NO_CLUSTER = '/no/kubeconfig';

describe('sample', () => {
  for (const kind of ['simple', 'prepackaged', 'canary']) {
    it(`prints a manifest, ${kind}, that lives its whole life in the sandbox`, async () => {
      const sample = await runInProcess(NO_CLUSTER, ['sample', kind]);
      assert.equal(sample.exitCode, 0);
      const args = ['run', '-f', '-', '--sandbox', '-o', 'json'];
      const finished = await runInProcess(NO_CLUSTER, args, { stdin: sample.stdout });
      assert.equal(finished.exitCode, 0, finished.stdout);
      assert.equal(summaryOf(finished).outcome, 'succeeded');
    });
  }

  it('prints the simple one if nothing is said, and several as documents of one file', async () => {
    const { stdout } = await runInProcess(NO_CLUSTER, ['sample']);
    assert.equal(stdout, (await runInProcess(NO_CLUSTER, ['sample', 'simple'])).stdout);
    const several = await runInProcess(NO_CLUSTER, ['sample', 'simple', 'canary']);
    const names = parseAllDocuments(several.stdout).map((document) => document.toJS().metadata.name);
    assert.deepEqual(names, ['iris', 'iris-canary']);
  });

  it('names the kinds that there are when asked for another', async () => {
    const finished = await runInProcess(NO_CLUSTER, ['sample', 'canery']);
    assert.equal(finished.exitCode, 2);
    assert.match(finished.stderr, /expected one of simple, prepackaged, canary/);
  });
});
