import { BadInput } from '../../failures.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { type Answer, done, failed, ifUpToDate, waiting } from './answer.ts';
import type { Desired, Observation } from './observation.ts';
import { waitAvailable } from './wait-available.ts';
import { waitDeleted } from './wait-deleted.ts';
import { waitScaledByAnybody } from './wait-scaled.ts';

/** One thing that can be waited for. */
export type Goal =
  | { kind: 'available' }
  | { kind: 'scaled'; replicas: number }
  /** It is there; that is waited for before anything else is. */
  | { kind: 'create' }
  | { kind: 'deleted' }
  | { kind: 'failed' }
  /** Of status.conditions, as kubectl wait has it: the name and the status in any case. */
  | { kind: 'condition'; type: string; equals: boolean; status: string }
  /** `value` undefined: anything at all. */
  | { kind: 'jsonpath'; path: string; equals: boolean; value: string | undefined }
  /** A Kubernetes Event of the deployment, or of something that it owns, with this reason. */
  | { kind: 'event'; reason: string };

type GoalOf<Kind extends Goal['kind']> = Extract<Goal, { kind: Kind }>;

/** What the verdict on a goal is asked with. */
export interface GoalContext {
  /** The deployment as it was when the wait began. */
  live: SeldonDeployment;
  /** Whether what a moment shows cannot become available any more; see FailFast. */
  judge(answer: Answer, seen: Observation): Answer;
  /** Whether there was an Event of this reason. */
  isSeen(reason: string): boolean;
  /** The values at a path of kubectl's JSONPath. */
  valuesAt(path: string, object: object): unknown[];
}

/** All of one kind of goal. */
interface GoalKind<Kind extends Goal['kind']> {
  /** What stands after its name and an equals sign, undefined where nothing does; undefined where it cannot be that. */
  parse(rest: string | undefined, whole: string): GoalOf<Kind> | undefined;
  /** Completes "to be". */
  words(goal: GoalOf<Kind>): string;
  verdict(goal: GoalOf<Kind>, seen: Observation, context: GoalContext): Answer;
}

/** A goal is one entry: how it is written after --for, its words, and when it is met. */
const goalKinds: { readonly [Kind in Goal['kind']]: GoalKind<Kind> } = {
  available: {
    parse: (rest) => (rest === undefined ? { kind: 'available' } : undefined),
    words: ({ kind }) => kind,
    verdict: (_, seen, { live }) => waitAvailable(seen, desiredNow(seen, live)),
  },
  scaled: {
    parse: (rest, whole) => (rest === undefined ? undefined : { kind: 'scaled', replicas: replicasIn(rest, whole) }),
    words: ({ replicas }) => `scaled to ${replicas}`,
    verdict: ({ replicas }, seen, { live }) => waitScaledByAnybody(seen, desiredNow(seen, live), replicas),
  },
  create: {
    parse: (rest) => (rest === undefined ? { kind: 'create' } : undefined),
    words: () => 'created',
    // Whatever is observed has been there.
    verdict: () => done,
  },
  deleted: {
    parse: (rest) => (rest === undefined ? { kind: 'deleted' } : undefined),
    words: ({ kind }) => kind,
    verdict: (_, seen) => waitDeleted(seen),
  },
  failed: {
    parse: (rest) => (rest === undefined ? { kind: 'failed' } : undefined),
    words: ({ kind }) => kind,
    verdict: (_, seen, { live, judge }) => {
      const answer = judge(waitAvailable(seen, desiredNow(seen, live)), seen);
      return answer.state === 'failed' ? done : waiting('the deployment to fail');
    },
  },
  condition: {
    parse: (rest) => {
      if (!rest) return undefined;
      const { before, equals, after } = splitAtEquals(rest);
      return { kind: 'condition', type: before, equals, status: after ?? 'True' };
    },
    words: ({ type, equals, status }) => `at condition ${type}${equals ? '=' : '!='}${status}`,
    verdict: conditionMet,
  },
  jsonpath: {
    parse: (rest) => {
      if (!rest) return undefined;
      const { before, equals, after } = splitAtEquals(rest);
      const value = after === undefined ? undefined : unquoted(after);
      return { kind: 'jsonpath', path: unquoted(before), equals, value };
    },
    words: ({ path, equals, value }) =>
      value === undefined ? `with a value at ${path}` : `at ${path}${equals ? '=' : '!='}${value}`,
    verdict: pathMet,
  },
  event: {
    parse: (rest = '') => (/^\w+$/.test(rest) ? { kind: 'event', reason: rest } : undefined),
    words: ({ reason }) => `seen with event ${reason}`,
    verdict: eventSeen,
  },
};

/** The words that a goal begins with. */
export const GOAL_WORDS = Object.keys(goalKinds) as Goal['kind'][];

const FORMS =
  'available, scaled=N, create, deleted, failed, event=REASON, condition=TYPE[=STATUS], jsonpath=PATH[=VALUE], several joined by ||';

/**
 * What --for says: the alternatives of one flag, of which one is enough, are joined by ||. Both condition and jsonpath
 * take != in place of =. Throws BadInput.
 */
export function parseGoals(text: string): Goal[] {
  return alternativesIn(text).map((one) => parseGoal(one.trim()));
}

/** As kubectl wait has them, in any case. */
const KUBECTLS = new Map([
  ['create', 'create'],
  ['delete', 'deleted'],
]);

