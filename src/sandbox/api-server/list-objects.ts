import { badRequest } from './api-failure.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import { matcherOf } from './selectors.ts';
import type { Store } from './store.ts';

export type ObjectList = { items: KubernetesObject[]; metadata: JsonObject };

/** Where the next page starts: the list's resourceVersion and the last object already sent. */
type ContinueToken = { rv: string; after: string };

/** One page of a list, with `limit` and `continue` as the API server takes them. */
export function listObjects(
  store: Store,
  type: ResourceType,
  namespace: string | undefined,
  query: URLSearchParams,
): ObjectList {
  const matches = matcherOf(type, query);
  const token = decodeToken(query.get('continue'));
  const found = store.list(type, namespace).filter(matches);
  const rest = token ? found.filter((object) => keyOf(object) > token.after) : found;
  const limit = Number(query.get('limit') ?? 0);
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const resourceVersion = token?.rv ?? store.resourceVersion;
  const metadata: JsonObject = { resourceVersion };
  if (items.length < rest.length) {
    metadata.continue = encodeToken({ rv: resourceVersion, after: keyOf(items.at(-1) as KubernetesObject) });
    // With a selector the real server cannot know how many are left.
    if (!query.get('labelSelector') && !query.get('fieldSelector'))
      metadata.remainingItemCount = rest.length - items.length;
  }
  return { items, metadata };
}

function keyOf({ metadata }: KubernetesObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function encodeToken(token: ContinueToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function decodeToken(text: string | null): ContinueToken | undefined {
  if (!text) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as ContinueToken;
  } catch {
    throw badRequest('continue key is not valid: illegal base64 data');
  }
}
