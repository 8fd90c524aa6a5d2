import { exitCodes, Interrupted } from '../failures.ts';
import { existing, type PlannedStep, type StepDeps } from '../lifecycle/step.ts';
import { type Answer, done, ifUpToDate, waiting } from '../lifecycle/waits/answer.ts';
import { desiredNow } from '../lifecycle/waits/goals.ts';
import { takeWait } from '../lifecycle/waits/take-wait.ts';
import { waitAvailable } from '../lifecycle/waits/wait-available.ts';
import { linkedSignal } from '../linked-signal.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { duration } from '../text/age.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import { howToReach } from './how-to-reach.ts';
import { saidOnly } from './said-only.ts';
import { duration as durationShape, fields, type StepDefinition } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    hold: 'hold';
  }
}

export const holdDefinition: StepDefinition<'hold'> = {
  word: 'hold',
  says: 'Leaves the deployment standing for somebody to try it; what breaks it meanwhile ends the plan',
  fields: fields(
    {
      for: { says: 'For how long', shape: durationShape },
      prompt: {
        says: 'Until somebody presses Enter, which needs a terminal',
        shape: { is: 'constant', value: true },
      },
    },
    { oneOf: ['for', 'prompt'] },
  ),
  read: (told) => holdStep(told.for === undefined ? undefined : parseGoDuration(String(told.for))),
};

/** What the wait itself may take: its end is the hold's own. In milliseconds, as much as a timer can hold. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/**
 * Leaves the deployment standing for so many milliseconds, or until somebody presses Enter, for somebody to try it. What
 * breaks it meanwhile ends that; what changes it, somebody who scales it say, does not. A terminal whose input ends, as by
 * Ctrl-D, is no answer: then it stays, as after an interruption.
 */
export function holdStep(ms: number | undefined): PlannedStep<'hold'> {
  return {
    word: 'hold',
    told: { ms },
    names: ['hold'],
    ...(ms === undefined && { prompts: true }),
    run: async (state, progress, deps) => {
      const desired = existing(state);
      const { uid, deployment } = desired;
      const live = (deps.cache.get(uid) as SeldonDeployment | undefined) ?? deployment;
      if (ms === undefined) await deps.prompt?.discardTyped();
      for (const line of howToReach(live)) progress.say(line);
      const unanswered = new AbortController();
      const { signal, release } = linkedSignal(deps.signal, unanswered.signal);
      const until = ms === undefined ? untilEnter(deps, unanswered) : untilOver(ms, deps);
      if (until.asks) progress.say(until.asks);
      let isOver = false;
      await takeWait(
        {
          step: 'hold',
          uid,
          goal: 'held',
          failing: 'broke while it was held',
          desired: undefined,
          question: (seen): Answer => {
            if (isOver) return ifUpToDate(done, seen);
            const answer = waitAvailable(seen, desiredNow(seen, deployment));
            return answer.state === 'failed' ? answer : waiting(until.waitedFor);
          },
          onDue: (listener) =>
            until.onEnd(() => {
              isOver = true;
              listener();
            }),
        },
        progress,
        { ...deps, signal, timeoutMs: NO_LIMIT_MS },
      ).finally(release);
      return { ...state, fresh: false };
    },
    dryRun: saidOnly(
      'hold',
      `would be held ${ms === undefined ? 'until somebody presses Enter' : `for ${duration(ms)}`}`,
    ),
  };
}

interface HoldEnd {
  /** What the person is asked for. */
  asks?: string;
  waitedFor: string;
  /** Calls back once when the hold is to end; the answer ends that. */
  onEnd(end: () => void): () => void;
}

function untilOver(ms: number, { clock }: StepDeps): HoldEnd {
  return { waitedFor: `the end of its hold of ${duration(ms)}`, onEnd: (end) => clock.after(ms, end) };
}

function untilEnter({ prompt, next }: StepDeps, unanswered: AbortController): HoldEnd {
  if (!prompt) throw new Error('a hold needs a terminal to be ended on, which should have been found out');
  const inOrderTo = next === 'delete' ? 'delete it' : 'go on';
  const onEnd = (end: () => void) =>
    prompt.onAnswer((answer) => (answer === 'enter' ? end() : unanswered.abort(inputEnded())));
  return { asks: `press Enter to ${inOrderTo}`, waitedFor: `Enter, to ${inOrderTo}`, onEnd };
}

function inputEnded(): Interrupted {
  return new Interrupted(exitCodes.interrupted, 'the input of the terminal ended');
}
