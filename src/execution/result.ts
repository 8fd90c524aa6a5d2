import { exitCodes } from '../failures.ts';
import type { DeploymentSummary, Outcome } from '../progress/progress.ts';
import type { ExecutionEnd } from './execution.ts';

export interface ExecutionResult {
  outcome: Outcome;
  exitCode: number;
  deployments: DeploymentSummary[];
  /** What ended one of them and nothing expects: to be thrown when the result has been told. */
  bug?: { error: unknown } | undefined;
}

/** The worst comes first: an interruption, then our own failures, then the deployment's. */
const exitCodesByGravity: readonly number[] = [
  exitCodes.terminated,
  exitCodes.interrupted,
  exitCodes.failed,
  exitCodes.clusterNotReady,
  exitCodes.badInput,
  exitCodes.deploymentFailed,
  exitCodes.timedOut,
  exitCodes.done,
];

/** Of several deployments the worst tells how all of it went. */
export function sumUp(ends: readonly ExecutionEnd[]): ExecutionResult {
  const worst = exitCodesByGravity.find((code) => ends.some(({ exitCode }) => exitCode === code)) ?? exitCodes.done;
  const those = ends.filter(({ exitCode }) => exitCode === worst);
  // One that was stopped because of another has the exit code of that other.
  const end = those.find(({ summary }) => summary.outcome !== 'interrupted') ?? those[0];
  return {
    outcome: end?.summary.outcome ?? 'succeeded',
    exitCode: worst,
    deployments: ends.map(({ summary }) => summary),
    bug: ends.find(({ bug }) => bug)?.bug,
  };
}
