import type { Api } from './api.ts';
import { ApiFailure, Unreachable } from './api-failure.ts';
import type { KubernetesObject } from './objects.ts';

export interface ListQuery {
  /** As kubectl's -l: 'app=iris,tier!=test'. */
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** How the answer is to look; JSON if it is not said. */
  accept?: string | undefined;
}

/** As many objects as kubectl asks for at a time. */
const CHUNK = 500;

export interface ObjectList<T> {
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
export async function listObjects<T extends KubernetesObject>(
  api: Api,
  path: string,
  query: ListQuery = {},
): Promise<T[]> {
  try {
    return await inChunks<T>(api, path, query);
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 410) throw error;
    const { labelSelector, fieldSelector, accept } = query;
    const whole = { method: 'GET' as const, path, query: { labelSelector, fieldSelector }, ...(accept && { accept }) };
    return itemsOf((await api.call<ObjectList<T>>(whole)).body, api.server);
  }
}

async function inChunks<T extends KubernetesObject>(
  api: Api,
  path: string,
  { labelSelector, fieldSelector, accept }: ListQuery = {},
): Promise<T[]> {
  const objects: T[] = [];
  let next: string | undefined;
  do {
    const query = { labelSelector, fieldSelector, limit: String(CHUNK), continue: next };
    const { body } = await api.call<ObjectList<T>>({ method: 'GET', path, query, ...(accept && { accept }) });
    for (const item of itemsOf(body, api.server)) objects.push(item);
    next = body.metadata?.continue || undefined;
  } while (next !== undefined);
  return objects;
}
