import { collectionVersion } from './answer-forms.ts';
import type { Api } from './api.ts';
import { METADATA_ONLY, ofList } from './metadata-only.ts';
import type { ResourceKind } from './resource-kinds.ts';

/**
 * Whether one resourceVersion of a collection comes after another: they are whole numbers that rise
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions, KEP-5504).
 */
export function isNewer(resourceVersion: string, than: string): boolean {
  return BigInt(resourceVersion) > BigInt(than);
}

/** The collection's resourceVersion now, at the price of at most one object. */
export async function currentResourceVersion(
  api: Api,
  { apiVersion, kind }: ResourceKind,
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<string> {
  const options = api.options({ form: collectionVersion, accept: ofList(METADATA_ONLY), signal });
  const none = undefined;
  const list = await api.list(apiVersion, kind, namespace, none, none, none, none, none, 1, none, options);
  return (list.metadata as { resourceVersion: string }).resourceVersion;
}
