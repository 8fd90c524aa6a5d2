import { type Advice, advice, kubectl, ourCommand } from '../advice/advice.ts';
import { exitCodes, Interrupted } from '../failures.ts';
import { existing, type PlannedStep, type StepDeps } from '../lifecycle/step.ts';
import { type Answer, done, ifUpToDate, waiting } from '../lifecycle/waits/answer.ts';
import { desiredNow } from '../lifecycle/waits/goals.ts';
import { takeWait } from '../lifecycle/waits/take-wait.ts';
import { waitAvailable } from '../lifecycle/waits/wait-available.ts';
import { linkedSignal } from '../linked-signal.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { hostUrl } from '../seldon/url.ts';
import { duration } from '../text/age.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import { saidOnly } from './said-only.ts';
import { duration as durationShape, fields, type StepDefinition } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    hold: 'hold';
  }
}

export const holdDefinition: StepDefinition<'hold'> = {
  word: 'hold',
  says: 'Keeps the deployment running so that you can try it; a failure meanwhile ends the plan',
  fields: fields(
    {
      for: { says: 'How long to hold', shape: durationShape },
      prompt: {
        says: 'Hold until you press Enter, which needs a terminal',
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
      /** What it lacks of being available. */
      let lacks: string | undefined;
      await takeWait(
        {
          step: 'hold',
          uid,
          goal: 'held',
          failing: 'failed during the hold',
          desired: undefined,
          question: (seen): Answer => {
            const answer = waitAvailable(seen, desiredNow(seen, deployment));
            lacks = answer.state === 'waiting' ? answer.for : undefined;
            if (isOver) return ifUpToDate(done, seen);
            if (answer.state === 'failed') return answer;
            return waiting(lacks === undefined ? until.waitedFor : `${until.waitedFor}; not available now: ${lacks}`);
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
      if (lacks !== undefined) progress.warn(`not available at the end of the hold: waiting for ${lacks}`);
      return { ...state, fresh: false };
    },
    dryRun: saidOnly('hold', `would be held ${ms === undefined ? 'until you press Enter' : `for ${duration(ms)}`}`),
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
  return { waitedFor: `the end of the hold (${duration(ms)})`, onEnd: (end) => clock.after(ms, end) };
}

function untilEnter({ prompt, next }: StepDeps, unanswered: AbortController): HoldEnd {
  if (!prompt) throw new Error('a hold needs a terminal to be ended on, which should have been found out');
  const inOrderTo = next === 'delete' ? 'delete it' : 'go on';
  const onEnd = (end: () => void) =>
    prompt.onAnswer((answer) => (answer === 'enter' ? end() : unanswered.abort(inputEnded())));
  return { asks: `press Enter to ${inOrderTo}`, waitedFor: `Enter, to ${inOrderTo}`, onEnd };
}

function inputEnded(): Interrupted {
  return new Interrupted(exitCodes.interrupted, 'the terminal input ended');
}

/** How somebody can try a model that is up, a line for each way. The operator writes the address of its first predictor. */
export function howToReach(deployment: SeldonDeployment): Advice[] {
  const { metadata, status } = deployment;
  const { name, namespace = '' } = metadata;
  const outside = hostUrl(deployment);
  const url = addressOf(status?.address?.url);
  const ask = ourCommand(['predict', name, '-d', '@payload.json'], { namespace, meanwhile: true });
  const predict = advice`to try it: ${ask}`;
  if (!url) return [`the model ${name} is running${outside === undefined ? '' : ` at ${outside}`}`, predict];
  const [service] = url.hostname.split('.');
  const port = url.port || '80';
  // The server of a sandbox forwards no ports.
  const forward = kubectl(['port-forward', `service/${service}`, `${port}:${port}`], { namespace });
  return [
    `the model ${name} is running at ${outside ?? `${url} (inside the cluster)`}`,
    predict,
    advice`to reach it from here: ${forward}, then http://localhost:${port}${url.pathname}`,
  ];
}

function addressOf(text: string | undefined): URL | undefined {
  return text && URL.canParse(text) ? new URL(text) : undefined;
}
