import type { Clock } from '../../clock.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { valuesAt } from '../../jsonpath/jsonpath.ts';
import { duration } from '../../text/age.ts';
import { FailFast } from '../failing/fail-fast.ts';
import { endsEarly } from '../wait-sequence.ts';
import { wait } from '../waits/wait.ts';
import type { WaitCondition } from '../waits/wait-conditions.ts';
import { goalInWords, waitFor } from '../waits/wait-for.ts';
import { observe } from '../waits/wait-step.ts';
import type { WatchedStatus } from './read-status.ts';

/** As --fail-grace has it by default. */
const GRACE_MS = 10_000;

/**
 * Resolves when of each of these deployments one of the alternatives is true. Throws Failure as a wait does: with 5 when
 * that cannot be any more, with 4 when the time is up; and the signal's reason when that aborts.
 */
export async function waitUntil(
  alternatives: readonly WaitCondition[],
  watched: readonly WatchedStatus[],
  options: { clock: Clock; signal: AbortSignal; timeoutMs: number },
): Promise<void> {
  const { clock, signal, timeoutMs } = options;
  await Promise.all(
    watched.map(async ({ uid, picture, deployment: live }) => {
      const failing = new FailFast(GRACE_MS, clock);
      const judge: FailFast['judge'] = (answer, seen) => failing.judge(answer, seen);
      const question = waitFor([alternatives], { live, valuesAt, judge, isSeen: () => false });
      const ask = () => {
        const seen = observe(picture, uid);
        const answer = question(seen);
        return endsEarly(alternatives) ? judge(answer, seen) : answer;
      };
      const end = await wait(ask, {
        onChange: (listener) => {
          const stops = [picture.onChange(uid, listener), failing.onDue(listener)];
          return () => {
            for (const stop of stops) stop();
          };
        },
        onWaiting: () => {},
        clock,
        timeoutMs,
        signal,
      });
      const { name, namespace = '' } = live.metadata;
      const which = `seldondeployment "${name}" in namespace "${namespace}"`;
      const goal = goalInWords([alternatives]);
      if (end.state === 'failed') {
        throw new Failure(exitCodes.deploymentFailed, `${which} cannot become ${goal}: ${end.why}`, {
          hint: failing.found?.advice,
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
