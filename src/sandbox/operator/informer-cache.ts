import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { kinds, type ObjectKind, type OperatorClient } from './client.ts';

/** Hears of an object as it is now (as it last was, when it has gone) and as it was before. */
type Listener = (object: KubernetesObject, before?: KubernetesObject) => void;

/**
 * The cluster as the operator sees it: what its watches have brought so far. It is a moment behind the API server,
 * also behind the operator's own writes, and so is everything that the operator decides.
 */
export class InformerCache {
  readonly #objects = new Map<string, Map<string, KubernetesObject>>();

  get<T extends KubernetesObject>(kind: ObjectKind, namespace: string, name: string): T | undefined {
    return this.#objects.get(kind.kind)?.get(`${namespace}/${name}`) as T | undefined;
  }

  list<T extends KubernetesObject>(kind: ObjectKind, namespace: string): T[] {
    const all = [...(this.#objects.get(kind.kind)?.values() ?? [])];
    return all.filter((object) => object.metadata.namespace === namespace) as T[];
  }

  /** Begins to watch a kind; resolves when the first list is in. `listener` hears of each change. */
  follow(
    client: OperatorClient,
    kind: ObjectKind,
    namespace: string | undefined,
    signal: AbortSignal,
    listener: Listener = () => {},
  ): Promise<void> {
    const objects = new Map<string, KubernetesObject>();
    this.#objects.set(kind.kind, objects);
    const keyOf = ({ metadata }: KubernetesObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
    return new Promise((synced, failed) => {
      const watcher = {
        listed(listed: KubernetesObject[]) {
          const keys = new Set(listed.map(keyOf));
          for (const [key, object] of [...objects]) {
            if (!keys.has(key)) watcher.deleted(object);
          }
          for (const object of listed) watcher.changed(object);
          synced();
        },
        changed(object: KubernetesObject) {
          const before = objects.get(keyOf(object));
          objects.set(keyOf(object), object);
          if (before?.metadata.resourceVersion === object.metadata.resourceVersion && before) return;
          listener(object, before);
        },
        deleted(object: KubernetesObject) {
          objects.delete(keyOf(object));
          listener(object);
        },
      };
      client.listAndWatch(kind, namespace, watcher, signal).then(synced, failed);
    });
  }
}

/** The SeldonDeployment that controls an object, as namespace/name: by kind and name only, whatever its uid. */
export function controllingSeldonDeployment({ metadata }: KubernetesObject): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  const group = kinds.seldonDeployment.apiVersion.split('/')[0];
  if (owner?.kind !== kinds.seldonDeployment.kind || owner.apiVersion.split('/')[0] !== group) return undefined;
  return `${metadata.namespace}/${owner.name}`;
}
