import { exitCodes, Failure } from '../../failures.ts';
import { type ControllerRevision, type RecordedState, recordedState, stateHash } from '../../seldon/revision.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';

/** When a state became what the deployment is, in RFC 3339: it is recorded only once another one takes its place. */
export const SINCE_ANNOTATION = 'seldon-lifecycle.io/since';
/** Whether a wait of ours has seen it available: 'true'. */
export const AVAILABLE_ANNOTATION = 'seldon-lifecycle.io/available';
/** Labels of a revision: of which deployment, by its uid, and its hash, as a StatefulSet labels its own. */
export const DEPLOYMENT_UID_LABEL = 'seldon-lifecycle.io/deployment-uid';
export const HASH_LABEL = 'controller.kubernetes.io/hash';

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** A state of a deployment that there was, or is. */
export interface HistoryEntry {
  revision: number;
  hash: string;
  state: RecordedState;
  /** In RFC 3339. */
  since: string | undefined;
  /** Undefined: nobody has waited for it. */
  available: boolean | undefined;
  changeCause: string | undefined;
  /** Whether the deployment is that now. */
  current: boolean;
}

/**
 * The states of a deployment, the current one last, which has the highest number and need not be recorded. `stored` are in
 * the order of their numbers.
 */
export function historyOf(stored: readonly ControllerRevision[], live: SeldonDeployment): HistoryEntry[] {
  const { uid = '' } = live.metadata;
  const recorded = stored.map((one): HistoryEntry => {
    const { revision = 0, data = {}, metadata } = one;
    const { annotations = {} } = metadata;
    return {
      revision,
      hash: stateHash(data, uid),
      state: data,
      since: annotations[SINCE_ANNOTATION] ?? metadata.creationTimestamp,
      available: annotations[AVAILABLE_ANNOTATION] === 'true' ? true : undefined,
      changeCause: data.annotations?.[CHANGE_CAUSE],
      current: false,
    };
  });
  const state = recordedState(live);
  const hash = stateHash(state, uid);
  const newest = recorded.at(-1);
  const isNewest = newest?.hash === hash;
  const current: HistoryEntry = {
    revision: isNewest ? newest.revision : (newest?.revision ?? 0) + 1,
    hash,
    state,
    since: isNewest ? newest.since : changedAt(live),
    available: isNewest ? newest.available : undefined,
    changeCause: state.annotations?.[CHANGE_CAUSE],
    current: true,
  };
  return [...recorded.filter((one) => one.hash !== hash), current];
}

/**
 * What an undo goes back to: the revision of this number, or else the last one before. Throws Failure, in kubectl's words,
 * where there is none.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollback.go
 */
export function rollbackTarget(
  entries: readonly HistoryEntry[],
  { metadata: { name } }: SeldonDeployment,
  toRevision: number | undefined,
): HistoryEntry {
  if (toRevision !== undefined && toRevision > 0) {
    const found = entries.find(({ revision }) => revision === toRevision);
    if (found) return found;
    const numbers = entries.map(({ revision }) => revision).join(', ');
    throw new Failure(exitCodes.failed, `unable to find specified revision ${toRevision} in history`, {
      hint: `seldondeployment "${name}" has: ${numbers}`,
    });
  }
  const before = entries.filter(({ current }) => !current).at(-1);
  if (before) return before;
  throw new Failure(exitCodes.failed, `no rollout history found for seldondeployment "${name}"`, {
    hint: 'A revision is recorded when a command such as apply, restart or traffic changes a deployment',
  });
}

/** When the spec, a label or an annotation was last written, in RFC 3339, as far as managed fields tell. */
export function changedAt({
  metadata: { managedFields = [], creationTimestamp },
}: SeldonDeployment): string | undefined {
  const times = managedFields.flatMap(({ subresource, time }) => (subresource === 'status' || !time ? [] : [time]));
  return times.sort().at(-1) ?? creationTimestamp;
}
