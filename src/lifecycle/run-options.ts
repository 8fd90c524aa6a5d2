import type { Propagation } from '../cluster/seldon-cluster.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { Applying } from './apply/apply-step.ts';

export interface RunOptions {
  applying: Applying;
  /** What the scale step does. */
  scale: ScaleRequest;
  /** For each wait. */
  timeoutMs: number;
  /** For all of it. */
  totalTimeoutMs: number;
  createNamespace: boolean;
  /** When what the run made is deleted: at the end of a run that went well, of every run, or not at all. */
  cleanup: Cleanup;
  cascade: Propagation;
  /** How long an obstacle that may pass is borne before it ends a run; undefined: until the timeout. */
  failGraceMs: number | undefined;
  /** How many deployments are under way at a time. */
  concurrency: number;
  /** Whether one that fails ends the others too. */
  failTogether: boolean;
}

export type Cleanup = 'on-success' | 'always' | 'never';
