import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { startApiServer } from '../../src/sandbox/api-server/start.ts';
import { seldonDeploymentCrd } from '../../src/sandbox/operator/crd.ts';
import { runInProcess } from './in-process.ts';
import { modelYaml } from './models.ts';

type Crds = NonNullable<Parameters<typeof startApiServer>[0]>['crds'];

async function runAgainst(crds: Crds, args: readonly string[], stdin = '') {
  const server = await startApiServer({ crds });
  const directory = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
  try {
    const kubeconfig = path.join(directory, 'config');
    writeFileSync(
      kubeconfig,
      `clusters: [{name: a, cluster: {server: '${server.url}'}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
users: [{name: a, user: {}}]
current-context: a`,
    );
    return await runInProcess(kubeconfig, args, { stdin });
  } finally {
    await server.close();
    rmSync(directory, { recursive: true });
  }
}

describe('says with exit code 3 that a cluster does not have Seldon Core, and what to install', () => {
  for (const [args, stdin] of [
    [['run', '-f', '-'], modelYaml()],
    [['list'], ''],
    [['status', 'iris'], ''],
    [['events', '-f', '-'], modelYaml()],
  ] as const) {
    it(args.join(' '), async () => {
      const finished = await runAgainst([], args, stdin);
      assert.equal(finished.exitCode, 3);
      assert.equal(
        finished.stderr,
        `error: the server doesn't have a resource type "seldondeployments"
Install Seldon Core (https://docs.seldon.io/projects/seldon-core/en/latest/workflow/install.html), or try the sandbox, which needs no cluster: --sandbox
`,
      );
    });
  }
});

it('lists where only an old version is served', async () => {
  const versions = seldonDeploymentCrd.spec.versions.filter(({ name }) => name === 'v1alpha2');
  const old = { ...seldonDeploymentCrd, spec: { ...seldonDeploymentCrd.spec, versions } };
  const finished = await runAgainst([old], ['list']);
  assert.deepEqual([finished.exitCode, finished.stderr], [0, 'No resources found in default namespace.\n']);
});
