import { sleep } from '../../clock.ts';
import { deployments, pods, replicaSets, seldonDeployments } from '../../cluster/kinds.ts';
import { concurrencyLimiter } from '../../concurrency-limiter.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { explain } from '../../lifecycle/errors/api-errors.ts';
import { snapshot } from '../../lifecycle/snapshot.ts';
import { observe } from '../../lifecycle/waits/wait-on.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { backoffMs, ENDING_MS } from '../backoff.ts';
import { keyOf } from '../desired/desired.ts';
import type { DesiredState } from '../desired/desired-state.ts';
import type { Reconciler } from '../reconcile/reconcile.ts';
import type { SyncEnvironment, SyncOptions } from '../sync-environment.ts';
import { phaseOf } from './phase.ts';
import { StatusReporter } from './status-reporter.ts';
import { deletedReport, type Unwanted } from './unwanted.ts';

const TRIES = 4;
const LOOK_MS = 1_000;

/** Tells the source how everything is at this moment. Throws Failure where it does not take that. */
export async function reportOnce(
  url: URL,
  { owner, scope, connection, concurrency }: Pick<SyncOptions, 'owner' | 'scope' | 'connection' | 'concurrency'>,
  around: SyncEnvironment & {
    desired: DesiredState;
    reconciler: Reconciler;
    /** What is not wanted and is being deleted: its end is waited for. */
    going: readonly Unwanted[];
  },
): Promise<void> {
  const { cluster, desired, reconciler, going, tell, clock, signal } = around;
  const warn = (message: string) => tell({ type: 'notice', time: clock.now(), level: 'warning', message });
  const gone = await whatHasGone(going, concurrency, around, warn);
  const kinds = [seldonDeployments(cluster.resource), deployments, replicaSets, pods];
  const cache = await snapshot(cluster, scope.namespace, kinds, warn);
  const found = new Map(
    (cache.ofKind('SeldonDeployment') as SeldonDeployment[]).map(({ metadata: { namespace = '', name, uid } }) => [
      keyOf(namespace, name),
      uid ?? '',
    ]),
  );
  const reporter = new StatusReporter({
    ...around,
    url,
    connection,
    owner,
    revision: () => desired.revision,
    trouble: warn,
    refused: () => {},
  });
  for (const item of desired.items) {
    const uid = found.get(item.key);
    const seen = uid === undefined ? undefined : observe(cache, uid);
    reporter.update(
      phaseOf({ ...item, wanted: item.deployment }, seen, reconciler.troubleOf(item.key), (answer) => answer),
    );
  }
  for (const one of gone) reporter.update(deletedReport(one));
  for (let tries = 1; !(await reporter.flush()); tries += 1) {
    if (tries === TRIES) throw new Failure(exitCodes.failed, `${url.origin} did not accept the report`);
    await sleep(clock, backoffMs(tries, around.random()), signal);
    signal.throwIfAborted();
  }
}

/**
 * Those of which nothing is left by now, or once the deletions that this sync has begun are over. What was being deleted
 * before may be held for ever, and is only looked at.
 */
async function whatHasGone(
  going: readonly Unwanted[],
  concurrency: number,
  { cluster, clock, signal }: SyncEnvironment,
  warn: (message: string) => void,
): Promise<Unwanted[]> {
  const until = clock.now() + ENDING_MS;
  const stands = async ({ namespace, name, uid }: Unwanted) => {
    const now = await cluster.read(namespace, name).catch((error) => explain(error, `read seldondeployment "${name}"`));
    return now !== undefined && now.metadata.uid === uid;
  };
  const isGone = async (one: Unwanted) => {
    while (await stands(one)) {
      if (one.isGoing || clock.now() >= until) {
        warn(`seldondeployment "${one.name}" is still being deleted: not reported as Deleted`);
        return false;
      }
      await sleep(clock, LOOK_MS, signal);
      signal.throwIfAborted();
    }
    return true;
  };
  const inTurn = concurrencyLimiter(concurrency);
  const looked = await Promise.all(going.map(async (one) => ({ one, gone: await inTurn(() => isGone(one)) })));
  return looked.flatMap(({ one, gone }) => (gone ? [one] : []));
}
