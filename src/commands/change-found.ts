import type { Context } from '../context.ts';
import type { Plan } from '../execution/plan.ts';
import type { ExecutionResult } from '../execution/result.ts';
import type { PlannedStep } from '../lifecycle/step.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { dryRunOf, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { type Targets, targetFlags } from './targets.ts';
import type { Progress } from './tell-progress.ts';

/** The flags of verbs that change deployments that are there, and record what was there before; each has its own output. */
export const changingFlags = {
  ...stepFlags,
  ...targetFlags,
  all: flags.all(),
  timeout: flags.timeout(),
  events: flags.events('none'),
  fieldManager: flags.fieldManager(),
  revisionHistoryLimit: flags.revisionHistoryLimit(),
  dryRun: flags.dryRun(),
};

export type ChangingGiven = typeof changingFlags & { output: string | undefined };

export interface Change {
  targets: Targets;
  /** Whether the plan waits for something. */
  watch: boolean;
  /** What is done with those that were found, all of which it checks before any is changed. */
  plan(found: readonly SeldonDeployment[]): Promise<Plan>;
}

/** Finds the deployments, begins, and takes them through the plan; tells of those that are not there. */
export async function changeFound(
  { targets, watch, plan }: Change,
  given: ChangingGiven,
  program: Context,
  progress: Progress,
): Promise<ExecutionResult> {
  const dryRun = dryRunOf(given.dryRun);
  const historyLimit = wholeNumber('--revision-history-limit', given.revisionHistoryLimit);
  const applying = { fieldManager: given.fieldManager, dropUnknownFields: false, dryRun: dryRun === 'server' };
  const options = { ...executionOptions(given, progress), historyLimit, applying, dryRun, watch };
  const { beginWithTargets, targetOf, withMissing } = await import('./find-targets.ts');
  const { cluster, found, missing } = await beginWithTargets(targets, given, program, progress, dryRun);
  const { execute } = await import('../execution/execute.ts');
  const work = { plan: await plan(found), targets: found.map(targetOf), others: [] };
  const { clock, signal } = program;
  const result = await execute(work, options, { cluster, report: progress.report, clock, signal });
  return withMissing(result, missing, progress);
}

/** The step, and the wait until what it has changed is available, if that is wanted. */
export async function thenAvailable(step: PlannedStep, wait: boolean): Promise<Plan> {
  const { planOf } = await import('../execution/plan.ts');
  const { waitStep } = await import('../steps/wait.ts');
  return wait ? planOf(step, waitStep([[{ kind: 'available' }]])) : planOf(step);
}
