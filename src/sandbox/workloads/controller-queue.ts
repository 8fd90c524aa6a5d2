import { ApiFailure } from '../api-server/api-failure.ts';
import type { Store } from '../api-server/store.ts';
import { WorkQueue } from '../work-queue.ts';

/** Milliseconds between a change and a controller's answer to it, about what real controllers need. */
const REACTION_MS = 2;

/** The keys that a controller looks at, already started: what the store refuses comes back, what is gone does not. */
export function controllerQueue(store: Store, sync: (key: string) => void): WorkQueue {
  const work = (key: string) => {
    try {
      sync(key);
    } catch (error) {
      if (!(error instanceof ApiFailure && error.code === 404)) throw error;
    }
  };
  const isRetried = (error: unknown) => error instanceof ApiFailure;
  return new WorkQueue(store.clock, work, { reactionMs: REACTION_MS, isRetried }).start();
}
