import type { KubernetesObject } from '../kubernetes/objects.ts';
import { anyKind, listForm } from './answer-forms.ts';
import type { Api } from './api.ts';
import { ApiFailure, NotKubernetes } from './api-failure.ts';
import type { Form } from './form.ts';

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
  /** See ApiRequest. */
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
 * the server has forgotten where it began. Throws ApiFailure or Unreachable.
 */
export async function listCollection<T extends KubernetesObject>(
  api: Api,
  path: string,
  query: ListQuery<T> = {},
): Promise<Listed<T>> {
  try {
    return await inChunks<T>(api, path, query, CHUNK);
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 410) throw error;
    return await inChunks<T>(api, path, query, undefined);
  }
}

/** As listCollection, where only the objects are asked for. */
export async function listObjects<T extends KubernetesObject>(
  api: Api,
  path: string,
  query: ListQuery<T> = {},
): Promise<T[]> {
  return (await listCollection(api, path, query)).items;
}

async function inChunks<T extends KubernetesObject>(
  api: Api,
  path: string,
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
  const objects: T[] = [];
  let resourceVersion: string | undefined;
  let next: string | undefined;
  let chunks = 0;
  do {
    const query = { labelSelector, fieldSelector, limit: chunk?.toString(), continue: next };
    const request = { method: 'GET' as const, path, query, signal, evenAfterStop, ...(accept && { accept }) };
    chunks += 1;
    if (chunks > MOST_CHUNKS) throw new NotKubernetes(api.server, 'its list has no end');
    const { body } = await api.call<ObjectList<T>>(request, listForm(form));
    for (const item of body.items) if (where?.(item) ?? true) objects.push(keep(item));
    resourceVersion = body.metadata?.resourceVersion;
    next = body.metadata?.continue || undefined;
  } while (next !== undefined);
  return { items: objects, resourceVersion };
}
