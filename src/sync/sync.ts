import type { Clock } from '../clock.ts';
import { sleep } from '../clock.ts';
import { type ExitCode, exitCodes } from '../failures.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { ENDING_MS } from './backoff.ts';
import { keyOf } from './desired/desired.ts';
import { DesiredState } from './desired/desired-state.ts';
import { LiveIngresses } from './reconcile/live-ingresses.ts';
import { LiveObjects } from './reconcile/live-objects.ts';
import { Reconciler, type Round } from './reconcile/reconcile.ts';
import { unwantedOf } from './report/unwanted.ts';
import { againInWords, type SourceMessage } from './source/message.ts';
import type { SyncEnvironment, SyncOptions } from './sync-environment.ts';
import type { TellSync } from './sync-report.ts';

/** As often is tried what the server has refused for the moment. */
const ROUNDS = 4;
const LONGEST_WAIT_MS = 10_000;

export interface SyncedOnce {
  exitCode: ExitCode;
  /** What is wanted, as the server has it by now. */
  standing: SeldonDeployment[];
}

/** Reads the source once and makes the cluster agree with it. Throws Failure where either cannot be read. */
export async function syncOnce(options: SyncOptions, around: SyncEnvironment): Promise<SyncedOnce> {
  const { source, scope, owner, limits } = options;
  const { cluster, tell, clock, signal } = around;
  const notice = (message: string) => tell({ type: 'notice', time: clock.now(), level: 'warning', message });
  const desired = new DesiredState(scope, owner, notice, limits);
  let last: string | undefined;
  await source.read(
    {
      message: (message: SourceMessage) => {
        desired.take(message);
        tellSnapshot(message, tell, clock);
      },
      connected: () => {},
      // The same again and again is told once.
      trouble: (problem, againInMs) => {
        if (problem !== last) notice(againInWords(problem, againInMs));
        last = problem;
      },
    },
    around,
  );
  signal.throwIfAborted();
  const live = new LiveObjects();
  const found = await cluster
    .listDeployments(scope.namespace)
    .catch((error) => explain(error, 'list seldondeployments'));
  const ingresses = LiveIngresses.listed(cluster, scope.namespace, clock);
  const reconciler = new Reconciler({ ...options, watched: false }, { ...around, desired, live, ingresses });
  // A list has no kind in its items, and what is compared is compared with it.
  for (const object of found) live.put(object);
  const unwanted = unwantedOf(owner, desired, live);
  let round: Round;
  const endingUntil = clock.now() + ENDING_MS;
  for (let tries = 1; ; ) {
    round = await reconciler.round();
    if (options.dryRun || round.againInMs === undefined || round.againInMs > LONGEST_WAIT_MS) break;
    // Whoever waits for an end tries nothing.
    if (round.ending === 0) tries += 1;
    if (round.ending === 0 ? tries > ROUNDS : clock.now() >= endingUntil) break;
    await sleep(clock, round.againInMs, signal);
    signal.throwIfAborted();
  }
  signal.throwIfAborted();
  if (options.reportUrl && !options.dryRun) {
    const { reportOnce } = await import('./report/report-once.ts');
    const going = unwanted.filter(({ namespace, name }) => isGoing(live.get(keyOf(namespace, name))));
    await reportOnce(options.reportUrl, options, { ...around, desired, reconciler, going });
  }
  const standing = desired.items.flatMap(({ key }) => live.get(key) ?? []);
  return { exitCode: round.failed > 0 ? exitCodes.failed : exitCodes.done, standing };
}

function isGoing(object: SeldonDeployment | undefined): boolean {
  return object?.metadata.deletionTimestamp !== undefined;
}

export function tellSnapshot(message: SourceMessage, tell: TellSync, clock: Clock): void {
  if (message.type !== 'snapshot') return;
  tell({ type: 'snapshot', time: clock.now(), revision: message.revision, items: message.records.length });
}
