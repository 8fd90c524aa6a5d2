import type { PlannedStep } from '../lifecycle/step.ts';
import type { Manifest, Manifests } from '../manifests/manifest.ts';
import type { StepName } from '../progress/progress.ts';
import type { Cleanup } from './execution-options.ts';

/** What deployments are taken through, each on its own. */
export interface Plan {
  steps: readonly PlanStep[];
  /** After a failure, but not after an interruption. */
  onFailure: readonly PlanStep[];
  /** After an interruption by the user, but not after a failure. */
  onInterrupt?: readonly PlanStep[];
  /** At the end of all, however it came. */
  lastly: readonly PlanStep[];
  /** Steps that are left out on purpose, and told as skipped. */
  leftOut?: readonly StepName[];
}

/** A step in its place in a plan. */
export interface PlanStep {
  step: PlannedStep;
  /** What the plan calls it. */
  name?: string | undefined;
  /** Its own, in milliseconds. */
  timeoutMs?: number | undefined;
  /** Where it stands: plan.yaml:12:5; undefined in a plan that is no file. */
  place?: string | undefined;
  /** Of an apply: what its files hold, with their namespaces. */
  manifests?: Manifests | undefined;
}

/** The plan of a command that is one step, or a few. */
export function planOf(...steps: PlannedStep[]): Plan {
  return { steps: steps.map((step) => ({ step })), onFailure: [], lastly: [] };
}

/** The same, in which everything is only said. */
export function dryRunOf({ steps, lastly }: Plan): Plan {
  const said = [...steps, ...lastly].map((one) => {
    const { step } = one;
    return { ...one, step: { ...step, names: step.names.slice(0, 1), run: step.dryRun } };
  });
  return { steps: said, onFailure: [], lastly: [] };
}

/** All that a plan may come to do. */
export function allSteps({ steps, onFailure, lastly }: Plan): PlanStep[] {
  return [...steps, ...onFailure, ...lastly];
}

/** Under which names the steps are told, in order, where nothing goes wrong. */
export function stepNames({ steps, lastly, leftOut = [] }: Plan): StepName[] {
  // A deletion at the end of all has nothing to do where one of the steps has deleted.
  const isDone = steps.some(({ step }) => step.deletes);
  const rest = isDone ? lastly.filter(({ step }) => !step.deletes) : lastly;
  return [...[...steps, ...rest].flatMap(({ step }) => step.names), ...leftOut];
}

/** When what a plan makes beside its deployments is removed: where they are deleted. */
export function cleanupOf({ steps, lastly }: Plan): Cleanup {
  if (lastly.some(({ step }) => step.deletes)) return 'always';
  return steps.some(({ step }) => step.deletes) ? 'on-success' : 'never';
}

/** Each deployment of a plan once, as it is applied first, and everything that stands beside them. */
export function manifestsOf(plan: Plan): Manifests {
  const all = allSteps(plan).flatMap(({ manifests }) => manifests ?? []);
  const deployments: Manifest[] = [];
  for (const manifest of all.flatMap((one) => one.deployments)) {
    if (!deployments.some((other) => isSame(other, manifest))) deployments.push(manifest);
  }
  return { deployments, others: all.flatMap((one) => one.others) };
}

/** What a step applies of the deployment that this manifest is of. */
export function manifestIn({ manifests }: PlanStep, manifest: Manifest | undefined): Manifest | undefined {
  return manifest && manifests?.deployments.find((other) => isSame(other, manifest));
}

function isSame(a: Manifest, b: Manifest): boolean {
  const { name, namespace } = a.deployment.metadata;
  return name === b.deployment.metadata.name && namespace === b.deployment.metadata.namespace;
}
