import type { Clock } from '../clock.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { Api } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { METADATA_ONLY } from './metadata-only.ts';
import { listAndWatch } from './reflector.ts';
import { resourceKinds } from './resource-kinds.ts';

/**
 * Waits until the namespace with this uid is gone; false when `timeoutMs` are up before, undefined where it may not be
 * watched. A namespace goes long after its deletion was asked for: until then nothing can be made in it, and none of its
 * name. Not ended by the user's first signal, since who asks is cleaning up. Throws ApiFailure, Unreachable.
 */
export async function namespaceIsGone(
  api: Api,
  name: string,
  uid: string,
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): Promise<boolean | undefined> {
  const ended = new AbortController();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const isIt = ({ metadata }: KubernetesObject) => metadata.uid === uid;
  const cancel = clock.after(timeoutMs, () => resolve(false));
  try {
    await listAndWatch<KubernetesObject>(
      api,
      {
        kind: resourceKinds.namespace,
        fieldSelector: `metadata.name=${name}`,
        accept: METADATA_ONLY,
        evenAfterStop: true,
      },
      {
        replaced: (objects) => objects.some(isIt) || resolve(true),
        changed: (type, object) => (isIt(object) && type !== 'DELETED') || resolve(true),
        trouble: () => {},
      },
      { clock, signal: ended.signal },
    );
    return await promise;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 403) return undefined;
    throw error;
  } finally {
    cancel();
    ended.abort();
  }
}
