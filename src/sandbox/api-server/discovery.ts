import { ownValue } from '../../own-values.ts';
import type { JsonObject } from './objects.ts';
import { groupVersion, type ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';

/** https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
export const serverVersion = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** The discovery document at a path, or undefined where there is none. */
export function discoveryDocument(store: Store, path: string, aggregated: boolean): JsonObject | undefined {
  const [root, first, second, ...rest] = path.split('/').slice(1).filter(Boolean);
  if (rest.length > 0) return undefined;
  if (root === 'api') {
    if (first === undefined)
      return aggregated ? aggregatedDiscovery(store, true) : { kind: 'APIVersions', versions: ['v1'] };
    return first === 'v1' && second === undefined ? resourceList(store, '', 'v1') : undefined;
  }
  if (root !== 'apis') return undefined;
  if (first === undefined) return aggregated ? aggregatedDiscovery(store, false) : groupList(store);
  const types = store.types.filter(({ group }) => group === first);
  if (second === undefined)
    return types.length > 0 || Object.hasOwn(virtualResources, first)
      ? { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(store, first) }
      : undefined;
  return resourceList(store, first, second);
}

/** Resources that are answered but never stored. */
const virtualResources: Record<string, { version: string; resources: JsonObject[] }> = {
  'authorization.k8s.io': {
    version: 'v1',
    resources: [reviewResource('SelfSubjectAccessReview'), reviewResource('SelfSubjectRulesReview')],
  },
  'authentication.k8s.io': { version: 'v1', resources: [reviewResource('SelfSubjectReview')] },
};

function reviewResource(kind: string): JsonObject {
  const singularName = kind.toLowerCase();
  return { name: `${singularName}s`, singularName, namespaced: false, kind, verbs: ['create'] };
}

function groupNames(store: Store): string[] {
  const names = new Set(store.types.map(({ group }) => group).filter((group) => group !== ''));
  return [...names, ...Object.keys(virtualResources)];
}

function versionsOf(store: Store, group: string): string[] {
  const versions = store.types.filter((type) => type.group === group).flatMap(({ servedVersions }) => servedVersions);
  const virtual = ownValue(virtualResources, group);
  return [...new Set(virtual ? [...versions, virtual.version] : versions)];
}

function apiGroup(store: Store, name: string): JsonObject {
  const versions = versionsOf(store, name).map((version) => ({ groupVersion: groupVersion(name, version), version }));
  return { name, versions, preferredVersion: versions[0] };
}

function groupList(store: Store): JsonObject {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames(store).map((name) => apiGroup(store, name)) };
}

type Subresource = { name: string; kind: string; group: string; version: string; verbs: string[] };

export function subresourcesOf(type: ResourceType, version: string): Subresource[] {
  const own = { kind: type.kind, group: type.group, version };
  const readAndWrite = ['get', 'patch', 'update'];
  const subresources: Subresource[] = [];
  if (type.kind === 'Namespace') subresources.push({ name: 'finalize', ...own, verbs: ['update'] });
  if (type.kind === 'Pod') subresources.push({ name: 'log', ...own, verbs: ['get'] });
  if (type.scale) {
    subresources.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: readAndWrite });
  }
  if (type.hasStatus) subresources.push({ name: 'status', ...own, verbs: readAndWrite });
  return subresources;
}

function resourceList(store: Store, group: string, version: string): JsonObject | undefined {
  const types = store.types.filter((type) => type.group === group && type.servedVersions.includes(version));
  const virtual = ownValue(virtualResources, group);
  const resources = types.flatMap((type) => [
    {
      name: type.plural,
      singularName: type.singular,
      namespaced: type.namespaced,
      kind: type.kind,
      verbs: type.verbs,
      ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
      ...(type.categories.length > 0 ? { categories: type.categories } : {}),
    },
    ...subresourcesOf(type, version).map((subresource) => ({
      name: `${type.plural}/${subresource.name}`,
      singularName: '',
      namespaced: type.namespaced,
      ...(subresource.group === type.group ? {} : { group: subresource.group, version: subresource.version }),
      kind: subresource.kind,
      verbs: subresource.verbs,
    })),
  ]);
  if (virtual?.version === version) resources.push(...(virtual.resources as typeof resources));
  if (resources.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersion(group, version), resources };
}

function aggregatedDiscovery(store: Store, isCore: boolean): JsonObject {
  const groups = isCore ? [''] : groupNames(store);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => ({
      metadata: { ...(group ? { name: group } : {}), creationTimestamp: null },
      versions: versionsOf(store, group).map((version) => ({
        version,
        resources: aggregatedResources(store, group, version),
        freshness: 'Current',
      })),
    })),
  };
}

function aggregatedResources(store: Store, group: string, version: string): JsonObject[] {
  const types = store.types.filter((type) => type.group === group && type.servedVersions.includes(version));
  const stored = types.map((type): JsonObject => {
    const subresources = subresourcesOf(type, version);
    return {
      resource: type.plural,
      responseKind: { group, version, kind: type.kind },
      scope: type.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: type.singular,
      verbs: type.verbs,
      ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
      ...(type.categories.length > 0 ? { categories: type.categories } : {}),
      ...(subresources.length > 0
        ? {
            subresources: subresources.map((subresource) => ({
              subresource: subresource.name,
              responseKind: { group: subresource.group, version: subresource.version, kind: subresource.kind },
              verbs: subresource.verbs,
            })),
          }
        : {}),
    };
  });
  const virtual = ownValue(virtualResources, group);
  if (virtual?.version !== version) return stored;
  return [
    ...stored,
    ...virtual.resources.map((resource) => ({
      resource: resource.name,
      responseKind: { group, version, kind: resource.kind },
      scope: 'Cluster',
      singularResource: resource.singularName,
      verbs: resource.verbs,
    })),
  ];
}
