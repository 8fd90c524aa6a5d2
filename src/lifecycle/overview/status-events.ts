import { ApiFailure } from '../../cluster/api-failure.ts';
import { events as eventKind } from '../../cluster/kinds.ts';
import { isNewer } from '../../cluster/resource-version.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { reportedEvent } from '../../events/reported-event.ts';
import type { KubernetesEvent } from '../../kubernetes/objects.ts';
import type { ReportedEvent } from '../../progress/progress.ts';
import { SELDON_KIND } from '../../seldon/seldon-deployment.ts';
import { explainAsKubectl } from '../errors/kubectl-words.ts';

/** The newest Warning of each object that tells of trouble. */
export class LastWarnings {
  readonly #last = new Map<string, { reported: ReportedEvent; resourceVersion: string }>();

  see(event: KubernetesEvent): void {
    const reported = reportedEvent(event);
    if (reported.type !== 'Warning' || reported.benign) return;
    const { resourceVersion = '0' } = event.metadata;
    const { uid } = reported.object;
    const known = this.#last.get(uid);
    const before = known?.reported.lastTime ?? 0;
    const after = reported.lastTime ?? 0;
    const isLater = after > before || (after === before && isNewer(resourceVersion, known?.resourceVersion ?? '0'));
    if (!known || isLater) this.#last.set(uid, { reported, resourceVersion });
  }

  of(uid: string): ReportedEvent | undefined {
    return this.#last.get(uid)?.reported;
  }
}

/** The server picks them: a namespace may hold the Events of thousands of others. `tell`: that they may not be read. */
export async function listWarnings(
  cluster: SeldonCluster,
  namespace: string | undefined,
  tell: (warning: string) => void,
): Promise<KubernetesEvent[]> {
  return await listEvents(cluster, namespace, 'type=Warning', ({ message }) =>
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
  return await cluster.list<KubernetesEvent>(eventKind, namespace, { fieldSelector }).catch((error) => {
    if (!(error instanceof ApiFailure) || error.status !== 403) return explainAsKubectl(error, 'list events');
    forbidden(error);
    return [];
  });
}
