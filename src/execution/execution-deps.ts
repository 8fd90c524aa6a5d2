import type { Clock } from '../clock.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Report } from '../progress/progress.ts';

/** What comes from outside to whoever takes deployments through steps. */
export interface ExecutionDeps {
  cluster: SeldonCluster;
  report: Report;
  clock: Clock;
  /** Aborted when the user wants to stop. */
  signal: AbortSignal;
}
