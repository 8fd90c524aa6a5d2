import type { Api } from './api.ts';
import { ApiFailure, Unreachable } from './api-failure.ts';
import type { KubernetesObject } from './objects.ts';

export interface ListQuery<T extends KubernetesObject = KubernetesObject> {
  /** As kubectl's -l: 'app=iris,tier!=test'. */
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** How the answer is to look; JSON if it is not said. */
  accept?: string | undefined;
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
  /** The server writes null for no item in a list of metadata only. */
  items: T[] | null;
}

/** What is in a list. Throws Unreachable where it is none: whoever stands before the server has answered. */
export function itemsOf<T>({ items }: ObjectList<T>, server: string): T[] {
  if (items === null) return [];
  if (Array.isArray(items) && items.every(isKubernetesObject)) return items;
  throw new Unreachable(server, new Error('the answer is no list of objects'));
}

/** Whether it has metadata, without which nothing can be said or done about an object. */
export function isKubernetesObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { metadata } = value as { metadata?: unknown };
  return typeof metadata === 'object' && metadata !== null;
}

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
    signal,
    evenAfterStop = false,
  }: ListQuery<T>,
  chunk: number | undefined,
): Promise<Listed<T>> {
  const objects: T[] = [];
  let resourceVersion: string | undefined;
  let next: string | undefined;
  do {
    const query = { labelSelector, fieldSelector, limit: chunk?.toString(), continue: next };
    const request = { method: 'GET' as const, path, query, signal, evenAfterStop, ...(accept && { accept }) };
    const { body } = await api.call<ObjectList<T>>(request);
    for (const item of itemsOf(body, api.server)) if (where?.(item) ?? true) objects.push(keep(item));
    resourceVersion = body.metadata?.resourceVersion;
    next = body.metadata?.continue || undefined;
  } while (next !== undefined);
  return { items: objects, resourceVersion };
}
