import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { RealCluster } from './real-cluster.ts';

export interface ServiceAccountAccess {
  /** Leads to the cluster as this service account, by a token of its own. */
  kubeconfig: string;
  /** By which it says who it is. */
  token: string;
  forget(): void;
}

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** A new service account in this namespace, that may do there what these rules allow and nothing else. */
export async function serviceAccountWith(
  cluster: RealCluster,
  namespace: string,
  name: string,
  rules: readonly Rule[],
): Promise<ServiceAccountAccess> {
  const post = async <T>(collection: string, body: object) =>
    (await cluster.api.call<T>({ method: 'POST', path: collection.replace('NS', namespace), body })).body;
  await post('/api/v1/namespaces/NS/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name },
  });
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name } };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const collection = '/apis/rbac.authorization.k8s.io/v1/namespaces/NS';
  await post(`${collection}/roles`, { ...rbac, kind: 'Role', rules });
  await post(`${collection}/rolebindings`, { ...rbac, kind: 'RoleBinding', roleRef, subjects });
  return await accessOf(cluster, namespace, name);
}

/** A service account that is there, by a token of its own. */
export async function accessOf(
  { api, kubeconfig }: RealCluster,
  namespace: string,
  name: string,
): Promise<ServiceAccountAccess> {
  const { status } = (
    await api.call<{ status: { token: string } }>({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } },
    })
  ).body;
  const admin = parse(readFileSync(kubeconfig, 'utf8'));
  const directory = mkdtempSync(path.join(tmpdir(), 'service-account-'));
  const file = path.join(directory, 'config');
  const text = stringify({
    clusters: [{ name: 'a', cluster: admin.clusters[0].cluster }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a', namespace } }],
    users: [{ name: 'a', user: { token: status.token } }],
    'current-context': 'a',
  });
  writeFileSync(file, text, { mode: 0o600 });
  return { kubeconfig: file, token: status.token, forget: () => rmSync(directory, { recursive: true }) };
}
