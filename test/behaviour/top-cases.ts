import assert from 'node:assert/strict';
import { it } from 'node:test';
import { model } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

/** What top shows where the server has metrics is tried in test/commands/top.test.ts: no control plane of ours has it. */
export function topCases(server: () => ServerUnderTest): void {
  it('says with exit code 3 that the server does not serve metrics.k8s.io, and what to install', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model());
    const { exitCode, stdout, stderr } = await server().run(['top', 'iris', '-n', namespace]);
    assert.deepEqual(
      [exitCode, stdout, stderr],
      [
        3,
        '',
        `error: Metrics API not available: the server does not serve metrics.k8s.io
Install metrics-server in the cluster (https://github.com/kubernetes-sigs/metrics-server), or ask its administrator for it
`,
      ],
    );
  });
}
