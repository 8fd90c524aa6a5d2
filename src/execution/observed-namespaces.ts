import { DeploymentInformer, ownedKinds } from '../lifecycle/deployment-informer.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { spareMemory } from '../spare-memory.ts';
import type { Target } from './execution.ts';
import { type ExecutionDeps, noticeTo } from './execution-deps.ts';

/**
 * Opens the informer of every namespace that these deployments are in, until `signal` aborts: one, however many deployments
 * a namespace has. `timeoutMs`: how long a wait may take; `missesEvents`: whether Events are shown or waited for. Throws Failure where a watch that is needed is refused.
 */
export async function openNamespaces(
  deployments: readonly Target[],
  deps: ExecutionDeps,
  { signal, timeoutMs, missesEvents }: { signal: AbortSignal; timeoutMs: number; missesEvents: boolean },
): Promise<Map<string, DeploymentInformer>> {
  const { cluster, clock } = deps;
  spareMemory(deployments.length);
  const byNamespace = Map.groupBy(deployments, ({ namespace }) => namespace);
  const opened = [...byNamespace].map(async ([namespace, inside]) => {
    const names = new Set(inside.map(({ name }) => name));
    const informer = new DeploymentInformer({
      cluster,
      namespace,
      kinds: ownedKinds(cluster, inside.flatMap(known)),
      isMeant: ({ metadata }) => names.has(metadata.name),
      notice: noticeTo(deps),
      clock,
      signal,
      silenceMs: silence(timeoutMs),
      missesEvents,
    });
    await informer.open().catch((error) => explain(error, `watch namespace "${namespace}"`));
    return [namespace, informer] as const;
  });
  return new Map(await Promise.all(opened));
}

/** As the files have it, and as it is. */
function known({ manifest, live }: Target): SeldonDeployment[] {
  return [manifest?.deployment, live].filter((one) => one !== undefined);
}

/** Longer than the minute after which the API server sends a bookmark, and short enough for a wait to have tries left. */
const SILENCE_MS = 90_000;
const SHORTEST_SILENCE_MS = 2_000;

function silence(timeoutMs: number): number {
  return Math.max(SHORTEST_SILENCE_MS, Math.min(SILENCE_MS, timeoutMs / 4));
}
