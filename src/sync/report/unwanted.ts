import { keyOf } from '../desired/desired.ts';
import type { DesiredState } from '../desired/desired-state.ts';
import { idOf } from '../ownership.ts';
import type { LiveObjects } from '../reconcile/live-objects.ts';
import type { PhaseReport } from './phase.ts';

/** An owned deployment that the source does not want, under the id that the source once gave it. */
export interface Unwanted {
  id: string;
  namespace: string;
  name: string;
  uid: string;
  /** It was being deleted already. */
  isGoing: boolean;
}

/**
 * The owned deployments that the source does not want. Also those that an earlier process has made: whoever prunes them
 * tells the source that they are gone. Before the first whole state nothing is known to be unwanted.
 */
export function unwantedOf(
  owner: string,
  desired: Pick<DesiredState, 'complete' | 'get' | 'withId'>,
  live: LiveObjects,
): Unwanted[] {
  if (!desired.complete) return [];
  return live.ownedBy(owner).flatMap((object) => {
    const { namespace = '', name, uid = '', deletionTimestamp } = object.metadata;
    const key = keyOf(namespace, name);
    const id = idOf(object) ?? key;
    // What has moved to another name, or got another id, is not gone.
    if (desired.withId(id) || desired.get(key)) return [];
    return [{ id, namespace, name, uid, isGoing: deletionTimestamp !== undefined }];
  });
}

/** What the source is told of a deployment that is gone. */
export function deletedReport({ id, namespace, name }: Omit<Unwanted, 'uid' | 'isGoing'>): PhaseReport {
  return { id, namespace, name, phase: 'Deleted', availableReplicas: 0, desiredReplicas: 0, message: '', url: '' };
}
