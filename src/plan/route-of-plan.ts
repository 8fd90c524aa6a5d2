import type { Cleanup, Route } from '../lifecycle/run-options.ts';
import { type Stage, standingOf, Way } from '../lifecycle/stage.ts';
import type { Manifest, Manifests } from '../manifests/manifest.ts';
import { allSteps, type Plan, type PlanStep, stepsTold } from './plan.ts';
import type { Applied } from './plan-manifests.ts';
import { type PlanEnvironment, stageOfStep } from './stage-of-step.ts';

/**
 * The way that each deployment of a plan goes, all of them side by side: from the first step that applies it to the last
 * one. `applied` has the manifests of each apply step, with their namespaces.
 */
export function routeOfPlan(plan: Plan, applied: Applied, environment: PlanEnvironment): Route {
  const stagesOf = (steps: readonly PlanStep[], manifest: Manifest): Stage[] =>
    steps.map((step, index) => {
      const own = applied.get(step)?.deployments.find((other) => isSame(other, manifest));
      return onlyWhereItIs(step, stageOfStep(step, own, steps[index + 1], environment));
    });
  return {
    steps: [...plan.steps, ...withoutSecondDelete(plan)].flatMap(stepsTold),
    scales: allSteps(plan).flatMap(({ doing }) => (doing.word === 'scale' ? [doing.request] : [])),
    courseOf(manifest, existing) {
      const way = new Way(standingOf(existing));
      return {
        sequence: way.through(stagesOf(fromItsApply(plan.steps, manifest, applied), manifest)),
        onFailure: plan.onFailure.length > 0 ? way.through(stagesOf(plan.onFailure, manifest)) : undefined,
        lastly: plan.lastly.length > 0 ? way.through(stagesOf(plan.lastly, manifest)) : undefined,
      };
    },
  };
}

/** Each deployment of a plan once, as it is applied first, and everything that stands beside them. */
export function manifestsOf(applied: Applied): Manifests {
  const all = [...applied.values()];
  const deployments: Manifest[] = [];
  for (const manifest of all.flatMap((one) => one.deployments)) {
    if (!deployments.some((other) => isSame(other, manifest))) deployments.push(manifest);
  }
  return { deployments, companions: all.flatMap((one) => one.companions) };
}

/** When what a plan makes beside its deployments is removed: where they are deleted. */
export function cleanupOf({ steps, lastly }: Plan): Cleanup {
  if (lastly.some(({ doing }) => doing.word === 'delete')) return 'always';
  return steps.some(({ doing }) => doing.word === 'delete') ? 'on-success' : 'never';
}

function fromItsApply(steps: readonly PlanStep[], manifest: Manifest, applied: Applied): readonly PlanStep[] {
  const first = steps.findIndex((step) => applied.get(step)?.deployments.some((other) => isSame(other, manifest)));
  return steps.slice(Math.max(0, first));
}

/** What comes after a failure, or at the end, may find that there is no deployment, or none any more. */
function onlyWhereItIs({ doing }: PlanStep, stage: Stage): Stage {
  if (doing.word === 'apply') return stage;
  return async (standing, ...rest) => (standing.asked ? await stage(standing, ...rest) : standing);
}

/** A deletion at the end of all has nothing to do where one of the steps has deleted. */
function withoutSecondDelete({ steps, lastly }: Plan): PlanStep[] {
  const isDelete = ({ doing }: PlanStep) => doing.word === 'delete';
  return steps.some(isDelete) ? lastly.filter((step) => !isDelete(step)) : lastly;
}

function isSame(a: Manifest, b: Manifest): boolean {
  const { name, namespace } = a.deployment.metadata;
  return name === b.deployment.metadata.name && namespace === b.deployment.metadata.namespace;
}
