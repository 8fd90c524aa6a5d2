import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';

/** The resource that a path names. */
export type RequestTarget = {
  type: ResourceType;
  /** The version in the path. */
  version: string;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
  /** What follows the subresource, for proxies. */
  rest: string[];
};

/** Undefined where no such resource is served. */
export function requestTarget(store: Store, path: string): RequestTarget | undefined {
  const steps = path.split('/').slice(1).map(decodeURIComponent);
  if (steps.at(-1) === '') steps.pop();
  const isCore = steps[0] === 'api';
  if (!isCore && steps[0] !== 'apis') return undefined;
  const [group, version] = isCore ? ['', steps[1]] : [steps[1], steps[2]];
  let rest = steps.slice(isCore ? 2 : 3);
  let namespace: string | undefined;
  // namespaces/x/pods is in a namespace; namespaces/x and namespaces/x/finalize are the namespace itself.
  const isWithin = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] as string);
  if (isWithin) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural, name, subresource, ...after] = rest;
  const type = store.types.find((candidate) => candidate.group === group && candidate.plural === plural);
  if (!type || version === undefined || !type.servedVersions.includes(version)) return undefined;
  if (type.namespaced !== (namespace !== undefined) && (namespace !== undefined || name !== undefined))
    return undefined;
  return { type, version, namespace, name, subresource, rest: after };
}
