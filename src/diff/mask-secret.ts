import type { KubernetesObject } from '../cluster/objects.ts';
import { ownValue } from '../own-values.ts';

type Secret = KubernetesObject & { data?: Record<string, string>; stringData?: unknown };

const MASK = '***';
/** Where kubectl apply keeps the whole object, its values too. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Both sides with their values hidden, if they are a Secret: those that differ as "*** (before)" and "*** (after)", as in
 * kubectl diff (https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/diff/diff.go, Masker).
 */
export function maskSecret<T extends KubernetesObject | undefined>(live: T, merged: T): [live: T, merged: T] {
  const secret = merged ?? live;
  if (secret?.kind !== 'Secret' || secret.apiVersion !== 'v1') return [live, merged];
  const [before, after] = [(live as Secret | undefined)?.data ?? {}, (merged as Secret | undefined)?.data ?? {}];
  const differs = (key: string) =>
    Object.hasOwn(before, key) && Object.hasOwn(after, key) && ownValue(before, key) !== ownValue(after, key);
  return [
    masked(live, (key) => (differs(key) ? `${MASK} (before)` : MASK)),
    masked(merged, (key) => (differs(key) ? `${MASK} (after)` : MASK)),
  ];
}

function masked<T extends KubernetesObject | undefined>(object: T, mask: (key: string) => string): T {
  if (!object) return object;
  // The server never answers stringData; one that did would give away its values.
  const { data, stringData: _, metadata, ...rest } = object as Secret;
  const { annotations } = metadata;
  const hidden = annotations && LAST_APPLIED in annotations ? { ...annotations, [LAST_APPLIED]: MASK } : annotations;
  return {
    ...rest,
    metadata: { ...metadata, ...(hidden && { annotations: hidden }) },
    ...(data && { data: Object.fromEntries(Object.keys(data).map((key) => [key, mask(key)])) }),
  } as T;
}
