import type { Clock } from '../clock.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { FailFast } from './failing/fail-fast.ts';
import type { Step } from './progress.ts';
import type { Sequence } from './sequence.ts';
import { tellUnseenPods } from './waits/unseen-pods.ts';
import type { WaitCondition } from './waits/wait-conditions.ts';
import { goalInWords, waitFor } from './waits/wait-for.ts';
import { waitStep } from './waits/wait-step.ts';

export interface Waiting {
  /** Of each list one is to be met. */
  goals: readonly (readonly WaitCondition[])[];
  /** How long an obstacle that may pass is borne before the deployment counts as failed. */
  graceMs: number;
  valuesAt(path: string, object: object): unknown[];
  clock: Clock;
}

/** Waits until the deployment, as it was when it was read, comes to what is wanted. */
export function waitSequence(live: SeldonDeployment, { goals, graceMs, valuesAt, clock }: Waiting): Sequence {
  return async (steps, around) => {
    const uid = live.metadata.uid ?? '';
    around.follow(uid);
    const failing = new FailFast(graceMs, clock);
    const question = waitFor(goals, { live, valuesAt, judge: (answer, seen) => failing.judge(answer, seen) });
    const asked = { uid, generation: live.metadata.generation ?? 0, deployment: live };
    const wanted = goals.flat();
    if (wanted.some(({ kind }) => kind === 'deleted')) tellUnseenPods(steps, around);
    await waitStep(
      {
        step: stepOf(wanted),
        uid,
        goal: goalInWords(goals),
        asked: wanted.some(({ kind }) => kind === 'deleted') ? undefined : asked,
        question,
        onDue: (listener) => failing.onDue(listener),
        word: 'condition met',
        asKubectl: true,
      },
      steps,
      endsEarly(wanted) ? around : { ...around, failGraceMs: undefined },
    );
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
