import { sleep } from '../../clock.ts';
import { deployments, pods, replicaSets, seldonDeployments } from '../../cluster/kinds.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { snapshot } from '../../lifecycle/snapshot.ts';
import { observe } from '../../lifecycle/waits/wait-on.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { backoffMs } from '../backoff.ts';
import { keyOf } from '../desired/desired.ts';
import type { DesiredState } from '../desired/desired-state.ts';
import type { Reconciler } from '../reconcile/reconcile.ts';
import type { SyncEnvironment, SyncOptions } from '../sync-environment.ts';
import { phaseOf } from './phase.ts';
import { StatusReporter } from './status-reporter.ts';

const TRIES = 4;

/** Tells the source how everything is at this moment. Throws Failure where it does not take that. */
export async function reportOnce(
  url: URL,
  { owner, scope, connection }: Pick<SyncOptions, 'owner' | 'scope' | 'connection'>,
  around: SyncEnvironment & { desired: DesiredState; reconciler: Reconciler },
): Promise<void> {
  const { cluster, desired, reconciler, tell, clock, signal } = around;
  const warn = (message: string) => tell({ type: 'notice', time: clock.now(), level: 'warning', message });
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
  for (let tries = 1; !(await reporter.flush()); tries += 1) {
    if (tries === TRIES) throw new Failure(exitCodes.failed, `the report to ${url.origin} was not taken`);
    await sleep(clock, backoffMs(tries, around.random()), signal);
    signal.throwIfAborted();
  }
}
