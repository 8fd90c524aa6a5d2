import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from '../../src/cluster/api.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { seldonDeploymentCrd } from '../../src/sandbox/operator/crd.ts';
import { type RunningOperator, startOperator } from '../../src/sandbox/operator/start.ts';
import { runBuiltFile } from '../behaviour/built-file.ts';
import { modelYaml } from '../behaviour/models.ts';
import { linesOf, summaryOf } from '../behaviour/reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from '../behaviour/server-under-test.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { runSteps } from '../faults/faults.ts';
import { faultMatrix } from '../faults/matrix.ts';
import { clusterClient } from './cluster-client.ts';

describe('On the real control plane', () => {
  let controlPlane: ControlPlane;
  let server: ServerUnderTest;
  const operators: RunningOperator[] = [];

  const apiAs = (userAgent: string) =>
    new Api(kubeconfigFromText(readFileSync(controlPlane.kubeconfigPath, 'utf8'), userAgent).connection);
  const startOperatorOf = async (namespace?: string) => {
    const client = clusterClient(apiAs('stand-in-operator'));
    const started = await startOperator(client, { ...(namespace && { namespace }) });
    operators.push(started);
    return started;
  };
  before(async () => {
    const log = (line: string) => process.stderr.write(`${line}\n`);
    controlPlane = await startControlPlane({ name: 'faults', log, customResourceDefinitions: [seldonDeploymentCrd] });
    await startOperatorOf();
    const kubeconfig = controlPlane.kubeconfigPath;
    const run: ServerUnderTest['run'] = (args, options) => runBuiltFile(kubeconfig, args, options);
    server = { name: 'real control plane', kubeconfig, api: apiAs('faults-test'), run };
  });
  after(async () => {
    for (const operator of operators) await operator.stop();
    await controlPlane.stop();
  });

  faultMatrix(() => server, { concurrency: 6 });

  /** The run goes right although something happens at the beginning of a step. */
  async function survives(step: string, namespace: string, act: () => Promise<unknown>): Promise<void> {
    const acted = Promise.withResolvers<unknown>();
    const finished = await server.run(['run', '-f', '-', '-n', namespace, '-o', 'json', '--timeout=4m'], {
      stdin: modelYaml({ tag: 'slow-700ms' }),
      onceSeen: { text: new RegExp(`"step":"${step}","state":"started"`), act: () => acted.resolve(act()) },
    });
    // A run that has not come so far has nothing to wait for.
    assert.equal(finished.exitCode, 0, `${finished.stdout}${finished.stderr}`);
    await acted.promise;
    assert.deepEqual(summaryOf(finished).deployments[0].left, []);
    assert.deepEqual(await list(server, seldonPath(namespace)), []);
    assert.deepEqual(await list(server, `/api/v1/namespaces/${namespace}/pods`), []);
    const shown = linesOf(finished).filter(({ type }) => type === 'event');
    const versions = shown.map(({ event: { uid, count } }) => `${uid} x${count}`);
    assert.equal(new Set(versions).size, versions.length, 'no event is shown twice');
  }

  const steps = runSteps.filter((step) => step !== 'create-namespace');

  describe('one after the other', () => {
    for (const step of steps) {
      it(`goes right when the API server is killed and started again at ${step}`, async () => {
        await survives(step, await newNamespace(server), () => controlPlane.parts['kube-apiserver'].restart());
      });
      it(`goes right when etcd is killed and started again at ${step}`, async () => {
        await survives(step, await newNamespace(server), () => controlPlane.parts.etcd.restart());
      });
    }
  });

  describe('each with an operator of its own', { concurrency: steps.length }, () => {
    before(() => operators[0]?.stop());
    for (const step of steps) {
      it(`goes right when the operator is away for a minute from ${step} on`, async () => {
        const namespace = await newNamespace(server);
        const operator = await startOperatorOf(namespace);
        await survives(step, namespace, async () => {
          await operator.stop();
          await sleep(60_000);
          await startOperatorOf(namespace);
        });
      });
    }
  });
});
