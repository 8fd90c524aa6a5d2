import { valuesAt } from '../jsonpath/jsonpath.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { FailFast } from './failing/fail-fast.ts';
import type { Step } from './progress.ts';
import { thatIsThere } from './sequence.ts';
import { inOrder, type Sequence, type Stage, standingOf } from './stage.ts';
import { tellUnseenPods } from './waits/unseen-pods.ts';
import type { WaitCondition } from './waits/wait-conditions.ts';
import { goalInWords, waitFor } from './waits/wait-for.ts';
import { waitStep } from './waits/wait-step.ts';

export interface Waiting {
  /** Of each list one is to be met. */
  goals: readonly (readonly WaitCondition[])[];
  /** How long an obstacle that may pass is borne before the deployment counts as failed. */
  graceMs: number;
}

/** Waits until the deployment, as it was when it was read, comes to what is wanted. Told in kubectl's words. */
export function waitSequence(live: SeldonDeployment, waiting: Waiting): Sequence {
  return async (steps, around) => {
    around.follow(live.metadata.uid ?? '');
    await inOrder([waitStage(waiting, { asKubectl: true })], standingOf(live))(steps, around);
  };
}

/** Waits until the deployment comes to what is wanted; afterwards it may be gone. */
export function waitStage({ goals, graceMs }: Waiting, { asKubectl = false } = {}): Stage {
  return async (standing, steps, around) => {
    const { clock, events } = around;
    const asked = thatIsThere(standing);
    const failing = new FailFast(graceMs, clock);
    const question = waitFor(goals, {
      live: asked.deployment,
      valuesAt,
      isSeen: (reason) => events.ofReason(reason) !== undefined,
      judge: (answer, seen) => failing.judge(answer, seen),
    });
    const wanted = goals.flat();
    const goneIsWanted = wanted.some(({ kind }) => kind === 'deleted');
    if (goneIsWanted) tellUnseenPods(steps, around);
    await waitStep(
      {
        step: stepOf(wanted),
        uid: asked.uid,
        goal: goalInWords(goals),
        asked: goneIsWanted ? undefined : asked,
        question,
        onDue: (listener) => {
          const stops = [failing.onDue(listener), events.onSeen(listener)];
          return () => {
            for (const stop of stops) stop();
          };
        },
        ...(asKubectl ? { word: 'condition met', asKubectl } : { settleMs: standing.settleMs }),
      },
      steps,
      endsEarly(wanted) ? around : { ...around, failGraceMs: undefined },
    );
    return goneIsWanted && around.picture.get(asked.uid) === undefined
      ? standingOf(undefined)
      : { ...standing, settleMs: 0 };
  };
}

export function stepOf(wanted: readonly WaitCondition[]): Step {
  const [first] = wanted;
  if (wanted.length !== 1 || !first) return 'wait';
  if (first.kind === 'available') return 'wait-available';
  return first.kind === 'scaled' ? 'wait-scaled' : 'wait';
}

/** Whether what keeps a deployment from becoming available ends the wait: not where failing is among what is wanted. */
export function endsEarly(wanted: readonly WaitCondition[]): boolean {
  const needsIt = wanted.some(({ kind }) => kind === 'available' || kind === 'scaled');
  return needsIt && wanted.every(({ kind }) => kind !== 'failed' && kind !== 'deleted');
}
