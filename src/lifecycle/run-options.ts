import type { Propagation } from '../cluster/seldon-cluster.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { Applying } from './apply/apply-step.ts';

/** What every command that waits is told. */
export interface StepOptions {
  applying: Applying;
  /** For each wait. */
  timeoutMs: number;
  /** For all of it. */
  totalTimeoutMs: number;
  /** How long an obstacle that may pass is borne before it ends a wait; undefined: until the timeout. */
  failGraceMs: number | undefined;
  /** How many deployments are under way at a time. */
  concurrency: number;
  /** Whether one that fails ends the others too. */
  failTogether: boolean;
  /** Whether each change of the replicas and pods is told too, as a picture of it needs; not, if it is not said. */
  tellChanges?: boolean;
  /** Whose Events are shown: of everything that a deployment owns, of itself, none. */
  events: EventsShown;
}

export interface RunOptions extends StepOptions {
  /** What the scale step does. */
  scale: ScaleRequest;
  createNamespace: boolean;
  /** When what the run made is deleted: at the end of a run that went well, of every run, or not at all. */
  cleanup: Cleanup;
  cascade: Propagation;
}

export type Cleanup = 'on-success' | 'always' | 'never';

export type EventsShown = 'tree' | 'self' | 'none';