function parseGoal(text: string): Goal {
  const [, written = '', rest] = /^(\w+)(?:=(.*))?$/s.exec(text) ?? [];
  const kind = GOAL_WORDS.find((one) => one === (KUBECTLS.get(written.toLowerCase()) ?? written));
  const goal = kind && goalKinds[kind].parse(rest, text);
  if (goal) return goal;
  throw new BadInput(`unrecognized condition: "${text}"`, { hint: `--for takes ${FORMS}` });
}

/**
 * The question to which the answer is 'done' when of each list of alternatives one is met. What cannot be met any more
 * ends the wait, unless there is an alternative to it.
 */
export function goalsMet(goals: readonly (readonly Goal[])[], context: GoalContext) {
  return (observation: Observation): Answer => {
    const seen = withoutDoubt(observation);
    const answers = goals.map((alternatives) => anyOf(alternatives.map((one) => verdictOn(one, seen, context))));
    const open = answers.find(({ state }) => state === 'failed') ?? answers.find(({ state }) => state === 'waiting');
    return ifUpToDate(open ?? done, seen);
  };
}

export function goalsInWords(goals: readonly (readonly Goal[])[]): string {
  return goals.map((alternatives) => alternatives.map(goalInWords).join(' or ')).join(', and ');
}

function goalInWords(goal: Goal): string {
  return entryOf(goal).words(goal);
}

function verdictOn(goal: Goal, seen: Observation, context: GoalContext): Answer {
  return entryOf(goal).verdict(goal, seen, context);
}

/** That the entry is of the goal's own kind, no type of the compiler's can say. */
function entryOf({ kind }: Goal): GoalKind<Goal['kind']> {
  return goalKinds[kind] as GoalKind<Goal['kind']>;
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
  return { ...seen, gone: seen.gone || (seen.unsyncedKinds.length === 0 && !seen.deployment) };
}

/** Whatever the deployment asks for by now: somebody may change it while it is waited for. */
export function desiredNow({ deployment }: Pick<Observation, 'deployment'>, live: SeldonDeployment): Desired {
  const seenFirst = (deployment?.metadata.generation ?? 0) >= (live.metadata.generation ?? 0);
  const newest = deployment && seenFirst ? deployment : live;
  return { uid: live.metadata.uid ?? '', generation: newest.metadata.generation ?? 0, deployment: newest };
}

/** One that is gone may still have had it: the last Events come after the end. */
function eventSeen({ reason }: GoalOf<'event'>, { gone }: Observation, { isSeen, live }: GoalContext): Answer {
  if (isSeen(reason)) return done;
  return gone ? failed(`seldondeployment "${live.metadata.name}" was deleted`) : waiting(`an event ${reason}`);
}

function conditionMet(
  { type, equals, status }: GoalOf<'condition'>,
  { deployment, gone }: Observation,
  { live }: GoalContext,
): Answer {
  if (gone) return failed(`seldondeployment "${live.metadata.name}" was deleted`);
  const found = deployment?.status?.conditions?.find((one) => sameInAnyCase(one.type, type));
  if (sameInAnyCase(found?.status ?? '', status) === equals) return done;
  const now = found ? `now ${found.status}${found.message ? `: ${found.message}` : ''}` : 'not set';
  return waiting(`condition ${type}${equals ? '=' : '!='}${status} (${now})`);
}

function pathMet(
  { path, equals, value }: GoalOf<'jsonpath'>,
  { deployment, gone }: Observation,
  { live, valuesAt }: GoalContext,
): Answer {
  if (gone) return failed(`seldondeployment "${live.metadata.name}" was deleted`);
  const values = deployment ? valuesAt(path, deployment) : [];
  if (value === undefined) return values.length > 0 ? done : waiting(`a value at ${path}`);
  if (values.length > 1) return failed(`${path} matches more than one value`);
  const [found] = values;
  if (typeof found === 'object' && found !== null) return failed(`${path} leads to an object or a list`);
  if ((String(found ?? '') === value) === equals) return done;
  return waiting(`${path} to be ${equals ? '' : 'other than '}${value} (now ${found ?? 'not set'})`);
}

function sameInAnyCase(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The parts between ||, which may also stand inside the brackets of a path. */
function alternativesIn(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth <= 0 && text.startsWith('||', index)) {
      parts.push('');
      index += 1;
    } else parts[parts.length - 1] += character;
  }
  return parts;
}

function replicasIn(text: string, whole: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 2 ** 31 - 1) {
    throw new BadInput(`unrecognized condition: "${whole}": scaled takes a whole number, for example --for=scaled=3`);
  }
  return Number(text);
}

/** At the first = or != outside of braces, where filters have some of their own. */
function splitAtEquals(text: string): { before: string; equals: boolean; after: string | undefined } {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth > 0) continue;
    if (text.startsWith('!=', index))
      return { before: text.slice(0, index), equals: false, after: text.slice(index + 2) };
    if (text[index] === '=')
      return { before: text.slice(0, index), equals: true, after: text.slice(index + 1).replace(/^=/, '') };
  }
  return { before: text, equals: true, after: undefined };
}

/** Quotes that a shell has left. */
function unquoted(text: string): string {
  return /^(['"]).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

/** Whether it has to be there before anything else can hold: then it is waited for until somebody has made it. */
export function awaitsCreation(goals: readonly (readonly Goal[])[]): boolean {
  return goals.some((alternatives) => alternatives.every(({ kind }) => kind === 'create'));
}

/** Whether what keeps a deployment from becoming available ends the wait: not where failing is among what is wanted. */
export function endsEarly(wanted: readonly Goal[]): boolean {
  const needsIt = wanted.some(({ kind }) => kind === 'available' || kind === 'scaled');
  return needsIt && wanted.every(({ kind }) => kind !== 'failed' && kind !== 'deleted');
}
