import type { Advice } from '../../advice/advice.ts';
import type { Cache } from '../../cluster/cache.ts';
import { exitCodes, Failure, Interrupted, StoppedTogether } from '../../failures.ts';
import type { StepName } from '../../progress/progress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { duration } from '../../text/age.ts';
import { causeOf } from '../failing/cause.ts';
import { FailFast } from '../failing/fail-fast.ts';
import type { StepDeps } from '../step.ts';
import type { StepProgress } from '../step-progress.ts';
import { type Answer, done, waiting } from './answer.ts';
import type { Desired, Observation } from './observation.ts';
import { OPERATOR_MISSING_AFTER_MS, OPERATOR_MISSING_BUSY_AFTER_MS, operatorMissing } from './operator-missing.ts';
import { UNEXPECTED_AFTER_MS, unexpectedDeployments } from './unexpected-deployments.ts';
import { type WaitEnd, wait } from './wait.ts';
import { observe, waitOn } from './wait-on.ts';

/** A wait as a step of the deployment with this uid. */
export interface Wait {
  step: StepName;
  uid: string;
  /** Completes "to be": available. */
  goal: string;
  /** What the operator is to do; undefined of a deletion, which asks nothing of it. */
  desired: Desired | undefined;
  question(seen: Observation): Answer;
  /** What is said of it when it is done, where it is not the goal and how long it took. */
  word?: string;
  /** What is said of the deployment where it fails, before why: 'cannot become ' and the goal, if it is not said. */
  failing?: string;
  /** Calls back when the answer may have changed with time alone; its answer ends that. */
  onDue?(listener: () => void): () => void;
  /** Whether running out of time is told in kubectl's words, with ours after them. */
  asKubectl?: boolean;
  /** How long the answer has to stay 'done', in milliseconds; see wait. */
  settleMs?: number;
}

/** Waits until the question is answered; fails with what it waited for if it never is, or cannot be. */
export async function takeWait(waitingFor: Wait, steps: StepProgress, deps: StepDeps): Promise<void> {
  await steps.take(waitingFor.step, async () => {
    const { clock } = deps;
    const start = clock.now();
    // What keeps a pod from running does not keep it from being deleted.
    const bearMs = waitingFor.step === 'wait-deleted' ? undefined : deps.failGraceMs;
    const failFast = bearMs === undefined ? undefined : new FailFast(bearMs, clock);
    const limit = limitOf(deps);
    if (limit.ms === 0) await listed(deps);
    const end = await waitForIt(waitingFor, steps, deps, limit, failFast);
    if (end.state !== 'done') throw await failureOf(end, waitingFor, steps, deps, limit, failFast);
    const message = `${waitingFor.goal} after ${duration(clock.now() - start)}`;
    return { result: undefined, message, ...(waitingFor.word && { word: waitingFor.word }) };
  });
}

/** Whoever looks only once looks when there is something to see. */
export async function listed({ cache, clock, signal }: StepDeps): Promise<void> {
  const look = () => (cache.unsyncedKinds.length > 0 ? waiting('the API server to list everything') : done);
  await wait(look, {
    onChange: (listener) => cache.onChange('', listener),
    onWaiting: () => {},
    clock,
    timeoutMs: LISTED_MS,
    signal,
  });
}

/** As long as a request may take. */
const LISTED_MS = 60_000;

/** How long a wait may take: its own time, or what is left of the time for all of them. */
interface Limit {
  ms: number;
  inAll: boolean;
}

function limitOf({ timeoutMs, deadline, clock }: StepDeps): Limit {
  const rest = Math.max(0, deadline - clock.now());
  return rest < timeoutMs ? { ms: rest, inAll: true } : { ms: timeoutMs, inAll: false };
}

async function waitForIt(
  { step, uid, desired, question, onDue, settleMs }: Wait,
  steps: StepProgress,
  deps: StepDeps,
  limit: Limit,
  failFast: FailFast | undefined,
): Promise<WaitEnd> {
  const { cache, clock, signal } = deps;
  const later = (milliseconds: number, look: (seen: Observation, desired: Desired) => Advice | undefined) =>
    clock.after(milliseconds, () => {
      const words = desired && look(observe(cache, uid), desired);
      if (words) steps.warn(words);
    });
  const looks = [
    later(OPERATOR_MISSING_AFTER_MS, (seen) => (servesOthers(cache, uid) ? undefined : operatorMissing(seen))),
    later(OPERATOR_MISSING_BUSY_AFTER_MS, (seen) => (servesOthers(cache, uid) ? operatorMissing(seen) : undefined)),
    later(UNEXPECTED_AFTER_MS, unexpectedDeployments),
  ];
  try {
    return await waitOn(
      { cache, uid, verdict: question, failFast, onDue },
      {
        onWaiting: (what) => steps.waiting(step, what),
        clock,
        timeoutMs: limit.ms,
        signal,
        ...(settleMs !== undefined && { settleMs }),
      },
    );
  } finally {
    for (const cancel of looks) cancel();
  }
}

/** Whether an operator has written the status of another deployment in the namespace. */
function servesOthers(cache: Cache, uid: string): boolean {
  const deployments: SeldonDeployment[] = cache.ofKind('SeldonDeployment');
  return deployments.some(({ metadata, status }) => metadata.uid !== uid && status?.state !== undefined);
}

async function failureOf(
  end: Exclude<WaitEnd, { state: 'done' }>,
  { goal, asKubectl, failing = `cannot become ${goal}` }: Wait,
  { deployment: { name, namespace } }: StepProgress,
  deps: StepDeps,
  limit: Limit,
  failFast: FailFast | undefined,
): Promise<unknown> {
  const { signal } = deps;
  const which = `seldondeployment "${name}" in namespace "${namespace}"`;
  if (end.state === 'interrupted') return interruption(signal, end.waitedFor);
  if (end.state === 'failed') {
    const cause = await causeOf(failFast?.found, namespace, deps);
    return new Failure(exitCodes.deploymentFailed, `${which} ${failing}: ${end.why}`, cause);
  }
  const { lostKinds } = deps.cache;
  const lost =
    lostKinds.length > 0 ? [`the watch of ${lostKinds.join('s, ')}s is lost, so this may be out of date`] : [];
  const still = `still waiting for ${end.waitedFor} (for ${duration(end.sinceMs)} now)`;
  if (asKubectl) {
    const words = limit.ms === 0 ? 'condition not met for' : 'timed out waiting for the condition on';
    return new Failure(exitCodes.timedOut, `${words} seldondeployments/${name}`, { details: [still, ...lost] });
  }
  return new Failure(
    exitCodes.timedOut,
    `timed out${limit.inAll ? ' (total)' : ` after ${duration(limit.ms)}`} waiting for ${which} to be ${goal}: ${still}`,
    {
      details: lost,
      hint: limit.inAll
        ? 'Allow more time with --total-timeout'
        : 'Allow more time with --timeout, for example --timeout=10m',
    },
  );
}

function interruption({ reason }: AbortSignal, waitedFor: string): unknown {
  const what = reason instanceof Interrupted ? reason.message : 'interrupted';
  const message = `${what} while waiting for ${waitedFor}`;
  if (reason instanceof StoppedTogether) return new StoppedTogether(reason.exitCode, `${reason.message}: ${message}`);
  return reason instanceof Interrupted ? reason.during(message) : new Interrupted(exitCodes.interrupted, message);
}
