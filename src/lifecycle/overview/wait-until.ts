import type { Clock } from '../../clock.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { valuesAt } from '../../jsonpath/jsonpath.ts';
import { duration } from '../../text/age.ts';
import { advised } from '../diagnosis/advised.ts';
import { FailFast } from '../failing/fail-fast.ts';
import { endsEarly, type Goal, goalsInWords, goalsMet } from '../waits/goals.ts';
import { waitOn } from '../waits/wait-on.ts';
import type { WatchedStatus } from './status-watch.ts';

/** As --fail-grace has it by default. */
const GRACE_MS = 10_000;

/**
 * Resolves when of each of these deployments one of the alternatives is true. Throws Failure as a wait does: with 5 when
 * that cannot be any more, with 4 when the time is up; and the signal's reason when that aborts.
 */
export async function waitUntil(
  alternatives: readonly Goal[],
  watched: readonly WatchedStatus[],
  options: { clock: Clock; signal: AbortSignal; timeoutMs: number },
): Promise<void> {
  const { clock, signal, timeoutMs } = options;
  await Promise.all(
    watched.map(async ({ uid, cache, deployment: live }) => {
      const failing = new FailFast(GRACE_MS, clock);
      const judge: FailFast['judge'] = (answer, seen) => failing.judge(answer, seen);
      const verdict = goalsMet([alternatives], { live, valuesAt, judge, isSeen: () => false });
      const onDue = (listener: () => void) => failing.onDue(listener);
      const end = await waitOn(
        { cache, uid, verdict, failFast: endsEarly(alternatives) ? failing : undefined, onDue },
        { onWaiting: () => {}, clock, timeoutMs, signal },
      );
      const { name, namespace = '' } = live.metadata;
      const which = `seldondeployment "${name}" in namespace "${namespace}"`;
      const goal = goalsInWords([alternatives]);
      if (end.state === 'failed') {
        throw new Failure(exitCodes.deploymentFailed, `${which} cannot become ${goal}: ${end.why}`, {
          hint: failing.found && advised(failing.found, { name, namespace }),
        });
      }
      if (end.state === 'timed-out') {
        throw new Failure(
          exitCodes.timedOut,
          `timed out after ${duration(timeoutMs)} waiting for ${which} to be ${goal}: still waiting for ${end.waitedFor}`,
        );
      }
      if (end.state === 'interrupted') throw signal.reason;
    }),
  );
}
