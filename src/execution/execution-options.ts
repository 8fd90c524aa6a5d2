import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { Applying } from '../lifecycle/apply/applying.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import type { Prompt } from '../lifecycle/step.ts';

/** How deployments are taken through a plan. */
export interface ExecutionOptions {
  applying: Applying;
  /** For each wait. */
  timeoutMs: number;
  /** For all of it, from `begun` on. */
  totalTimeoutMs: number;
  /** Milliseconds since 1970; if not given, when it is executed. */
  begun?: number | undefined;
  /** How long a blocker that may pass is tolerated before it ends a wait; undefined: until the timeout. */
  failGraceMs: number | undefined;
  /** How many deployments are processed at a time. */
  concurrency: number;
  /** Whether one that fails ends the others too. */
  failTogether: boolean;
  /** Whether each change of the replicas and pods is told too, as a picture of it needs. */
  tellChanges: boolean;
  /** Whether each change of the deployment's own spec and status is told, field by field. */
  diff: boolean;
  /** Whose Events are shown: of everything that a deployment owns, of itself, none. */
  events: EventsShown;
  dryRun: DryRun;
  /** Whether what the deployments own is watched, without which nothing can be waited for. */
  watch: boolean;
  createNamespace: boolean;
  /** What becomes of a deployment that exists and that the files are to make. */
  existing: Existing;
  /** When what was made for the deployments is deleted: after what went well, always, or not at all. Undefined: it is to stay. */
  cleanup: Cleanup | undefined;
  /** How many revisions are kept of each deployment that is changed; undefined: none is recorded. */
  historyLimit: number | undefined;
  /** Whether the server is asked first for all rights that a run needs. */
  checkRights: boolean;
  /** Undefined where nobody is there to press Enter. */
  prompt: Prompt | undefined;
  /** Told each object as the server has it, after a change. */
  changed(object: KubernetesObject): void;
}

/**
 * 'any': it is changed. Otherwise one that is being deleted is refused, and one that exists is `taken`, with a remark, or
 * refused, with advice how the user could have it taken.
 */
export type Existing = 'any' | { taken: true; remark?: string } | { taken: false; advice: string };

/** 'on-interrupt': after an interruption too, but not after a failure. */
export type Cleanup = 'on-success' | 'on-interrupt' | 'always' | 'never';

/** 'all': as 'tree', and nothing is folded. */
export type EventsShown = 'all' | 'tree' | 'self' | 'none';

/** Once the time for all is up, what was made is still to be deleted: in so many milliseconds. */
const CLEANUP_MS = 30_000;

/** How long may be spent on what comes at the end whatever happens, at this time: a wait of its own, as long as the time for all allows. */
export function cleanupMs({ timeoutMs }: Pick<ExecutionOptions, 'timeoutMs'>, deadline: number, now: number): number {
  return Math.min(timeoutMs, Math.max(deadline - now, CLEANUP_MS));
}
