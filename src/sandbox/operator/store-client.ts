import { sleep } from '../../clock.ts';
import { groupOf } from '../../cluster/resource-kinds.ts';
import { copyOf } from '../../json-copy.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { ApiFailure } from '../api-server/api-failure.ts';
import { createObject } from '../api-server/create-object.ts';
import { deleteObject } from '../api-server/delete-object.ts';
import type { JsonObject, KubernetesObject as StoredObject } from '../api-server/objects.ts';
import { patchObject, patchTypes } from '../api-server/patch-object.ts';
import type { ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';
import { updateObject } from '../api-server/update-object.ts';
import { ApiError, kinds, type ObjectKind, type OperatorClient } from './client.ts';

/** Milliseconds that a request takes, and a change until it is seen: as over a network, others write in between. */
const DELAY_MS = 1;

const MANAGER = { manager: 'sandbox-operator' };

/** The operator's client for the sandbox's own API server, beside it in one process: over HTTP it would cost as much as all else. */
export function storeClient(store: Store): OperatorClient {
  const asked = async <T extends KubernetesObject>(
    { apiVersion, kind }: ObjectKind,
    answer: (type: ResourceType) => StoredObject,
  ): Promise<T> => {
    // Events go one after the other, those of a whole cluster: on a busy machine they would come ever later.
    if (kind !== kinds.event.kind) await sleep(store.clock, DELAY_MS);
    try {
      return received(answer(typeOf(store, apiVersion, kind))) as T;
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      throw new ApiError(error.code, error.reason, error.message, { cause: error });
    }
  };
  const replace = <T extends KubernetesObject>(kind: ObjectKind, object: T, subresource?: 'status') => {
    const { namespace, name } = object.metadata;
    const context = { ...MANAGER, ...(subresource && { subresource }) };
    return asked<T>(kind, (type) =>
      updateObject(store, type, namespace, name, () => copyOf(object as unknown as JsonObject), context),
    );
  };
  return {
    async listAndWatch({ apiVersion, kind }, namespace, watcher, signal) {
      const type = typeOf(store, apiVersion, kind);
      watcher.listed(store.list(type, namespace).map(received));
      const stop = store.subscribe(type, ({ type: change, object }) => {
        if (namespace !== undefined && object.metadata.namespace !== namespace) return;
        store.clock.after(DELAY_MS, () => {
          if (signal.aborted) return;
          if (change === 'DELETED') watcher.deleted(received(object));
          else watcher.changed(received(object));
        });
      });
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      stop();
    },
    create: (kind, made) =>
      asked(kind, (type) => createObject(store, type, made.metadata.namespace, made as unknown as JsonObject, MANAGER)),
    replace: (kind, changed) => replace(kind, changed),
    replaceStatus: (kind, changed) => replace(kind, changed, 'status'),
    patch: (kind, namespace, name, patch) =>
      asked(kind, (type) => patchObject(store, type, namespace, name, patchTypes.strategic, patch, PATCH).object),
    async delete(kind, namespace, name, options = {}) {
      await asked(kind, (type) => deleteObject(store, type, namespace, name, options).object);
    },
  };
}

const PATCH = { ...MANAGER, isPatch: true };

function typeOf(store: Store, apiVersion: string, kind: string): ResourceType {
  const type = store.typeOf(groupOf(apiVersion), kind);
  if (!type) throw new Error(`the sandbox does not serve ${kind} of ${apiVersion}`);
  return type;
}

/** As the operator's own types have it. */
function received(object: StoredObject): KubernetesObject {
  return object as unknown as KubernetesObject;
}
