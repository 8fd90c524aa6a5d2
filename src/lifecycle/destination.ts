import type { Manifests } from '../manifests/manifest.ts';

/** Which cluster a command acts on, and where in it. */
export interface Destination {
  /** Of the kubeconfig; left out where there is none: in a pod, or where only a server is named. */
  context?: string;
  server: string;
  /** Each once. With -A those of the deployments that were found. */
  namespaces: readonly string[];
  /** -A */
  allNamespaces?: true;
  /** A cluster in memory, which ends with the command. */
  sandbox?: true;
}

/** In the order in which they come first; some objects are in none. */
export function namespacesOf(objects: readonly { metadata: { namespace?: string } }[]): string[] {
  return [...new Set(objects.flatMap(({ metadata: { namespace } }) => namespace || []))];
}

/** Of all that files hold. */
export function namespacesIn({ deployments, companions }: Manifests): string[] {
  return namespacesOf([...deployments.map(({ deployment }) => deployment), ...companions.map(({ object }) => object)]);
}
