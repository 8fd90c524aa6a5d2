import { ApiFailure } from '../../cluster/api-failure.ts';
import { controllerRevisions } from '../../cluster/kinds.ts';
import { FIELD_MANAGER } from '../../cluster/objects.ts';
import { resourceKinds } from '../../cluster/resource-kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { byOwner } from '../../kubernetes/by-owner.ts';
import { type ControllerRevision, recordedState, stateHash } from '../../seldon/revision.ts';
import { SELDON_GROUP, SELDON_KIND, type SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { errorInWords } from '../errors/api-errors.ts';
import { AVAILABLE_ANNOTATION, changedAt, DEPLOYMENT_UID_LABEL, HASH_LABEL, SINCE_ANNOTATION } from './history.ts';

type Revisions = readonly ControllerRevision[];
type Keeping = Pick<SeldonCluster, 'list' | 'objects'>;

/** How the history of deployments is kept during a command. */
export interface HistoryKeeping {
  /** So many revisions of each deployment at most. */
  limit: number;
  /** Whether a failure is undone in the end. */
  undoes?: boolean;
  /** Whether it was told that it cannot be kept, which is told once. */
  isTold?: boolean;
}

/** What is kept of a deployment, in the order of the numbers. Throws ApiFailure, Unreachable. */
export async function listRevisions(cluster: Keeping, { metadata }: SeldonDeployment): Promise<ControllerRevision[]> {
  const { uid = '', namespace } = metadata;
  const labelSelector = `${DEPLOYMENT_UID_LABEL}=${uid}`;
  const found = await cluster.list<ControllerRevision>(controllerRevisions, namespace, { labelSelector });
  return revisionsOfEach(found)(uid);
}

/** The revisions of all deployments, of a namespace or of all of them, to be told apart by revisionsOfEach. */
export async function listAllRevisions(cluster: Keeping, namespace: string | undefined): Promise<ControllerRevision[]> {
  return await cluster.list<ControllerRevision>(controllerRevisions, namespace, {
    labelSelector: DEPLOYMENT_UID_LABEL,
  });
}

/** Those of the deployment with a uid, in the order of their numbers. */
export function revisionsOfEach(found: Revisions): (uid: string) => ControllerRevision[] {
  const owned = byOwner(found);
  return (uid) => inOrder(owned.get(uid) ?? []);
}

/**
 * Records a state of a deployment as the newest revision, unless it is that already, and removes the oldest beyond the limit.
 * One that was recorded earlier gets the newest number, as a StatefulSet does it. Answers what is kept then. Throws
 * ApiFailure, Unreachable.
 */
export async function record(
  cluster: Keeping,
  stored: Revisions,
  deployment: SeldonDeployment,
  { limit, available = false }: { limit: number; available?: boolean },
): Promise<Revisions> {
  const { uid = '' } = deployment.metadata;
  const hash = stateHash(recordedState(deployment), uid);
  const newest = stored.at(-1);
  const same = stored.find((one) => hashOf(one, uid) === hash);
  const isMarked = same?.metadata.annotations?.[AVAILABLE_ANNOTATION] === 'true';
  if (same && same === newest && (isMarked || !available)) return stored;
  const revision = same && same === newest ? (same.revision ?? 1) : (newest?.revision ?? 0) + 1;
  const since = changedAt(deployment);
  const annotations = {
    ...(since !== undefined && same !== newest && { [SINCE_ANNOTATION]: since }),
    ...(available && { [AVAILABLE_ANNOTATION]: 'true' }),
  };
  const written = same
    ? await cluster.objects.patch<ControllerRevision>(placeOf(same), {
        type: 'merge',
        patch: { metadata: { annotations }, revision },
      })
    : await create(cluster, revisionOf(deployment, hash, revision, annotations));
  const kept = inOrder([...stored.filter((one) => one !== same), written]);
  for (const one of kept.slice(0, Math.max(0, kept.length - limit))) await remove(cluster, one);
  return kept.slice(-limit);
}

/** Whoever is told what cannot be kept. */
export interface Warned {
  warn(message: string): void;
}

/** What recording during a change needs. */
export interface RecordingDeps {
  cluster: Keeping;
  history: HistoryKeeping | undefined;
}

/**
 * Keeps what a deployment was before a change of ours. History is a help: what goes wrong with it is told once, and ends
 * nothing. Answers what is kept, undefined where it need not be known further: a change is to cost two requests at most.
 */
export async function keepBefore(
  before: SeldonDeployment,
  after: SeldonDeployment,
  { cluster, history }: RecordingDeps,
  progress: Warned,
): Promise<Revisions | undefined> {
  const { uid = '' } = before.metadata;
  if (!history || stateHash(recordedState(before), uid) === stateHash(recordedState(after), uid)) return undefined;
  return await keepAsHelp(before.metadata, { history }, progress, async () => {
    const stored = await listRevisions(cluster, before);
    const kept = await record(cluster, stored, before, history);
    return kept === stored ? kept : undefined;
  });
}

/** Keeps that a deployment is available as it is. `stored` is what is kept of it. */
export async function keepAvailable(
  deployment: SeldonDeployment,
  stored: Revisions | undefined,
  { cluster, history }: RecordingDeps,
  progress: Warned,
): Promise<void> {
  if (!history || !stored) return;
  const { limit } = history;
  await keepAsHelp(deployment.metadata, { history }, progress, () =>
    record(cluster, stored, deployment, { limit, available: true }),
  );
}

/** What cannot be kept is told once in a command, and is then undefined. */
export async function keepAsHelp<T>(
  { name }: { name: string },
  { history }: Pick<RecordingDeps, 'history'>,
  progress: Warned,
  keep: () => Promise<T>,
): Promise<T | undefined> {
  if (!history || history.isTold) return undefined;
  try {
    return await keep();
  } catch (error) {
    if (!history.isTold) {
      const why = errorInWords(error, `record a revision of seldondeployment "${name}"`);
      progress.warn(`undo cannot restore the previous state: ${why}`);
    }
    history.isTold = true;
    return undefined;
  }
}

function revisionOf(
  { metadata, ...rest }: SeldonDeployment,
  hash: string,
  revision: number,
  annotations: Record<string, string>,
) {
  const { name, namespace = '', uid = '' } = metadata;
  const { apiVersion, kind } = resourceKinds.controllerRevision;
  return {
    apiVersion,
    kind,
    metadata: {
      // As a StatefulSet's; a name of ours may be as long as one can be.
      name: `${name.slice(0, 223)}-${hash}`,
      namespace,
      labels: { [DEPLOYMENT_UID_LABEL]: uid, [HASH_LABEL]: hash },
      annotations,
      // It does not hold up the owner's deletion: that would take a right to the owner's finalizers where that is enforced.
      ownerReferences: [{ apiVersion: `${SELDON_GROUP}/v1`, kind: SELDON_KIND, name, uid, controller: true }],
    },
    data: recordedState({ metadata, ...rest }),
    revision,
  };
}

async function create(cluster: Keeping, wanted: ReturnType<typeof revisionOf>): Promise<ControllerRevision> {
  try {
    return await cluster.objects.create<ControllerRevision>(wanted, { fieldManager: FIELD_MANAGER });
  } catch (error) {
    // Somebody has recorded the same in the same moment.
    if (!(error instanceof ApiFailure) || error.reason !== 'AlreadyExists') throw error;
    return wanted;
  }
}

async function remove({ objects }: Keeping, revision: ControllerRevision): Promise<void> {
  await objects.delete(placeOf(revision), revision.metadata.uid ?? '').catch((error) => {
    if (!(error instanceof ApiFailure) || error.status !== 404) throw error;
  });
}

function placeOf({ metadata: { name, namespace = '' } }: ControllerRevision) {
  const { apiVersion, kind } = resourceKinds.controllerRevision;
  return { apiVersion, kind, metadata: { name, namespace } };
}

function hashOf({ data = {} }: ControllerRevision, uid: string): string {
  return stateHash(data, uid);
}

function inOrder(revisions: Revisions): ControllerRevision[] {
  return [...revisions].sort((a, b) => (a.revision ?? 0) - (b.revision ?? 0));
}
