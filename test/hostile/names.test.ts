import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';

describe('Names that lead elsewhere', () => {
  let sandbox: SandboxUnderTest;
  before(async () => {
    sandbox = await startSandboxUnderTest();
  });
  after(() => sandbox.stop());

  for (const name of ['..', '.', 'a?b', '../../secrets', 'a#b']) {
    for (const args of [
      ['status', name],
      ['list', name, 'other'],
      ['delete', name],
      ['scale', name, '--replicas=1'],
      ['logs', name],
      ['predict', name, '-d', '{}'],
      ['wait', name, '--for=deleted'],
      ['list', '-n', name],
      ['events', '-n', name],
      ['doctor', '-n', name],
      ['agent', 'ls', '-n', name],
      ['apply', '-f', '-', '-n', name],
      ['sync', '-', '--owner=a', '-n', name],
    ]) {
      it(`are refused: ${args.join(' ')}`, async () => {
        const { exitCode, stderr } = await sandbox.run(args, { stdin: modelYaml() });
        assert.equal(exitCode, 2, stderr);
        assert.match(stderr, /is not a valid name|is not a SeldonDeployment/);
      });
    }
  }

  it('are not followed where an annotation has them', async () => {
    // Who may annotate a deployment shall not choose what whoever asks for a prediction posts, and where.
    const annotations = { 'seldon.io/svc-name': '../../../../rbac.authorization.k8s.io/v1/clusterrolebindings?x=' };
    const path = '/apis/machinelearning.seldon.io/v1/namespaces/default/seldondeployments';
    const body = {
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      metadata: { name: 'trap', namespace: 'default' },
      spec: {
        predictors: [
          { name: 'p', annotations, graph: { name: 'm', implementation: 'SKLEARN_SERVER', modelUri: 'gs://m' } },
        ],
      },
    };
    await sandbox.api.call({ method: 'POST', path, body });
    const { exitCode, stderr } = await sandbox.run(['predict', 'trap', '-d', '{}', '-v=6']);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /"\.\.\/.*" is not a valid name of a Service/);
    assert.doesNotMatch(stderr, /POST|GET .*clusterrolebindings/);
  });

  it('reach no server that was not meant', async () => {
    const server = await StandInApiServer.start();
    try {
      await runInProcess('/nowhere', ['list', '--server', `${server.url}/base`, '-n', '../../..']);
      assert.deepEqual(server.received, []);
    } finally {
      await server.close();
    }
  });
});
