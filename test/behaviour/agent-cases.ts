import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { seen } from './seen.ts';
import { list, newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

const LABEL = 'app.kubernetes.io/instance';

interface AgentPod extends KubernetesObject {
  spec: { securityContext?: object; containers: { resources: object; args: string[] }[] };
}

/** Whether a cluster takes what `agent manifest` prints. */
export function agentCases(server: () => ServerUnderTest): void {
  const paths: Readonly<Record<string, string>> = {
    ServiceAccount: '/api/v1/namespaces/NS/serviceaccounts',
    Service: '/api/v1/namespaces/NS/services',
    Deployment: '/apis/apps/v1/namespaces/NS/deployments',
  };
  /** What of the manifest its pods and their metrics need. */
  const install = async (namespace: string, ...flags: string[]): Promise<string[]> => {
    const args = ['agent', 'manifest', '--source=https://models.example.com/desired', '--owner=one', '-n', namespace];
    const beside = ['--agent-namespace', namespace, '-o', 'json'];
    const { exitCode, stdout, stderr } = await server().run([...args, ...beside, ...flags]);
    assert.equal(exitCode, 0, stderr);
    const { items } = JSON.parse(stdout) as { items: KubernetesObject[] };
    for (const body of items) {
      const path = paths[body.kind ?? '']?.replace('NS', namespace);
      if (path) await server().api.call({ method: 'POST', path, body });
    }
    return items.map(({ kind = '' }) => kind);
  };
  const pods = async (namespace: string) =>
    (await list<AgentPod>(server(), `/api/v1/namespaces/${namespace}/pods`)).filter(
      ({ metadata }) => metadata.labels?.[LABEL] === 'seldon-lifecycle-one',
    );

  it('makes agents that a quota admits that asks for limits, in a namespace that Pod Security restricts', async () => {
    const namespace = await newNamespace(server());
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await server().api.call({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { labels } },
    });
    await new SomebodyElse(server(), namespace).limits({
      'requests.cpu': '4',
      'requests.memory': '4Gi',
      'limits.cpu': '4',
      'limits.memory': '4Gi',
    });
    await install(namespace);
    await seen(async () => (await pods(namespace)).length === 2, 'both replicas');
    for (const { spec, metadata } of await pods(namespace)) {
      assert.deepEqual(spec.containers[0]?.resources, {
        requests: { cpu: '50m', memory: '128Mi' },
        limits: { cpu: '500m', memory: '256Mi' },
      });
      assert.equal(spec.containers[0]?.args[0], 'sync');
      assert.equal(metadata.annotations?.['prometheus.io/scrape'], 'true');
      assert.doesNotMatch(JSON.stringify(spec), /runAsUser/, 'the user is that of the image, or of the namespace');
    }
  });

  it('makes a Service by which each replica’s metrics are found', async () => {
    const namespace = await newNamespace(server());
    const kinds = await install(namespace, '--replicas=1');
    assert.ok(kinds.includes('Service'));
    const [service] = await list<KubernetesObject & { spec: { selector: Record<string, string> } }>(
      server(),
      `/api/v1/namespaces/${namespace}/services`,
    );
    await seen(async () => (await pods(namespace)).length === 1, 'the replica');
    const [pod] = await pods(namespace);
    for (const [key, value] of Object.entries(service?.spec.selector ?? { none: '' })) {
      assert.equal(pod?.metadata.labels?.[key], value);
    }
    assert.ok(!(await install(await newNamespace(server()), '--metrics=false')).includes('Service'));
  });
}
