import type { Sequence } from './stage.ts';

/** What one deployment is taken through. */
export interface Course {
  sequence: Sequence;
  /** What is done after a failure, but not after an interruption. */
  onFailure?: Sequence | undefined;
  /** What is done at the end of all, however it came. A second signal ends it, with the whole program. */
  lastly?: Sequence | undefined;
  /** What has to be there before it begins. */
  ready?: Promise<unknown>;
}
