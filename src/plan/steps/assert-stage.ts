import type { Pod } from '../../cluster/objects.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { valuesAt } from '../../jsonpath/jsonpath.ts';
import type { ReportedEvent } from '../../lifecycle/progress.ts';
import { thatIsThere } from '../../lifecycle/sequence.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import type { Observation } from '../../lifecycle/waits/observation.ts';
import { listed, observe } from '../../lifecycle/waits/wait-step.ts';
import type { Assertion } from '../plan.ts';

/** Ends the plan, with exit code 5, unless everything that is asserted holds at this moment. */
export function assertStage(assertion: Assertion): Stage {
  return async (standing, steps, around) => {
    const { uid } = thatIsThere(standing);
    await steps.take('assert', async () => {
      await listed(around);
      const wrong = untrue(assertion, observe(around.picture, uid), around.events.warnings);
      if (wrong.length === 0) return { result: undefined, message: `asserted: ${assertionInWords(assertion)}` };
      const { name, namespace } = steps.deployment;
      throw new Failure(
        exitCodes.deploymentFailed,
        `seldondeployment "${name}" in namespace "${namespace}" is not as asserted: ${wrong[0]}`,
        { details: wrong.slice(1) },
      );
    });
    return standing;
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
  if (noWarnings) wrong.push(...warnings.map(warningInWords));
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
    ...(maxRestarts === undefined ? [] : [`at most ${maxRestarts} restarts`]),
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
