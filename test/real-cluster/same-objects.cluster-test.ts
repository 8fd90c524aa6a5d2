import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { stringify } from 'yaml';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { judgedFiles } from '../behaviour/file-verdicts.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { list, newNamespace, type ServerUnderTest } from '../behaviour/server-under-test.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

const COLLECTIONS = {
  Deployment: '/apis/apps/v1/namespaces/NS/deployments',
  Service: '/api/v1/namespaces/NS/services',
  HorizontalPodAutoscaler: '/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers',
  PodDisruptionBudget: '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
} as const;

interface Made extends KubernetesObject {
  spec: { clusterIP?: string; clusterIPs?: string[]; template?: { spec: { containers: Container[] } } };
}
type Container = { name: string; image?: string; args?: string[]; env?: { name: string; value?: string }[] };

/** What an operator makes of a file, and a server of that, as YAML: by kind and name. */
async function objectsOf(server: ServerUnderTest, yaml: string): Promise<Record<string, string>> {
  const namespace = await newNamespace(server);
  const finished = await server.run(['apply', '-f', '-', '-n', namespace, '--wait', '--timeout=30s'], { stdin: yaml });
  assert.equal(finished.exitCode, 0, finished.stderr);
  const found: Record<string, string> = {};
  for (const [kind, path] of Object.entries(COLLECTIONS)) {
    for (const object of await list<Made>(server, path.replace('NS', namespace))) {
      found[`${kind} ${object.metadata.name}`] = comparable(object).replaceAll(namespace, 'NAMESPACE');
    }
  }
  return found;
}

/**
 * Without what no two clusters have alike, and without what Go writes as JSON in another order of fields. The revision of a
 * Deployment goes whenever the operator writes it, until the Deployment controller puts it back.
 */
function comparable({ metadata, spec }: Made): string {
  const annotations = { ...metadata.annotations };
  for (const one of ['seldon.io/last-applied', 'deployment.kubernetes.io/revision']) delete annotations[one];
  const { clusterIP, clusterIPs: _, ...rest } = spec;
  for (const container of spec.template?.spec.containers ?? []) {
    // The stand-in leaves out flags of the executor, where metrics are and a server’s parameters, which decide nothing that anybody here looks at.
    if (container.name === 'seldon-container-engine') delete container.args;
    container.env = container.env?.filter(({ name }) => !/METRICS|UNIT_PARAMETERS$/.test(name)) ?? [];
    for (const variable of container.env) if (/ENGINE_PREDICTOR|_LABELS$/.test(variable.name)) variable.value = 'JSON';
  }
  const shown = { labels: metadata.labels, annotations, spec: { ...rest, isHeadless: clusterIP === 'None' } };
  return stringify(shown, { sortMapEntries: true, aliasDuplicateObjects: false });
}

describe('What is made of a file is the same in the sandbox and on a real control plane:', { concurrency: 2 }, () => {
  let cluster: RealCluster;
  let sandbox: SandboxUnderTest;
  before(async () => {
    cluster = await startRealCluster('objects');
    sandbox = await startSandboxUnderTest({ ownThread: true });
  });
  after(() => Promise.all([cluster.stop(), sandbox.stop()]));

  for (const { what, yaml } of judgedFiles.filter(({ exitCode }) => exitCode === 0)) {
    it(`with ${what}`, async () => {
      const [real, played] = await Promise.all([objectsOf(cluster, yaml), objectsOf(sandbox, yaml)]);
      assert.deepEqual(played, real);
    });
  }
});
