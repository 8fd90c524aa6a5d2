import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { startApiServer } from '../../src/sandbox/api-server/start.ts';
import { seldonDeploymentCrd } from '../../src/sandbox/operator/crd.ts';
import { afterDestination } from './destination.ts';
import { runInProcess } from './in-process.ts';
import { modelYaml } from './models.ts';

it('says with exit code 3 that a cluster has no scale subresource to scale through', async () => {
  const crd = structuredClone(seldonDeploymentCrd);
  for (const version of crd.spec.versions) Reflect.deleteProperty(version.subresources, 'scale');
  const server = await startApiServer({ crds: [crd] });
  const directory = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
  const kubeconfig = path.join(directory, 'config');
  writeFileSync(
    kubeconfig,
    `clusters: [{name: a, cluster: {server: '${server.url}'}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
users: [{name: a, user: {}}]
current-context: a`,
  );
  const finished = await runInProcess(kubeconfig, ['run', '-f', '-', '--scale-through=subresource'], {
    stdin: modelYaml(),
  });
  assert.equal(finished.exitCode, 3, finished.stderr);
  assert.equal(
    afterDestination(finished),
    'error: the SeldonDeployments of this cluster have no scale subresource\nUse --scale-through=spec\n',
  );
  assert.equal(finished.stdout, '');
  await server.close();
  rmSync(directory, { recursive: true });
});
