import type { Advice } from '../advice/advice.ts';
import { ApiFailure } from '../cluster/api-failure.ts';
import { deployments, pods, replicaSets } from '../cluster/kinds.ts';
import type { LogQuery } from '../cluster/log-lines.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Pod } from '../kubernetes/objects.ts';
import { explainAsKubectl } from '../lifecycle/errors/kubectl-words.ts';
import { snapshot } from '../lifecycle/snapshot.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { containersOf } from './containers.ts';
import type { PrintLine } from './log-printer.ts';

export interface LogOptions {
  /** -c: of this name only. */
  container: string | undefined;
  query: Omit<LogQuery, 'follow'>;
}

export interface LogEnvironment {
  cluster: SeldonCluster;
  print: PrintLine;
  /** Told what could not be read, and why. */
  notice(message: Advice): void;
  signal: AbortSignal;
}

/**
 * What the containers of all pods of these deployments have written so far, one container after the other. Answers how
 * many containers were found. Throws Failure where the server refuses; a container that has no log yet is only told.
 */
export async function readLogs(
  targets: readonly SeldonDeployment[],
  { container, query }: LogOptions,
  { cluster, print, notice, signal }: LogEnvironment,
): Promise<number> {
  const found = (await podsOf(targets, cluster)).flatMap((pod) => containersOf(pod, container));
  // Of the others there is no run before this one to ask for.
  const asked = query.previous ? found.filter(({ hasRestarted }) => hasRestarted) : found;
  if (found.length > 0 && asked.length === 0) notice('no container has restarted, so no earlier run has a log');
  for (const run of asked) {
    try {
      for await (const line of cluster.logLines(run, { ...query, follow: false }, signal)) print(run, line);
    } catch (error) {
      signal.throwIfAborted();
      // It has not begun yet, has no run before this one, or has gone meanwhile.
      const isAbsent = error instanceof ApiFailure && (error.status === 400 || error.status === 404);
      if (!isAbsent) explainAsKubectl(error, `read the log of pod "${run.pod}"`);
      notice(error.message);
    }
  }
  return found.length;
}

/** By owner uid over the whole chain, in the order of their names. */
async function podsOf(targets: readonly SeldonDeployment[], cluster: SeldonCluster): Promise<Pod[]> {
  const byNamespace = Map.groupBy(targets, ({ metadata }) => metadata.namespace ?? '');
  const found = await Promise.all(
    [...byNamespace].map(async ([namespace, inside]) => {
      const cache = await snapshot(cluster, namespace, [deployments, replicaSets, pods], undefined);
      return inside.flatMap(({ metadata }) => cache.ownedBy(metadata.uid ?? '').pods.sort(byName));
    }),
  );
  return found.flat();
}

function byName(a: Pod, b: Pod): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
