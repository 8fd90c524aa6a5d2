import type { Manifest } from '../manifests/manifest.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import type { Applying } from './apply/applying.ts';
import type { Course } from './course.ts';
import type { Step } from './progress.ts';

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
  /** What every deployment is taken through. */
  route: Route;
  createNamespace: boolean;
  /** When what the run made is deleted: at the end of a run that went well, of every run, or not at all. */
  cleanup: Cleanup;
  /** Whether a deployment that exists already is taken too, with what is said of it, and if not, how the user could have that. */
  existing: { taken: true; remark?: string } | { taken: false; advice: string };
}

export interface Route {
  /** In order; those that an error cuts off are told as skipped. */
  steps: readonly Step[];
  /** What will be scaled to, so that what cannot be is refused before anything is changed. */
  scales: readonly ScaleRequest[];
  /** The course of the deployment that this manifest makes, or changes, if one exists. */
  courseOf(manifest: Manifest, existing: SeldonDeployment | undefined): Course;
}

export type Cleanup = 'on-success' | 'always' | 'never';

export type EventsShown = 'tree' | 'self' | 'none';
