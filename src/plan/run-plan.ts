import type { KubernetesObject } from '../cluster/objects.ts';
import { carryOut } from '../lifecycle/carry-out.ts';
import { Companions } from '../lifecycle/companions.ts';
import { type DryRun, dryRunSuffix } from '../lifecycle/dry-run.ts';
import { findExisting, run } from '../lifecycle/run.ts';
import type { RunEnvironment } from '../lifecycle/run-environment.ts';
import type { RunOptions, StepOptions } from '../lifecycle/run-options.ts';
import type { RunResult } from '../lifecycle/run-result.ts';
import { inOrder, standingOf } from '../lifecycle/stage.ts';
import { inNamespaces } from '../manifests/choose-namespace.ts';
import { dryStage, stepsSaid } from './dry-run.ts';
import type { Plan, PlanStep } from './plan.ts';
import type { Applied } from './plan-manifests.ts';
import { cleanupOf, manifestsOf, routeOfPlan } from './route-of-plan.ts';
import type { PlanEnvironment } from './stage-of-step.ts';

export interface PlanOptions extends StepOptions {
  createNamespace: boolean;
  dryRun: DryRun;
}

/** The manifests of each apply step with their namespaces. Throws BadInput as inNamespaces does. */
export function placeApplied(
  applied: Applied,
  { flag, ofContext }: { flag: string | undefined; ofContext: string },
): Applied {
  return new Map([...applied].map(([step, manifests]) => [step, inNamespaces(manifests, flag, ofContext)]));
}

/**
 * Carries out a plan with all that it applies, or says what it would do. What a step says of time goes before what the
 * plan says, and that before the options. Throws Failure for what is found out before anything is changed.
 */
export async function runPlan(
  plan: Plan,
  applied: Applied,
  options: PlanOptions,
  environment: RunEnvironment,
  forSteps: PlanEnvironment,
): Promise<RunResult> {
  const cleanup = cleanupOf(plan);
  const existing: RunOptions['existing'] = cleanup === 'never' ? { taken: true } : { taken: false, advice: '' };
  const within = {
    ...options,
    timeoutMs: plan.stepTimeoutMs ?? options.timeoutMs,
    totalTimeoutMs: plan.totalTimeoutMs ?? options.totalTimeoutMs,
  };
  if (options.dryRun !== 'none') return await dryRun(plan, applied, { ...within, existing }, environment);
  const route = routeOfPlan(plan, applied, forSteps);
  return await run(manifestsOf(applied), { ...within, route, cleanup, existing }, environment);
}

async function dryRun(
  { steps, lastly }: Plan,
  applied: Applied,
  options: PlanOptions & Pick<RunOptions, 'existing'>,
  environment: RunEnvironment,
): Promise<RunResult> {
  const { cluster, report, clock, signal } = environment;
  const kind = options.dryRun === 'server' ? 'server' : 'client';
  const { deployments, companions } = manifestsOf(applied);
  const found = await Companions.find(companions, cluster);
  const standing = await Promise.all(
    deployments.map(({ deployment }) => findExisting(deployment, options.existing, cluster)),
  );
  const tell = (message: string) => report({ type: 'object', time: clock.now(), message });
  const applying = { ...options.applying, dryRun: true };
  const tellOfAll = (level: 'info' | 'warning', message: string) =>
    report({ type: 'notice', time: clock.now(), level, message });
  const repeating = { clock, signal, withinMs: options.timeoutMs, tell: tellOfAll };
  if (kind === 'server') await found.apply(applying, repeating, tell);
  else for (const { object } of companions) tell(`${nameOf(object)} serverside-applied${dryRunSuffix(kind)}`);
  const all = [...steps, ...lastly];
  const tasks = deployments.map(({ deployment }, index) => {
    const { name, namespace = '' } = deployment.metadata;
    const own = (step: PlanStep) =>
      applied.get(step)?.deployments.find(({ deployment: { metadata } }) => {
        return metadata.name === name && metadata.namespace === namespace;
      });
    const stages = all.map((step) => dryStage(step, own(step), kind));
    const start = standingOf(kind === 'server' ? standing[index] : undefined);
    return { name, namespace, spec: deployment.spec, sequence: inOrder(stages, start) };
  });
  return await carryOut(tasks, all.flatMap(stepsSaid), false, { ...options, applying }, environment);
}

function nameOf({ kind = '', metadata }: KubernetesObject): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}
