import { isOfStartOrEnd } from '../events/routine.ts';
import { exitCodes, Failure } from '../failures.ts';
import { relaxedJsonPath, valuesAt } from '../jsonpath/jsonpath.ts';
import type { Pod } from '../kubernetes/objects.ts';
import { existing, type PlannedStep } from '../lifecycle/step.ts';
import type { Observation } from '../lifecycle/waits/observation.ts';
import { listed } from '../lifecycle/waits/take-wait.ts';
import { observe } from '../lifecycle/waits/wait-on.ts';
import type { ReportedEvent } from '../progress/progress.ts';
import { saidOnly } from './said-only.ts';
import { fields, number, type StepDefinition, textOf } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    assert: 'assert';
  }
}

export interface Assertion {
  jsonpath: string | undefined;
  /** What stands there; undefined: anything at all. */
  value: string | undefined;
  noWarnings: boolean;
  maxRestarts: number | undefined;
}

export const assertDefinition: StepDefinition<'assert'> = {
  word: 'assert',
  says: 'Ends the plan unless all of these conditions hold now',
  fields: fields(
    {
      jsonpath: {
        says: 'A path in the observed objects: {.deployment}, {.deployments}, {.replicaSets}, {.pods}, {.others}',
        shape: {
          is: 'text',
          like: "a path of kubectl's JSONPath, such as {.deployment.status.state}",
          parse: relaxedJsonPath,
        },
      },
      value: {
        says: 'The value at that path, several values joined by spaces; default: any value',
        shape: { is: 'text', like: 'text, or a number' },
      },
      noWarnings: {
        says: 'No Warning event so far, except those that resolve themselves',
        shape: { is: 'constant', value: true },
      },
      maxRestarts: { says: 'Maximum number of restarts of all containers together', shape: number },
    },
    { someOf: ['jsonpath', 'noWarnings', 'maxRestarts'] },
  ),
  check: ({ value, jsonpath }, mistake) => {
    if (value !== undefined && jsonpath === undefined) mistake('value', 'value needs jsonpath', 'key');
  },
  read: ({ jsonpath, value, noWarnings, maxRestarts }) =>
    assertStep({
      jsonpath: textOf(jsonpath),
      value: textOf(value),
      noWarnings: noWarnings === true,
      maxRestarts: maxRestarts as number | undefined,
    }),
};

/** Ends the plan, with exit code 5, unless everything that is asserted holds at this moment. */
export function assertStep(assertion: Assertion): PlannedStep<'assert'> {
  const words = assertionInWords(assertion);
  return {
    word: 'assert',
    told: assertion,
    names: ['assert'],
    usesEvents: assertion.noWarnings,
    run: async (state, progress, deps) => {
      const { uid } = existing(state);
      await progress.take('assert', async () => {
        await listed(deps);
        const wrong = untrue(assertion, observe(deps.cache, uid, deps.events), deps.events.warnings);
        if (wrong.length === 0) return { result: undefined, message: `assertion passed: ${words}` };
        const { name, namespace } = progress.deployment;
        throw new Failure(
          exitCodes.deploymentFailed,
          `assertion failed for seldondeployment "${name}" in namespace "${namespace}": ${wrong[0]}`,
          { details: wrong.slice(1) },
        );
      });
      return state;
    },
    dryRun: saidOnly('assert', `would check: ${words}`),
  };
}

/** What of an assertion does not hold, in words. */
export function untrue(
  { jsonpath, value, noWarnings, maxRestarts }: Assertion,
  seen: Observation,
  warnings: readonly ReportedEvent[],
): string[] {
  const wrong: string[] = [];
  if (jsonpath !== undefined) wrong.push(...untruePath(jsonpath, value, seen));
  const podOf = (uid: string) => seen.owned.pods.find(({ metadata }) => metadata.uid === uid);
  const telling = warnings.filter((one) => one.object.kind !== 'Pod' || !isOfStartOrEnd(one, podOf(one.object.uid)));
  if (noWarnings) wrong.push(...telling.map(warningInWords));
  if (maxRestarts !== undefined) {
    const restarted = seen.owned.pods.flatMap(restartsOf);
    const count = restarted.reduce((sum, one) => sum + one.restarts, 0);
    if (count > maxRestarts) {
      const which = restarted.map((one) => `${one.where} ${one.restarts}`).join(', ');
      wrong.push(`${count} restarts, where at most ${maxRestarts} are allowed: ${which}`);
    }
  }
  return wrong;
}

export function assertionInWords({ jsonpath, value, noWarnings, maxRestarts }: Assertion): string {
  return [
    ...(jsonpath === undefined ? [] : [value === undefined ? `${jsonpath} is set` : `${jsonpath} is ${value}`]),
    ...(noWarnings ? ['no warning events'] : []),
    ...(maxRestarts === undefined ? [] : [maxRestarts === 0 ? 'no restarts' : `at most ${maxRestarts} restarts`]),
  ].join(', ');
}

function untruePath(path: string, value: string | undefined, { deployment, owned }: Observation): string[] {
  const found = valuesAt(path, { deployment, ...owned });
  if (value === undefined) return found.length > 0 ? [] : [`there is nothing at ${path}`];
  const text = found.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))).join(' ');
  return text === value ? [] : [`${path} is ${found.length === 0 ? 'not set' : text}, not ${value}`];
}

function warningInWords({ reason, object, message }: ReportedEvent): string {
  return `a warning event ${reason} of ${object.kind}/${object.name}: ${message}`;
}

function restartsOf({ metadata, status }: Pod) {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
    .filter(({ restartCount }) => restartCount > 0)
    .map(({ name, restartCount }) => ({
      where: `pod ${metadata.name}, container ${name}:`,
      restarts: restartCount,
    }));
}
