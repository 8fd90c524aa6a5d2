import { ApiFailure } from '../../cluster/api-failure.ts';
import { events as eventKind, type WatchedKind, withoutManagedFields } from '../../cluster/kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import type { KubernetesEvent, KubernetesObject } from '../../kubernetes/objects.ts';
import { SELDON_KIND } from '../../seldon/seldon-deployment.ts';
import { type DeploymentSelection, ownedKinds } from '../deployment-informer.ts';
import { explainAsKubectl } from '../errors/kubectl-words.ts';

/** ReplicaSets and pods whole: their counts and ages are shown. */
export function shownKinds({ cluster, found }: Pick<DeploymentSelection, 'cluster' | 'found'>): WatchedKind[] {
  return ownedKinds(cluster, found).map((kind) => {
    if (kind.kind !== 'ReplicaSet' && kind.kind !== 'Pod') return kind;
    const { accept: _, ...whole } = kind;
    const keep = <T extends KubernetesObject>(object: T) =>
      isForeign(object) ? kind.keep(object) : withoutManagedFields(object);
    return { ...whole, keep };
  });
}

/** What has another kind of owner, or none, cannot be a SeldonDeployment's. */
function isForeign({ metadata: { ownerReferences = [] } }: KubernetesObject): boolean {
  return !ownerReferences.some(({ kind }) => kind === 'ReplicaSet' || kind === 'Deployment');
}

/** The server picks them: a namespace may hold the Events of thousands of others. `tell`: that they may not be read. */
export async function listWarnings(
  cluster: SeldonCluster,
  namespace: string | undefined,
  tell: (warning: string) => void,
  fieldSelector = 'type=Warning',
): Promise<KubernetesEvent[]> {
  return await listEvents(cluster, namespace, fieldSelector, ({ message }) =>
    tell(`warnings are not shown: ${message}`),
  );
}

/** Not of what they own. None where they may not be read: listWarnings tells that. */
export async function listEventsOfSeldonDeployments(
  cluster: SeldonCluster,
  namespace: string | undefined,
): Promise<KubernetesEvent[]> {
  return await listEvents(cluster, namespace, `involvedObject.kind=${SELDON_KIND}`, () => {});
}

async function listEvents(
  cluster: SeldonCluster,
  namespace: string | undefined,
  fieldSelector: string,
  forbidden: (failure: ApiFailure) => void,
): Promise<KubernetesEvent[]> {
  return await cluster
    .list<KubernetesEvent>(eventKind, namespace, { fieldSelector: fieldSelector || undefined })
    .catch((error) => {
      if (!(error instanceof ApiFailure) || error.status !== 403) return explainAsKubectl(error, 'list events');
      forbidden(error);
      return [];
    });
}
