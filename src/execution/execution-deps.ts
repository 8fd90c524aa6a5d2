import type { Advice } from '../advice/advice.ts';
import type { Clock } from '../clock.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Failure } from '../failures.ts';
import type { HistoryKeeping } from '../lifecycle/history/keep-history.ts';
import type { Report } from '../progress/progress.ts';

/** What comes from outside to whoever takes deployments through steps. */
export interface ExecutionDeps {
  cluster: SeldonCluster;
  report: Report;
  clock: Clock;
  /** Aborted when the user wants to stop. */
  signal: AbortSignal;
}

/** The same to each of several. */
export interface OneExecutionDeps extends ExecutionDeps {
  /** Undefined: no history is kept. */
  history: HistoryKeeping | undefined;
  /** Tells, once, what interrupts all of them alike; false: the error is one of this deployment's own. */
  tellOfAll(error: Failure): boolean;
}

/** Tells what is about no deployment alone. */
export function noticeTo({ report, clock }: Pick<ExecutionDeps, 'report' | 'clock'>) {
  return (level: 'info' | 'warning' | 'error', message: Advice) =>
    report({ type: 'notice', time: clock.now(), level, message });
}
