import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';

/**
 * Removes a namespace that the run made, if nothing is in it that somebody else has put there meanwhile. Answers what to
 * say of it: whether it is gone, and if not why not.
 */
export async function removeNamespace(cluster: SeldonCluster, name: string, uid: string): Promise<string> {
  try {
    const contents = await cluster.namespaceContents(name);
    if (contents.length > 0) return `namespace "${name}" is left, because it holds ${contents.join(', ')}`;
    await cluster.deleteNamespace(name, uid);
    return `namespace "${name}" deleted`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `namespace "${name}" is left, because nobody can say whether it is empty: ${why}`;
  }
}
