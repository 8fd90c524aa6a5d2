import { collectionVersion } from './answer-forms.ts';
import type { Api } from './api.ts';
import { METADATA_ONLY, ofList } from './metadata-only.ts';

/**
 * Whether one resourceVersion of a collection comes after another: they are whole numbers that rise
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions, KEP-5504).
 */
export function isNewer(resourceVersion: string, than: string): boolean {
  return BigInt(resourceVersion) > BigInt(than);
}

/** The collection's resourceVersion now, at the price of at most one object. */
export async function currentResourceVersion(api: Api, path: string, signal?: AbortSignal): Promise<string> {
  const request = { method: 'GET' as const, path, query: { limit: '1' }, accept: ofList(METADATA_ONLY), signal };
  const { body } = await api.call<{ metadata: { resourceVersion: string } }>(request, collectionVersion);
  return body.metadata.resourceVersion;
}
