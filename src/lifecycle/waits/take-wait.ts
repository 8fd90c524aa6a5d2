import { type Advice, advice, ourCommand } from '../../advice/advice.ts';
import { afterEach } from '../../clock.ts';
import type { Cache } from '../../cluster/cache.ts';
import { ClusterNotReady, exitCodes, Failure, Interrupted, StoppedTogether } from '../../failures.ts';
import type { Deployment } from '../../kubernetes/objects.ts';
import { FLAGS } from '../../manifests/manifest.ts';
import type { DeploymentName, StepName } from '../../progress/progress.ts';
import { replicasInWords } from '../../seldon/scale-request.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { duration } from '../../text/age.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { causeOf } from '../failing/cause.ts';
import { FailFast } from '../failing/fail-fast.ts';
import type { StepDeps } from '../step.ts';
import type { StepProgress } from '../step-progress.ts';
import { type Answer, done, failed, waiting } from './answer.ts';
import type { Desired, Observation } from './observation.ts';
import { OPERATOR_MISSING_AFTER_MS, OPERATOR_MISSING_BUSY_AFTER_MS, operatorMissing } from './operator-missing.ts';
import { OTHER_OPERATOR_AFTER_MS, otherOperator } from './other-operator.ts';
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
  /** Whether nothing was changed before: what is done at the first look has been so all along. */
  unchanged?: boolean | undefined;
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
    const failFast =
      bearMs === undefined ? undefined : new FailFast(bearMs, clock, { isChanged: (waitingFor.settleMs ?? 0) > 0 });
    const limit = limitOf(deps);
    const isInstant = limit.ms === 0;
    if (isInstant) await listed(deps);
    else if (waitingFor.unchanged) await listed(deps, limit.ms);
    const rest = isInstant ? limit : { ...limit, ms: Math.max(0, limit.ms - (clock.now() - start)) };
    if (isInstant) {
      const look = waitingFor.question(observe(deps.cache, waitingFor.uid, deps.events));
      if (look.state === 'waiting') await deps.recall?.();
    }
    const { end, nobody, hasWaited } = await waitForIt(waitingFor, steps, deps, rest, failFast);
    if (end.state === 'failed' && nobody) throw notLookedAfter(steps, nobody);
    if (end.state !== 'done') throw await failureOf(end, waitingFor, steps, deps, limit, failFast);
    const { goal, unchanged } = waitingFor;
    const message = unchanged && !hasWaited ? `already ${goal}` : `${goal} after ${duration(clock.now() - start)}`;
    return { result: undefined, message, ...(waitingFor.word && { word: waitingFor.word }) };
  });
}

