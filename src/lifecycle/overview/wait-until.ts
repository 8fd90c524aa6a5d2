import type { Clock } from '../../clock.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { duration } from '../../output/age.ts';
import { FailFast } from '../failing/fail-fast.ts';
import { wait } from '../waits/wait.ts';
import { observe } from '../waits/wait-step.ts';
import type { WatchedStatus } from './read-status.ts';
import { type Until, untilMet } from './until.ts';

/** As --fail-grace has it by default. */
const GRACE_MS = 10_000;

/**
 * Resolves when it is true of each of these. Throws Failure as a wait does: with 5 when it cannot come true any more, with
 * 4 when the time is up; and the signal's reason when that aborts.
 */
export async function waitUntil(
  until: Until,
  watched: readonly WatchedStatus[],
  options: { clock: Clock; signal: AbortSignal; timeoutMs: number },
): Promise<void> {
  const { clock, signal, timeoutMs } = options;
  await Promise.all(
    watched.map(async ({ uid, picture, deployment: { metadata } }) => {
      const failFast = until.kind === 'deleted' ? undefined : new FailFast(GRACE_MS, clock);
      const ask = () => {
        const seen = observe(picture, uid);
        const answer = untilMet(until, seen);
        return failFast ? failFast.judge(answer, seen) : answer;
      };
      const end = await wait(ask, {
        onChange: (listener) => {
          const stops = [picture.onChange(uid, listener), failFast?.onDue(listener)];
          return () => {
            for (const stop of stops) stop?.();
          };
        },
        onWaiting: () => {},
        clock,
        timeoutMs,
        signal,
      });
      const which = `seldondeployment "${metadata.name}" in namespace "${metadata.namespace ?? ''}"`;
      const goal = until.kind === 'scaled' ? `scaled to ${until.replicas}` : until.kind;
      if (end.state === 'failed') {
        throw new Failure(exitCodes.deploymentFailed, `${which} cannot become ${goal}: ${end.why}`, {
          hint: failFast?.found?.advice,
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
