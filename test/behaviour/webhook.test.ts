import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';
import { runInProcess } from './in-process.ts';
import { modelYaml } from './models.ts';
import { linesOf, notices } from './reports.ts';
import { seldonPath } from './server-under-test.ts';

const GROUP = '/apis/machinelearning.seldon.io';
const IRIS = `${seldonPath('default')}/iris`;

describe('Where the server has its say about what is applied,', () => {
  let server: StandInApiServer;
  let directory: string;
  let kubeconfig: string;

  beforeEach(async () => {
    server = await StandInApiServer.start();
    directory = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
    kubeconfig = path.join(directory, 'config');
    writeFileSync(kubeconfig, server.kubeconfig());
    server.answer(GROUP, json({ preferredVersion: { groupVersion: 'machinelearning.seldon.io/v1' } }));
    const resources = [{ name: 'seldondeployments', kind: 'SeldonDeployment', namespaced: true, verbs: [] }];
    server.answer(`${GROUP}/v1`, json({ kind: 'APIResourceList', resources }));
    const apps = '/apis/apps/v1/namespaces/default';
    const core = '/api/v1/namespaces/default';
    const collections = [`${apps}/deployments`, `${apps}/replicasets`, `${core}/pods`, `${core}/services`];
    for (const one of [seldonPath('default'), `${core}/events`, ...collections]) server.collection(one);
  });
  afterEach(async () => {
    rmSync(directory, { recursive: true });
    await server.close();
  });

  /** Runs a model that is not there yet, and whose apply is answered so. */
  function run(status: number, message: string, headers: Record<string, string> = {}) {
    server.refuseNext(IRIS, 404, 'seldondeployments.machinelearning.seldon.io "iris" not found');
    server.refuseNext(IRIS, status, message, headers);
    return runInProcess(kubeconfig, ['run', '-f', '-', '-o', 'json'], { stdin: modelYaml() });
  }

  it('a refusal by Seldon’s webhook names our object and the reason, with exit code 2', async () => {
    const finished = await run(
      422,
      `admission webhook "v1.vseldondeployment.kb.io" denied the request: SeldonDeployment.machinelearing.seldon.io "" is invalid: spec.predictors[0].graph: Invalid value: "classifier": Can't find container for Predictive Unit`,
    );
    assert.equal(finished.exitCode, 2);
    assert.equal(
      notices(finished),
      `error: cannot apply seldondeployment "iris": Seldon's webhook refused the deployment: spec.predictors[0].graph: Invalid value: "classifier": Can't find container for Predictive Unit`,
    );
  });

  it('a webhook that nobody serves means that the operator is down, with exit code 3', async () => {
    const finished = await run(
      500,
      'Internal error occurred: failed calling webhook "v1.vseldondeployment.kb.io": failed to call webhook: Post "https://seldon-webhook-service.seldon-system.svc:443/validate": no endpoints available',
    );
    assert.equal(finished.exitCode, 3);
    assert.match(
      notices(finished),
      /^error: .*the Seldon operator, .*, seems to be down: .*\ninfo: Check the operator: kubectl /,
    );
  });

  it('a warning is shown once, whatever number of answers carries it', async () => {
    const Warning = '299 - "machinelearning.seldon.io/v1 is deprecated"';
    server.answer(`${GROUP}/v1`, (response) => {
      response.setHeader('Warning', Warning);
      json({ resources: [{ name: 'seldondeployments', kind: 'SeldonDeployment', namespaced: true, verbs: [] }] })(
        response,
      );
    });
    const finished = await run(422, 'no', { Warning });
    const shown = linesOf(finished).filter(({ level }) => level === 'warning');
    assert.deepEqual(
      shown.map(({ message }) => message),
      ['machinelearning.seldon.io/v1 is deprecated'],
    );
  });
});

function json(body: object) {
  return (response: ServerResponse) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(body));
  };
}