/** Whoever looks only once looks when there is something to see. */
export async function listed({ cache, clock, signal }: StepDeps, timeoutMs = LISTED_MS): Promise<void> {
  const look = () => (cache.unsyncedKinds.length > 0 ? waiting('the API server to list everything') : done);
  await wait(look, {
    onChange: (listener) => cache.onChange('', listener),
    onWaiting: () => {},
    clock,
    timeoutMs: Math.min(timeoutMs, LISTED_MS),
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
): Promise<{ end: WaitEnd; nobody: Advice | undefined; hasWaited: boolean }> {
  const { cache, clock, signal, events } = deps;
  const warnOf = (look: (seen: Observation, desired: Desired) => Advice | undefined) => () => {
    const words = desired && look(observe(cache, uid, deps.events), desired);
    if (words) steps.warn(words);
  };
  /** Why, where a label tells it. */
  let explained: Advice | undefined;
  let isOver = false;
  let hasWaited = false;
  const explain = async () => {
    const words = desired && (await otherOperator(uid, deps));
    if (!words || isOver) return;
    explained = words;
    steps.warn(words);
  };
  // What to say of an operator that never came: then no time helps.
  let nobody: Advice | undefined;
  const asked = (seen: Observation) => {
    const answer = question(seen);
    return nobody && answer.state === 'waiting' && operatorMissing(seen)
      ? failed('no operator manages the deployment')
      : answer;
  };
  const due = (listener: () => void) => {
    const giveUp = (isKnown: boolean) => () => {
      const words = desired && failFast && operatorMissing(observe(cache, uid, deps.events));
      if (!words || isKnown !== (explained !== undefined) || (!explained && servesOthers(cache, uid))) return;
      nobody = explained ?? words;
      listener();
    };
    const stops = [
      onDue?.(listener),
      afterEach(clock, [
        [NO_OPERATOR_KNOWN_MS, giveUp(true)],
        [NO_OPERATOR_MS, giveUp(false)],
      ]),
    ];
    return () => {
      for (const stop of stops) stop?.();
    };
  };
  const missing = (seen: Observation) => (explained ? undefined : operatorMissing(seen));
  const stopLooking = afterEach(clock, [
    // What is available at once asks for nothing more.
    [RECALL_AFTER_MS, () => void deps.recall?.()],
    [OTHER_OPERATOR_AFTER_MS, () => void explain()],
    [OPERATOR_MISSING_AFTER_MS, warnOf((seen) => (servesOthers(cache, uid) ? undefined : missing(seen)))],
    [UNEXPECTED_AFTER_MS, warnOf(unexpectedDeployments)],
    [OPERATOR_MISSING_BUSY_AFTER_MS, warnOf((seen) => (servesOthers(cache, uid) ? missing(seen) : undefined))],
  ]);
  try {
    const end = await waitOn(
      { cache, uid, events, verdict: asked, failFast, onDue: due },
      {
        onWaiting: (what) => {
          hasWaited = true;
          steps.waiting(step, what);
        },
        clock,
        timeoutMs: limit.ms,
        signal,
        ...(settleMs !== undefined && { settleMs }),
      },
    );
    return { end, nobody, hasWaited };
  } finally {
    isOver = true;
    stopLooking();
  }
}

/** So long what was there before may be on its way to be ready. */
const RECALL_AFTER_MS = 500;
/**
 * An operator that is there writes a status within milliseconds. One whose pod moves to another node, or is updated, is
 * away for a minute and more.
 */
const NO_OPERATOR_MS = 120_000;
/** Where a label tells that it is another's. */
const NO_OPERATOR_KNOWN_MS = 20_000;

function notLookedAfter({ deployment: { name, namespace } }: StepProgress, hint: Advice): ClusterNotReady {
  return new ClusterNotReady(`no Seldon operator manages seldondeployment "${name}" in namespace "${namespace}"`, {
    hint,
  });
}

/** Whether an operator has written the status of another deployment in the namespace. */
function servesOthers(cache: Cache, uid: string): boolean {
  const deployments: SeldonDeployment[] = cache.ofKind('SeldonDeployment');
  return deployments.some(({ metadata, status }) => metadata.uid !== uid && status?.state !== undefined);
}

async function failureOf(
  end: Exclude<WaitEnd, { state: 'done' }>,
  { step, uid, goal, asKubectl, failing = `cannot become ${goal}` }: Wait,
  { deployment: { name, namespace } }: StepProgress,
  deps: StepDeps,
  limit: Limit,
  failFast: FailFast | undefined,
): Promise<unknown> {
  const { signal } = deps;
  const which = `seldondeployment "${name}" in namespace "${namespace}"`;
  if (end.state === 'interrupted') return interruption(signal, end.waitedFor);
  // What keeps a pod from running does not keep it from being deleted.
  const findings = step === 'wait-deleted' ? [] : diagnose(observe(deps.cache, uid, deps.events)).map(placedIn(deps));
  if (end.state === 'failed') {
    const all = findingsFor(failFast?.found && placedIn(deps)(failFast.found), findings);
    const { details, hint } = await causeOf(all, { name, namespace }, deps);
    const serving = stillServing(deps.cache.ownedBy(uid).deployments, { name, namespace }, deps);
    const failure = { details: [...serving, ...details], hint };
    return new Failure(exitCodes.deploymentFailed, `${which} ${failing}: ${end.why}`, failure);
  }
  const { lostKinds } = deps.cache;
  const lost =
    lostKinds.length > 0 ? [`the watch of ${lostKinds.join('s, ')}s is lost, so this may be out of date`] : [];
  const still = `still waiting for ${end.waitedFor} (for ${duration(end.sinceMs)} now)`;
  if (asKubectl) {
    const words = limit.ms === 0 ? 'condition not met for' : 'timed out waiting for the condition on';
    const { details, hint } = await causeOf(findings, { name, namespace }, deps);
    return new Failure(exitCodes.timedOut, `${words} seldondeployments/${name}`, {
      details: [still, ...lost, ...details],
      hint,
    });
  }
  const more = limit.inAll
    ? 'Allow more time with --total-timeout'
    : 'Allow more time with --timeout, for example --timeout=10m';
  const cause = await causeOf(findings, { name, namespace }, deps);
  return new Failure(
    exitCodes.timedOut,
    `timed out${limit.inAll ? ' (total)' : ` after ${duration(limit.ms)}`} waiting for ${which} to be ${goal}: ${still}`,
    { details: [...lost, ...cause.details], hint: hintAfterTimeout(findings, cause.hint, more) },
  );
}

/** Its advice with the place in the file that was applied, so that nobody has to look for it. */
function placedIn({ written }: StepDeps) {
  return (finding: Finding): Finding => {
    if (!written || !finding.field) return finding;
    const { file, line } = written.positionOf(finding.field);
    return file === FLAGS ? finding : { ...finding, advice: `${finding.advice} (${file}:${line})` };
  };
}

/** What ended the wait comes first; each once. */
function findingsFor(ended: Finding | undefined, findings: readonly Finding[]): Finding[] {
  return ended ? [ended, ...findings.filter(({ key }) => key !== ended.key)] : [...findings];
}

/** Of an update that fails: a Deployment keeps its old pods until new ones are available. */
function stillServing(
  deployments: readonly Deployment[],
  { name, namespace }: DeploymentName,
  { history }: Pick<StepDeps, 'history'>,
): Advice[] {
  const old = deployments.flatMap(({ status = {} }) => {
    const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
    return Math.min(availableReplicas, replicas - updatedReplicas);
  });
  const count = old.reduce((sum, one) => sum + Math.max(0, one), 0);
  if (count === 0) return [];
  const serves = `the previous version still serves, with ${replicasInWords(count)}`;
  if (history?.undoes) return [serves];
  if (!history || history.isTold) return [`${serves}; to roll back, apply the previous file again`];
  return [advice`${serves}; to roll back: ${ourCommand(['undo', name], { namespace })}`];
}

/** More time is worth a word only where it may help. */
function hintAfterTimeout([first]: readonly Finding[], hint: Advice | undefined, more: string): Advice {
  if (!first || hint === undefined) return more;
  const mayHelp = first.reason === 'ReadinessProbeFailed' || first.reason === 'ImagePulling';
  return mayHelp ? advice`${hint}; or ${more.charAt(0).toLowerCase()}${more.slice(1)}` : hint;
}

function interruption({ reason }: AbortSignal, waitedFor: string): unknown {
  const what = reason instanceof Interrupted ? reason.message : 'interrupted';
  const message = `${what} while waiting for ${waitedFor}`;
  if (reason instanceof StoppedTogether) return new StoppedTogether(reason.exitCode, `${reason.message}: ${message}`);
  return reason instanceof Interrupted ? reason.during(message) : new Interrupted(exitCodes.interrupted, message);
}
