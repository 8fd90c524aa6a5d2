import { executeFiles } from '../execution/execute.ts';
import type { ExecutionDeps } from '../execution/execution-deps.ts';
import type { ExecutionOptions } from '../execution/execution-options.ts';
import { cleanupOf, dryRunOf } from '../execution/plan.ts';
import type { ExecutionResult } from '../execution/result.ts';
import type { PlanFile } from './plan.ts';

/** What the plan itself says goes before these. */
export type PlanOptions = Omit<ExecutionOptions, 'watch' | 'cleanup' | 'checkRights' | 'existing'>;

/**
 * Carries out a plan with all that it applies, or says what it would do. What a step says of time goes before what the
 * plan says, and that before the options. Throws Failure for what is found out before anything is changed.
 */
export async function runPlan(plan: PlanFile, options: PlanOptions, deps: ExecutionDeps): Promise<ExecutionResult> {
  const cleanup = cleanupOf(plan);
  const within: ExecutionOptions = {
    ...options,
    timeoutMs: plan.stepTimeoutMs ?? options.timeoutMs,
    totalTimeoutMs: plan.totalTimeoutMs ?? options.totalTimeoutMs,
    // What is deleted in the end takes its history along.
    historyLimit: cleanup === 'never' ? options.historyLimit : undefined,
    existing: cleanup === 'never' ? { taken: true } : { taken: false, advice: '' },
    watch: true,
    checkRights: true,
    cleanup,
  };
  if (options.dryRun === 'none') return await executeFiles(plan, within, deps);
  const applying = { ...options.applying, dryRun: true };
  const dry = { watch: false, checkRights: false, createNamespace: false, cleanup: undefined, applying };
  return await executeFiles(dryRunOf(plan), { ...within, ...dry }, deps);
}
