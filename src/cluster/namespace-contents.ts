import type { KubernetesObject } from '../kubernetes/objects.ts';
import { aggregatedDiscovery, anyKind, listForm } from './answer-forms.ts';
import type { Api } from './api.ts';
import { METADATA_ONLY, ofList } from './metadata-only.ts';
import { resourcePath } from './resource-kinds.ts';

/** https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
const AGGREGATED_DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface DiscoveryList {
  kind?: string;
  items?: { metadata?: { name?: string }; versions?: { version: string; resources?: DiscoveredResource[] }[] }[];
}

interface DiscoveredResource {
  resource: string;
  scope: string;
  verbs: string[];
}

/** Who asks is about to clean up, which may be because the user wants to stop. */
const reading = { method: 'GET', evenAfterStop: true } as const;

/**
 * Whatever is in a namespace, of every kind that the server has, but for what every namespace is given or that goes by
 * itself. Throws ApiFailure where something cannot be listed, and plain Error where the server is too old to tell all
 * its kinds at once: then nobody knows whether the namespace is empty.
 */
export async function namespaceContents(api: Api, namespace: string): Promise<string[]> {
  const paths = (await Promise.all(['/api', '/apis'].map((root) => listablePaths(api, root, namespace)))).flat();
  const found = await Promise.all(
    paths.map(async ({ resource, path }) => {
      const request = { ...reading, path, query: { limit: '10' }, accept: ofList(METADATA_ONLY) };
      const { body } = await api.call<{ items: KubernetesObject[] }>(request, listForm(anyKind));
      return body.items
        .filter(({ metadata }) => !isGiven(resource, metadata.name))
        .map(({ metadata }) => `${resource}/${metadata.name}`);
    }),
  );
  return found.flat();
}

async function listablePaths(api: Api, root: string, namespace: string) {
  const request = { ...reading, path: root, accept: AGGREGATED_DISCOVERY };
  const { body } = await api.call<DiscoveryList>(request, aggregatedDiscovery);
  if (body.kind !== 'APIGroupDiscoveryList') throw new Error('the server does not list all its kinds');
  return (body.items ?? []).flatMap(({ metadata, versions }) => {
    const group = metadata?.name ?? '';
    const [preferred] = versions ?? [];
    if (!preferred || COUNTED_ELSEWHERE.has(group)) return [];
    const apiVersion = group === '' ? preferred.version : `${group}/${preferred.version}`;
    return (preferred.resources ?? [])
      .filter(
        ({ resource, scope, verbs }) =>
          scope === 'Namespaced' && verbs.includes('list') && !GOES_BY_ITSELF.has(resource),
      )
      .map(({ resource }) => ({
        resource,
        path: resourcePath({ apiVersion, plural: resource, namespaced: true }, namespace),
      }));
  });
}

/** Groups that show objects of others again. */
const COUNTED_ELSEWHERE = new Set(['metrics.k8s.io', 'events.k8s.io']);

/** Kinds that controllers make for other objects and take away with them, and Events. */
const GOES_BY_ITSELF = new Set(['events', 'endpoints', 'endpointslices']);

/** What controllers put into every namespace, those of OpenShift included. */
function isGiven(resource: string, name: string): boolean {
  if (resource === 'configmaps') return name === 'kube-root-ca.crt' || name === 'openshift-service-ca.crt';
  if (resource === 'serviceaccounts') return ['default', 'builder', 'deployer'].includes(name);
  if (resource === 'secrets') return /^(default|builder|deployer)-(token|dockercfg)-/.test(name);
  return resource === 'rolebindings' && name.startsWith('system:');
}
