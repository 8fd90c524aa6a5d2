import type { KubernetesObject } from '../kubernetes/objects.ts';
import { anyKind, listForm } from './answer-forms.ts';
import type { Api } from './api.ts';
import { ApiFailure, NotKubernetes } from './api-failure.ts';
import type { Form } from './form.ts';
import { ListSize, listed } from './list-size.ts';
import type { ResourceKind } from './resource-kinds.ts';

export interface ListQuery<T extends KubernetesObject = KubernetesObject> {
  /** As kubectl's -l: 'app=iris,tier!=test'. */
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** How the answer is to look; JSON if it is not said. */
  accept?: string | undefined;
  /** Of each object; that of any kind if it is not said. */
  form?: Form | undefined;
  /** Which objects are meant, where no selector can say it: the others go as soon as they were read. */
  where?: ((object: T) => boolean) | undefined;
  /** What is kept of each object, so that of a long list never more than a chunk is in memory as the server sent it. */
  keep?: ((object: T) => T) | undefined;
  signal?: AbortSignal | undefined;
  /** See RequestOptions. */
  evenAfterStop?: boolean;
}

/** What a collection holds, and its resourceVersion then. */
export interface Listed<T> {
  items: T[];
  resourceVersion: string | undefined;
}

/** As many objects as kubectl asks for at a time. */
const CHUNK = 500;

interface ObjectList<T> {
  metadata?: { continue?: string; resourceVersion?: string };
  items: T[];
}

/** So many chunks no cluster has: whoever says each time that there is more never comes to an end. */
const MOST_CHUNKS = 2_000;

/**
 * Everything in a collection, chunk by chunk, as kubectl gets it; begun anew and in one piece where it took so long that
 * the server has forgotten where it began. Throws ApiFailure or Unreachable, of which ListTooLarge is one.
 */
export async function listCollection<T extends KubernetesObject>(
  api: Api,
  kind: ResourceKind,
  namespace: string | undefined,
  query: ListQuery<T> = {},
): Promise<Listed<T>> {
  try {
    return await inChunks<T>(api, kind, namespace, query, CHUNK);
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 410) throw error;
    return await inChunks<T>(api, kind, namespace, query, undefined);
  }
}

/** As listCollection, where only the objects are asked for. */
export async function listObjects<T extends KubernetesObject>(
  api: Api,
  kind: ResourceKind,
  namespace: string | undefined,
  query: ListQuery<T> = {},
): Promise<T[]> {
  return (await listCollection(api, kind, namespace, query)).items;
}

async function inChunks<T extends KubernetesObject>(
  api: Api,
  resource: ResourceKind,
  namespace: string | undefined,
  {
    labelSelector,
    fieldSelector,
    accept,
    where,
    keep = (object) => object,
    form = anyKind,
    signal,
    evenAfterStop = false,
  }: ListQuery<T>,
  chunk: number | undefined,
): Promise<Listed<T>> {
  const { apiVersion, kind } = resource;
  const size = new ListSize(api.server, resource, namespace);
  let letters = 0;
  const onLength = (length: number) => {
    letters = length;
  };
  const options = api.options({ form: listForm(form), accept, signal, evenAfterStop, onLength });
  const endless = () => new NotKubernetes(api.server, `its list of ${listed(resource, namespace)} does not end`);
  const objects: T[] = [];
  let resourceVersion: string | undefined;
  let next: string | undefined;
  let chunks = 0;
  do {
    chunks += 1;
    if (chunks > MOST_CHUNKS) throw endless();
    const body = (await api.list(
      apiVersion,
      kind,
      namespace,
      undefined,
      undefined,
      undefined,
      fieldSelector,
      labelSelector,
      chunk,
      next,
      options,
    )) as unknown as ObjectList<T>;
    for (const item of body.items) if (where?.(item) ?? true) objects.push(keep(item));
    size.add(letters, objects);
    resourceVersion = body.metadata?.resourceVersion;
    const before = next;
    next = body.metadata?.continue || undefined;
    // The same chunk would come again and again.
    if (next !== undefined && next === before) throw endless();
  } while (next !== undefined);
  return { items: objects, resourceVersion };
}
