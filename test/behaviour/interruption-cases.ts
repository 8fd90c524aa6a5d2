import assert from 'node:assert/strict';
import { it } from 'node:test';
import { modelYaml } from './models.ts';
import { notices, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

export function interruptionCases(server: () => ServerUnderTest): void {
  for (const [step, left] of [
    ['wait-available', 1],
    ['wait-scaled', 1],
  ] as const) {
    it(`ends cleanly on Ctrl-C during ${step}, and says what is left in the cluster`, async () => {
      const namespace = await newNamespace(server());
      const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json'], {
        stdin: modelYaml({ tag: step === 'wait-scaled' ? 'slow-600ms' : 'slow-1m' }),
        interruptAfter: new RegExp(`"step":"${step}","state":"started"`),
      });
      assert.equal(finished.exitCode, 130);
      const summary = summaryOf(finished);
      assert.equal(summary.outcome, 'interrupted');
      assert.ok(summary.deployments[0].left.includes('seldondeployment.machinelearning.seldon.io/iris'));
      assert.match(
        notices(finished),
        /error: interrupted while waiting for .*\n.*left in namespace .*: seldondeployment/,
      );
      assert.match(notices(finished), new RegExp(`to remove it: kubectl delete seldondeployment iris -n ${namespace}`));
      assert.equal((await list(server(), seldonPath(namespace))).length, left);
    });
  }
}
