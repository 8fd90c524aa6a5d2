import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AgentOptions, agentManifest } from '../../src/agent/agent-manifest.ts';

const least: AgentOptions = {
  source: 'https://source.example/desired',
  namespace: 'models',
  agentNamespace: 'models',
  createNamespace: false,
  allNamespaces: false,
  owner: 'owner',
  replicas: 2,
  image: 'image:1',
  reportUrl: undefined,
  prune: false,
  ingresses: false,
  tokenSecret: undefined,
  authorityConfigMap: undefined,
  insecureHttp: false,
  resources: { requests: {}, limits: {} },
  metrics: true,
  livenessProbe: undefined,
  readinessProbe: undefined,
  allowHostAccess: false,
  allowServiceAccounts: [],
};

/** apiGroup resource (name): verbs */
function rights(options: AgentOptions): string[] {
  return agentManifest(options).flatMap((object) =>
    (
      (object.rules ?? []) as { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[]
    ).map(
      ({ apiGroups, resources, resourceNames = [], verbs }) =>
        `${object.kind}: ${[apiGroups, resources, resourceNames]
          .map((words) => words.join(','))
          .join(' ')
          .trim()}: ${verbs.join(',')}`,
    ),
  );
}

describe('The rights of an agent', () => {
  it('are these and no others', () => {
    assert.deepEqual(rights(least), [
      'Role: machinelearning.seldon.io seldondeployments: get,list,watch,create,patch',
      'Role: apps deployments,replicasets: list,watch',
      'Role: pods: list,watch',
      'Role: coordination.k8s.io leases: create',
      'Role: coordination.k8s.io leases seldon-lifecycle-owner: get,update',
    ]);
  });

  it('to delete, and to read logs, come with what needs them', () => {
    const all = rights({ ...least, prune: true, reportUrl: 'https://source.example/status' }).join('\n');
    assert.match(all, /seldondeployments: get,list,watch,create,patch,delete/);
    assert.match(all, /pods\/log: get/);
  });

  it('on Ingresses come with --ingresses, and on their classes only where it is for all namespaces', () => {
    const added = (options: AgentOptions) => {
      const before = rights(options);
      return rights({ ...options, ingresses: true }).filter((right) => !before.includes(right));
    };
    assert.deepEqual(added(least), [
      'Role: networking.k8s.io ingresses: get,list,watch,create,patch,delete',
      'Role: machinelearning.seldon.io seldondeployments/finalizers: update',
    ]);
    assert.deepEqual(added({ ...least, allNamespaces: true }), [
      'ClusterRole: networking.k8s.io ingresses: get,list,watch,create,patch,delete',
      'ClusterRole: networking.k8s.io ingressclasses: list',
      'ClusterRole: machinelearning.seldon.io seldondeployments/finalizers: update',
    ]);
  });

  for (const allNamespaces of [false, true]) {
    it(`never reach Secrets, other kinds, or everything${allNamespaces ? ', of all namespaces neither' : ''}`, () => {
      const all = rights({
        ...least,
        allNamespaces,
        prune: true,
        ingresses: true,
        tokenSecret: 'token',
        reportUrl: 'https://a.example',
      });
      assert.doesNotMatch(all.join('\n'), /\*|secrets|configmaps|rolebindings|impersonate|escalate|bind/);
    });
  }
});
