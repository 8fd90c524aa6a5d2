import { systemClock } from '../../src/clock.ts';
import type { Api, ApiAnswer } from '../../src/cluster/api.ts';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import { object } from '../../src/cluster/form.ts';
import { listAndWatch } from '../../src/cluster/reflector.ts';
import { resourcePath } from '../../src/cluster/resource-kinds.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { ApiError, type ObjectKind, type OperatorClient } from '../../src/sandbox/operator/client.ts';

/** The operator's client over HTTP, for the real API server. */
export function clusterClient(api: Api): OperatorClient {
  const none = undefined;
  const options = (body: unknown) => api.options({ form: object({}), body });
  return {
    async listAndWatch(kind, namespace, watcher, signal) {
      const reader = {
        replaced: (objects: KubernetesObject[]) => watcher.listed(objects),
        changed: (type: string, object: KubernetesObject) =>
          type === 'DELETED' ? watcher.deleted(object) : watcher.changed(object),
        // The cache goes on with what it has, and catches up when the watch is back.
        trouble: () => {},
      };
      await listAndWatch(api, { kind, namespace }, reader, { clock: systemClock, signal });
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    create: (kind, made) => told(api.create(placeOf(kind, made), none, none, none, options(made))),
    replace: (kind, changed) => told(api.replace(placeOf(kind, changed), none, none, none, options(changed))),
    async replaceStatus<T extends KubernetesObject>(kind: ObjectKind, changed: T) {
      const { namespace, name } = changed.metadata;
      const path = `${resourcePath(kind, namespace, name)}/status`;
      return (await told<ApiAnswer<T>>(api.call({ method: 'PUT', path, body: changed }))).body;
    },
    patch: (kind, namespace, name, patch) =>
      told(api.patch(placeOf(kind, { metadata: { namespace, name } }), none, none, none, none, none, options(patch))),
    async delete(kind, namespace, name, deletion = {}) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...deletion };
      const place = placeOf(kind, { metadata: { namespace, name } });
      await told(api.delete(place, none, none, none, none, none, body, api.options({ form: object({}) })));
    },
  };
}

/** Throws ApiError for an answer that is one. */
async function told<T>(answer: Promise<unknown>): Promise<T> {
  try {
    return (await answer) as T;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    throw new ApiError(error.status, error.reason, error.message, { cause: error });
  }
}

function placeOf(
  { apiVersion, kind }: ObjectKind,
  { metadata: { name, namespace } }: Pick<KubernetesObject, 'metadata'>,
) {
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}
