import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { startApiServer } from '../../src/sandbox/api-server/start.ts';
import { runInProcess } from './in-process.ts';
import { modelYaml } from './models.ts';

it('says with exit code 3 that a cluster does not have Seldon Core, and what to install', async () => {
  const server = await startApiServer({ crds: [] });
  const directory = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
  const kubeconfig = path.join(directory, 'config');
  writeFileSync(
    kubeconfig,
    `clusters: [{name: a, cluster: {server: '${server.url}'}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
users: [{name: a, user: {}}]
current-context: a`,
  );
  const finished = await runInProcess(kubeconfig, ['run', '-f', '-'], { stdin: modelYaml() });
  assert.equal(finished.exitCode, 3);
  assert.equal(
    finished.stderr,
    `error: the server doesn't have a resource type "seldondeployments"
Install Seldon Core (https://docs.seldon.io/projects/seldon-core/en/latest/workflow/install.html), or try the sandbox, which needs no cluster: --sandbox
`,
  );
  await server.close();
  rmSync(directory, { recursive: true });
});
