import { expectedDeployments } from '../../seldon/expected-deployments.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { type Answer, done, failed, ifUpToDate, waiting } from './answer.ts';
import type { Desired, Observation } from './observation.ts';
import { waitAvailable } from './wait-available.ts';
import type { WaitCondition } from './wait-conditions.ts';
import { waitDeleted } from './wait-deleted.ts';

/** What the conditions of a wait are asked with. */
export interface WaitForOptions {
  /** The deployment as it was when the wait began. */
  live: SeldonDeployment;
  /** Whether what a moment shows cannot become available any more; see FailFast. */
  judge(answer: Answer, seen: Observation): Answer;
  /** Whether there was an Event of this reason. */
  isSeen(reason: string): boolean;
  /** The values at a path of kubectl's JSONPath. */
  valuesAt(path: string, object: object): unknown[];
}

/**
 * The question to which the answer is 'done' when of each list of alternatives one is met. What cannot be met any more
 * ends the wait, unless there is an alternative to it.
 */
export function waitFor(goals: readonly (readonly WaitCondition[])[], options: WaitForOptions) {
  return (observation: Observation): Answer => {
    const seen = withoutDoubt(observation);
    const answers = goals.map((alternatives) => anyOf(alternatives.map((one) => ask(one, seen, options))));
    const open = answers.find(({ state }) => state === 'failed') ?? answers.find(({ state }) => state === 'waiting');
    return ifUpToDate(open ?? done, seen);
  };
}

export function goalInWords(goals: readonly (readonly WaitCondition[])[]): string {
  return goals.map((alternatives) => alternatives.map(conditionInWords).join(' or ')).join(', and ');
}

function anyOf(answers: readonly Answer[]): Answer {
  const [first = done, ...others] = answers;
  if (others.length === 0 || answers.some(({ state }) => state === 'done')) {
    return answers.find(({ state }) => state === 'done') ?? first;
  }
  const open = answers.flatMap((answer) => (answer.state === 'waiting' ? [answer.for] : []));
  if (open.length > 0) return waiting(open.join(', or '));
  return failed(answers.flatMap((answer) => (answer.state === 'failed' ? [answer.why] : [])).join(', and '));
}

/** It was there when the wait began: once everything was listed and it is not among that, it is gone. */
function withoutDoubt(seen: Observation): Observation {
  return { ...seen, gone: seen.gone || (seen.missingKinds.length === 0 && !seen.deployment) };
}

function ask(condition: WaitCondition, seen: Observation, options: WaitForOptions): Answer {
  switch (condition.kind) {
    case 'available':
      return waitAvailable(seen, askedNow(seen, options.live));
    case 'scaled':
      return scaledTo(condition.replicas, seen, askedNow(seen, options.live));
    case 'deleted':
      return waitDeleted(seen);
    case 'failed': {
      const answer = options.judge(waitAvailable(seen, askedNow(seen, options.live)), seen);
      return answer.state === 'failed' ? done : waiting('it to fail');
    }
    case 'event':
      return eventSeen(condition.reason, seen, options);
    case 'condition':
      return conditionMet(condition, seen, options.live);
    case 'jsonpath':
      return pathMet(condition, seen, options);
  }
}

/** Whatever the deployment asks for by now: somebody may change it while it is waited for. */
export function askedNow({ deployment }: Pick<Observation, 'deployment'>, live: SeldonDeployment): Desired {
  const seenFirst = (deployment?.metadata.generation ?? 0) >= (live.metadata.generation ?? 0);
  const newest = deployment && seenFirst ? deployment : live;
  return { uid: live.metadata.uid ?? '', generation: newest.metadata.generation ?? 0, deployment: newest };
}

/** Autoscaled Deployments too: what counts is what each Deployment asks for itself. */
function scaledTo(replicas: number, seen: Observation, asked: Desired): Answer {
  const models = expectedDeployments(asked.deployment).filter(({ role }) => role === 'model');
  for (const { name, otherName } of models) {
    const found = seen.owned.deployments.find(({ metadata }) => metadata.name === name || metadata.name === otherName);
    const count = found?.spec?.replicas ?? 1;
    if (found && count !== replicas) {
      return waiting(`deployment "${found.metadata.name}" to ask for ${replicas} replicas: it asks for ${count}`);
    }
  }
  return waitAvailable(seen, asked);
}

/** One that is gone may still have had it: the last Events come after the end. */
function eventSeen(reason: string, { gone }: Observation, { isSeen, live }: WaitForOptions): Answer {
  if (isSeen(reason)) return done;
  return gone ? failed(`seldondeployment "${live.metadata.name}" was deleted`) : waiting(`an event ${reason}`);
}

function conditionMet(
  { type, equals, status }: Extract<WaitCondition, { kind: 'condition' }>,
  { deployment, gone }: Observation,
  live: SeldonDeployment,
): Answer {
  if (gone) return failed(`seldondeployment "${live.metadata.name}" was deleted`);
  const found = deployment?.status?.conditions?.find((one) => sameInAnyCase(one.type, type));
  if (sameInAnyCase(found?.status ?? '', status) === equals) return done;
  const now = found ? `it is ${found.status}${found.message ? `: ${found.message}` : ''}` : 'it has none';
  return waiting(`condition ${type}${equals ? '=' : '!='}${status} (${now})`);
}

function pathMet(
  { path, equals, value }: Extract<WaitCondition, { kind: 'jsonpath' }>,
  { deployment, gone }: Observation,
  { live, valuesAt }: WaitForOptions,
): Answer {
  if (gone) return failed(`seldondeployment "${live.metadata.name}" was deleted`);
  const values = deployment ? valuesAt(path, deployment) : [];
  if (value === undefined) return values.length > 0 ? done : waiting(`a value at ${path}`);
  if (values.length > 1) return failed(`${path} matches more than one value`);
  const [found] = values;
  if (typeof found === 'object' && found !== null) return failed(`${path} leads to an object or a list`);
  if ((String(found ?? '') === value) === equals) return done;
  return waiting(`${path} to be ${equals ? '' : 'other than '}${value} (it is ${found ?? 'not set'})`);
}

function sameInAnyCase(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function conditionInWords(condition: WaitCondition): string {
  switch (condition.kind) {
    case 'scaled':
      return `scaled to ${condition.replicas}`;
    case 'event':
      return `seen with event ${condition.reason}`;
    case 'condition':
      return `at condition ${condition.type}${condition.equals ? '=' : '!='}${condition.status}`;
    case 'jsonpath':
      return condition.value === undefined
        ? `with a value at ${condition.path}`
        : `at ${condition.path}${condition.equals ? '=' : '!='}${condition.value}`;
    default:
      return condition.kind;
  }
}

/** Whether what keeps a deployment from becoming available ends the wait: not where failing is among what is wanted. */
export function endsEarly(wanted: readonly WaitCondition[]): boolean {
  const needsIt = wanted.some(({ kind }) => kind === 'available' || kind === 'scaled');
  return needsIt && wanted.every(({ kind }) => kind !== 'failed' && kind !== 'deleted');
}
