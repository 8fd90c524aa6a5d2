import { exitCodes, Interrupted } from '../../failures.ts';
import { linkedSignal } from '../../linked-signal.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { duration } from '../../text/age.ts';
import { thatIsThere } from '../sequence.ts';
import type { Stage } from '../stage.ts';
import { type Answer, done, waiting } from '../waits/answer.ts';
import { waitAvailable } from '../waits/wait-available.ts';
import { askedNow } from '../waits/wait-for.ts';
import { waitStep } from '../waits/wait-step.ts';
import { howToReach } from './how-to-reach.ts';

/** A person at a terminal. */
export interface Prompt {
  /** What was typed by now answers no question that is asked from now on. */
  discardTyped(): Promise<void>;
  /** Calls back once: at the next Enter, or when the input has ended and there is none to come. Its answer ends that. */
  onAnswer(listener: (answer: 'enter' | 'ended') => void): () => void;
}

/** For so many milliseconds, or until somebody says so. `inOrderTo` completes "press Enter to". */
export type Hold = { until: 'time'; ms: number } | { until: 'prompt'; prompt: Prompt; inOrderTo: string };

/** What the wait itself may take: its end is the hold's own. In milliseconds, as much as a timer can hold. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/**
 * Leaves the deployment standing for a while, for somebody to try it. What breaks it meanwhile ends that; what changes
 * it, somebody who scales it say, does not. A terminal whose input ends, as by Ctrl-D, is no answer: then it stays, as after
 * an interruption.
 */
export function holdStage(hold: Hold): Stage {
  return async (standing, steps, around) => {
    const asked = thatIsThere(standing);
    const live = (around.picture.get(asked.uid) as SeldonDeployment | undefined) ?? asked.deployment;
    if (hold.until === 'prompt') await hold.prompt.discardTyped();
    for (const line of howToReach(live)) steps.say(line);
    if (hold.until === 'prompt') steps.say(`press Enter to ${hold.inOrderTo}`);
    const waitedFor =
      hold.until === 'prompt' ? `Enter, to ${hold.inOrderTo}` : `the end of its hold of ${duration(hold.ms)}`;
    let isOver = false;
    const unanswered = new AbortController();
    const { signal, release } = linkedSignal(around.signal, unanswered.signal);
    await waitStep(
      {
        step: 'hold',
        uid: asked.uid,
        goal: 'held',
        failing: 'broke while it was held',
        asked: undefined,
        question: (seen): Answer => {
          if (isOver) return done;
          const answer = waitAvailable(seen, askedNow(seen, asked.deployment));
          return answer.state === 'failed' ? answer : waiting(waitedFor);
        },
        onDue: (listener) => {
          const end = () => {
            isOver = true;
            listener();
          };
          if (hold.until === 'time') return around.clock.after(hold.ms, end);
          return hold.prompt.onAnswer((answer) => (answer === 'enter' ? end() : unanswered.abort(inputEnded())));
        },
      },
      steps,
      { ...around, signal, timeoutMs: NO_LIMIT_MS },
    ).finally(release);
    return standing;
  };
}

function inputEnded(): Interrupted {
  return new Interrupted(exitCodes.interrupted, 'the input of the terminal ended');
}
