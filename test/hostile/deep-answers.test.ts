import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';

const LEVELS = 20_000;
const deep = `${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`;
const iris = `{"apiVersion":"machinelearning.seldon.io/v1","kind":"SeldonDeployment","metadata":{"name":"iris","namespace":"default"},
  "spec":{"predictors":[{"name":"default","graph":{"name":"c"},"unknown":${deep}}]}}`;

describe('An object that is nested deeper than anybody can follow', () => {
  let server: StandInApiServer;
  let folder: string;
  before(async () => {
    server = await StandInApiServer.start();
    folder = mkdtempSync(path.join(tmpdir(), 'deep-'));
    writeFileSync(path.join(folder, 'config'), server.kubeconfig());
    const of = '/apis/machinelearning.seldon.io';
    const answers = {
      [of]: '{"versions":[{"version":"v1"}],"preferredVersion":{"version":"v1"}}',
      [`${of}/v1`]: '{"resources":[{"name":"seldondeployments","kind":"SeldonDeployment","namespaced":true}]}',
      [`${of}/v1/namespaces/default/seldondeployments`]: `{"items":[${iris}],"metadata":{}}`,
      [`${of}/v1/namespaces/default/seldondeployments/iris`]: iris,
      '/apis/apps/v1/namespaces/default/deployments': '{"items":[],"metadata":{}}',
    };
    for (const [where, text] of Object.entries(answers)) server.answer(where, (response) => response.end(text));
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  for (const line of [
    'list -o json',
    'diff -f -',
    'apply -f - -o yaml',
    'scale iris --replicas=2',
    'traffic iris default=100',
    'restart iris',
  ]) {
    it(`is an error as any other to ${line}`, async () => {
      const finished = await runInProcess(path.join(folder, 'config'), line.split(' '), { stdin: modelYaml() });
      assert.equal(finished.exitCode, 3, finished.stderr);
      assert.match(finished.stderr, /^error: an object in the cluster is nested too deeply$/m);
    });
  }
});
