import { type Clock, systemClock } from '../../clock.ts';
import type { Api, ApiRequest } from '../../cluster/api.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import { listAndWatch } from '../../cluster/reflector.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { ApiError, type KubeObject, type ObjectKind, type OperatorClient } from './client.ts';

/** The operator's client over HTTP, for the sandbox's API server and for real ones alike. */
export function clusterClient(api: Api, clock: Clock = systemClock): OperatorClient {
  async function call<T>(request: ApiRequest): Promise<T> {
    try {
      return (await api.call<T>(request)).body;
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      throw new ApiError(error.status, error.reason, error.message, { cause: error });
    }
  }
  return {
    async listAndWatch(kind, namespace, watcher, signal) {
      const reader = {
        replaced: (objects: KubernetesObject[]) => watcher.listed(objects),
        changed: (type: string, object: KubernetesObject) =>
          type === 'DELETED' ? watcher.deleted(object) : watcher.changed(object),
        // The cache goes on with what it has, and catches up when the watch is back.
        trouble: () => {},
      };
      await listAndWatch(api, { path: collectionPath(kind, namespace) }, reader, { clock, signal });
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    create: (kind, object) =>
      call({ method: 'POST', path: collectionPath(kind, object.metadata.namespace), body: object }),
    replace: (kind, object) => call({ method: 'PUT', path: objectPath(kind, object), body: object }),
    replaceStatus: (kind, object) => call({ method: 'PUT', path: `${objectPath(kind, object)}/status`, body: object }),
    patch: (kind, namespace, name, patch) =>
      call({
        method: 'PATCH',
        path: objectPath(kind, { metadata: { namespace, name } }),
        contentType: 'application/strategic-merge-patch+json',
        body: patch,
      }),
    async delete(kind, namespace, name, options = {}) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...options };
      await call({ method: 'DELETE', path: objectPath(kind, { metadata: { namespace, name } }), body });
    },
  };
}

function collectionPath({ apiVersion, plural, namespaced }: ObjectKind, namespace: string | undefined): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespaced && namespace !== undefined ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
}

function objectPath(kind: ObjectKind, { metadata }: KubeObject): string {
  return `${collectionPath(kind, metadata.namespace)}/${metadata.name}`;
}
