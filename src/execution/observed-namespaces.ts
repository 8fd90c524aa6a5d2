import type { Informer } from '../cluster/informer.ts';
import { EventStream } from '../events/event-stream.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import type { DeploymentName } from '../progress/progress.ts';
import type { SeldonSpec } from '../seldon/seldon-deployment.ts';
import { spareMemory } from '../spare-memory.ts';
import type { ExecutionDeps } from './execution-deps.ts';

/** The watches of a namespace, and its Events. */
export interface ObservedNamespace {
  watch: Informer;
  events: EventStream;
}

/**
 * `timeoutMs`: how long a wait may take. Opens the watches of every namespace that these deployments are in, until `signal` aborts: the same number of them,
 * however many deployments a namespace has. Throws Failure where one that is needed is refused.
 */
export async function openNamespaces(
  deployments: readonly (DeploymentName & { spec: SeldonSpec | undefined })[],
  { cluster, report, clock }: ExecutionDeps,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<Map<string, ObservedNamespace>> {
  spareMemory(deployments.length);
  const names = new Set(deployments.map(({ namespace }) => namespace));
  const opened = await Promise.all(
    [...names].map(async (name) => {
      const inside = deployments.filter(({ namespace }) => namespace === name);
      const components = inside
        .flatMap(({ spec }) => spec?.predictors ?? [])
        .flatMap(({ componentSpecs }) => componentSpecs ?? []);
      const isOurs = ({ kind, metadata }: KubernetesObject) =>
        kind === 'SeldonDeployment' && inside.some((one) => one.name === metadata.name);
      const watch = cluster.informerFor(
        name,
        {
          event: (event) => events.see(event),
          expired: (uid) => events.expired(uid),
          known: (uid) => events.known(uid),
          notice: (level, message) => report({ type: 'notice', time: clock.now(), level, message }),
        },
        { clock, signal, silenceMs: silence(timeoutMs) },
      );
      const events = new EventStream(watch.cache, isOurs);
      await watch
        .open(cluster.kindsOwned(components))
        .catch((error) => explain(error, `watch what is in namespace "${name}"`));
      return [name, { watch, events }] as const;
    }),
  );
  return new Map(opened);
}

/** Longer than the minute after which the API server sends a bookmark, and short enough for a wait to have tries left. */
const SILENCE_MS = 90_000;
const SHORTEST_SILENCE_MS = 2_000;

function silence(timeoutMs: number): number {
  return Math.max(SHORTEST_SILENCE_MS, Math.min(SILENCE_MS, timeoutMs / 4));
}
