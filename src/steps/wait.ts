import { relaxedJsonPath, valuesAt } from '../jsonpath/jsonpath.ts';
import { FailFast } from '../lifecycle/failing/fail-fast.ts';
import { keepAvailable } from '../lifecycle/history/keep-history.ts';
import { existing, type PlannedStep, type Step, stateOf } from '../lifecycle/step.ts';
import { endsEarly, GOAL_WORDS, type Goal, goalsInWords, goalsMet, parseGoals } from '../lifecycle/waits/goals.ts';
import { takeWait } from '../lifecycle/waits/take-wait.ts';
import { tellUnseenPods } from '../lifecycle/waits/unseen-pods.ts';
import { waitAvailable } from '../lifecycle/waits/wait-available.ts';
import { scaledGoal, waitScaled } from '../lifecycle/waits/wait-scaled.ts';
import type { StepNames } from '../progress/progress.ts';
import { saidOnly } from './said-only.ts';
import { fields, listOf, type StepDefinition } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    wait: 'wait' | 'wait-available' | 'wait-scaled';
  }
}

export const waitDefinition: StepDefinition<'wait'> = {
  word: 'wait',
  says: 'Waits until conditions hold for the deployment and everything it owns',
  fields: fields({
    for: {
      required: true,
      says: 'As in wait --for; scaled without a number means the number of the last scale step. If there are several, all must hold',
      shape: {
        is: 'list',
        orOne: true,
        of: {
          is: 'text',
          like: 'a condition such as available, scaled, scaled=3, deleted, event=REASON, condition=TYPE or jsonpath=PATH=VALUE',
          words: GOAL_WORDS,
          // Alone it means as many as the last scaling has asked for, which a command on its own cannot know.
          parse: (words) => {
            if (words === 'scaled') return;
            for (const one of parseGoals(words)) if (one.kind === 'jsonpath') relaxedJsonPath(one.path);
          },
        },
      },
    },
  }),
  read: (told) => {
    const conditions = listOf(told.for);
    return conditions.length === 1 && conditions[0] === 'scaled'
      ? waitScaledStep
      : waitStep(conditions.map(parseGoals));
  },
};

/** Of each list of alternatives one is to be met. */
type Goals = readonly (readonly Goal[])[];

interface WaitOptions {
  /** Told in kubectl's words, and of whatever the deployment asks for by now, not of what we have asked for. */
  asKubectl?: boolean;
  /** Milliseconds that a blocker is tolerated before the deployment counts as failed, where that is waited for. */
  graceMs?: number;
}

/** Waits until the deployment comes to what is wanted; afterwards it may be gone. */
export function waitStep(goals: Goals, options: WaitOptions = {}): PlannedStep<'wait'> {
  const name = nameOf(goals);
  return {
    word: 'wait',
    told: { goals },
    names: [name],
    usesEvents: goals.flat().some(({ kind }) => kind === 'event'),
    run: name === 'wait-available' && !options.asKubectl ? untilAvailable : untilMet(goals, name, options),
    dryRun: saidOnly(name, `would wait for: ${goalsInWords(goals)}`),
  };
}

/** Waits until what was scaled last has that many replicas, all of them available. */
export const waitScaledStep: PlannedStep<'wait'> = {
  word: 'wait',
  told: { goals: 'scaled' },
  names: ['wait-scaled'],
  needsScaling: true,
  run: async (state, progress, deps) => {
    const desired = existing(state);
    const { scaledTo: request, settleMs } = state;
    if (!request) throw new Error('nothing was scaled that could be waited for');
    const goal = scaledGoal(desired, request);
    const question: Question = (seen) => waitScaled(seen, desired, request);
    await takeWait({ step: 'wait-scaled', uid: desired.uid, goal, desired, question, settleMs }, progress, deps);
    return { ...state, fresh: false, settleMs: 0 };
  },
  dryRun: saidOnly('wait-scaled', 'would wait for: scaled'),
};

type Question = Parameters<typeof takeWait>[0]['question'];

const untilAvailable: Step = async (state, progress, deps) => {
  const desired = existing(state);
  const { settleMs, unchanged } = state;
  const question: Question = (seen) => waitAvailable(seen, desired);
  await takeWait(
    { step: 'wait-available', uid: desired.uid, goal: 'available', desired, question, settleMs, unchanged },
    progress,
    deps,
  );
  await keepAvailable(desired.deployment, state.revisions, deps, progress);
  return { ...state, fresh: false, settleMs: 0, unchanged: false, revisions: undefined };
};

/** For a wait for failed, where --fail-fast=false leaves no other. */
const GRACE_MS = 10_000;

function untilMet(goals: Goals, step: StepNames['wait'], { asKubectl = false, graceMs }: WaitOptions): Step {
  const wanted = goals.flat();
  const goneIsWanted = wanted.some(({ kind }) => kind === 'deleted');
  return async (state, progress, deps) => {
    const { clock, events, failGraceMs = GRACE_MS } = deps;
    const desired = existing(state);
    const failing = new FailFast(graceMs ?? failGraceMs, clock);
    const question = goalsMet(goals, {
      live: desired.deployment,
      valuesAt,
      isSeen: (reason) => events.hasSeen(reason),
      judge: (answer, seen) => failing.judge(answer, seen),
    });
    if (goneIsWanted) tellUnseenPods(progress, deps);
    await takeWait(
      {
        step,
        uid: desired.uid,
        goal: goalsInWords(goals),
        desired: goneIsWanted ? undefined : desired,
        question,
        onDue: (listener) => {
          const stops = [failing.onDue(listener), events.onSeen(listener)];
          return () => {
            for (const stop of stops) stop();
          };
        },
        ...(asKubectl ? { word: 'condition met', asKubectl } : { settleMs: state.settleMs }),
      },
      progress,
      endsEarly(wanted) ? deps : { ...deps, failGraceMs: undefined },
    );
    const isGone = goneIsWanted && deps.cache.get(desired.uid) === undefined;
    return isGone ? stateOf(undefined) : { ...state, fresh: false, settleMs: 0 };
  };
}

function nameOf(goals: Goals): StepNames['wait'] {
  const wanted = goals.flat();
  const [first] = wanted;
  if (wanted.length !== 1 || !first) return 'wait';
  if (first.kind === 'available') return 'wait-available';
  return first.kind === 'scaled' ? 'wait-scaled' : 'wait';
}
