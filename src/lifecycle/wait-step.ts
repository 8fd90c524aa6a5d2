import type { Picture } from '../cluster/picture.ts';
import { exitCodes, Failure, Interrupted } from '../failures.ts';
import { duration } from '../output/age.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import type { Answer } from './answer.ts';
import type { Observation } from './observation.ts';
import type { Step } from './progress.ts';
import type { Steps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';
import { wait } from './wait.ts';

/** A wait as a step: until `question` is answered, with a failure that says what it waited for if it never is. */
export async function waitStep(
  step: Step,
  steps: Steps,
  around: Surroundings,
  uid: string,
  goal: string,
  question: (seen: Observation) => Answer,
): Promise<void> {
  await steps.take(step, async () => {
    const { picture, clock, signal, timeoutMs } = around;
    const start = clock.now();
    const end = await wait(() => question(observe(picture, uid)), {
      onChange: (listener) => picture.onChange(uid, listener),
      onWaiting: (what) => steps.waiting(step, what),
      clock,
      timeoutMs,
      signal,
    });
    const { name, namespace } = steps.deployment;
    switch (end.state) {
      case 'done':
        return { result: undefined, message: `${goal} after ${duration(clock.now() - start)}` };
      case 'failed':
        throw new Failure(exitCodes.deploymentFailed, `${end.why} (namespace "${namespace}")`);
      case 'interrupted':
        throw interruption(signal, `interrupted while waiting for ${end.waitedFor}`);
      case 'timed-out':
        throw new Failure(
          exitCodes.timedOut,
          `timed out after ${duration(timeoutMs)} waiting for seldondeployment "${name}" in namespace "${namespace}" to be ${goal}: still waiting for ${end.waitedFor} (for ${duration(end.sinceMs)} now)`,
          { hint: 'Allow more time with --timeout, for example --timeout=10m' },
        );
    }
  });
}

/** What the picture shows of the deployment with this uid and of what it owns. */
export function observe(picture: Picture, uid: string): Observation {
  return {
    deployment: picture.get(uid) as SeldonDeployment | undefined,
    gone: picture.isGone(uid),
    owned: picture.ownedBy(uid),
    missingKinds: picture.missingKinds,
  };
}

function interruption({ reason }: AbortSignal, message: string): unknown {
  const exitCode =
    reason instanceof Interrupted && reason.exitCode === exitCodes.terminated
      ? exitCodes.terminated
      : exitCodes.interrupted;
  return new Interrupted(exitCode, message);
}
