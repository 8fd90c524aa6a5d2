import type { Manifests } from '../manifests/manifest.ts';

/** In the order in which they come first; some objects are in none. */
export function namespacesOf(objects: readonly { metadata: { namespace?: string } }[]): string[] {
  return [...new Set(objects.flatMap(({ metadata: { namespace } }) => namespace || []))];
}

/** Of all that files hold. */
export function namespacesIn({ deployments, others }: Manifests): string[] {
  return namespacesOf([...deployments.map(({ deployment }) => deployment), ...others.map(({ object }) => object)]);
}
