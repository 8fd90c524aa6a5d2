import type { Clock } from '../clock.ts';
import type { Cache } from '../cluster/cache.ts';
import { events as eventKind } from '../cluster/kinds.ts';
import type { ListQuery } from '../cluster/list-objects.ts';
import { inOrder, isOwnEvent } from '../events/own-events.ts';
import { reportedEvent } from '../events/reported-event.ts';
import type { KubernetesEvent } from '../kubernetes/objects.ts';
import { DeploymentInformer, type DeploymentSelection, ownedKinds, uidsOf, watchedIn } from './deployment-informer.ts';
import { explainAsKubectl } from './errors/kubectl-words.ts';
import { snapshot } from './snapshot.ts';

/** Whose Events, and which. */
export interface EventSelection extends DeploymentSelection {
  /** Leaves out what happened before, in milliseconds since 1970. */
  from: number | undefined;
  isAsked(event: KubernetesEvent): boolean;
}

/** The Events, of deployments and of all that they own, that the server holds, in the order in which they last happened. */
export async function readEvents(asked: EventSelection): Promise<KubernetesEvent[]> {
  const { cluster, namespaces, tell } = asked;
  if (asked.found.length === 0) return [];
  const kinds = ownedKinds(cluster, asked.found);
  const ofEach = await Promise.all(
    namespaces.map(async (namespace) => {
      const cache = snapshot(cluster, namespace, kinds, tell);
      return await listOwnEvents(asked, namespace, uidsOf(asked.found), cache);
    }),
  );
  return inOrder(ofEach.flat().filter(asked.isAsked));
}

/** Writes those that there are, and then what comes, until the signal aborts. */
export async function watchEvents(
  asked: EventSelection & { clock: Clock; signal: AbortSignal },
  writer: { more(events: readonly KubernetesEvent[]): void },
): Promise<void> {
  const write = (events: readonly KubernetesEvent[]) => {
    const wanted = events.filter(asked.isAsked);
    if (wanted.length > 0) writer.more(wanted);
  };
  const opened = await Promise.all(asked.namespaces.map((namespace) => openWatch(asked, namespace, write)));
  write(inOrder(opened.flatMap(({ events }) => events)));
  for (const { follow } of opened) follow();
}

async function openWatch(
  asked: EventSelection & { clock: Clock; signal: AbortSignal },
  namespace: string | undefined,
  write: (events: readonly KubernetesEvent[]) => void,
): Promise<{ events: KubernetesEvent[]; follow(): void }> {
  const uids = uidsOf(asked.found);
  const followed = new Set<string>();
  let isFollowing = false;
  const follow = (uid = '') => {
    if (followed.has(uid)) return;
    followed.add(uid);
    informer.events.follow(uid, (_, event) => write([event]));
  };
  const informer = new DeploymentInformer({
    ...asked,
    ...watchedIn(namespace, asked),
    changed: ({ metadata }) => {
      if (isFollowing) follow(metadata.uid);
    },
  });
  await informer.open().catch((error) => explainAsKubectl(error, 'watch events'));
  const cache = informer.synced().then(() => informer.cache);
  const events = await listOwnEvents(asked, namespace, uids, cache);
  for (const event of events) informer.events.reported(event);
  return {
    events,
    follow: () => {
      isFollowing = true;
      for (const uid of uids) follow(uid);
      for (const { metadata } of informer.deployments) follow(metadata.uid);
    },
  };
}

/**
 * Those of pods are most of a namespace's, and are asked for last: by then it is known which are ours, and no others are
 * kept.
 */
async function listOwnEvents(
  asked: EventSelection,
  namespace: string | undefined,
  owners: ReadonlySet<string>,
  cache: Promise<Cache>,
): Promise<KubernetesEvent[]> {
  const list = (query: ListQuery<KubernetesEvent>) =>
    asked.cluster
      .list<KubernetesEvent>(eventKind, namespace, query)
      .catch((error) => explainAsKubectl(error, 'list events'));
  const [objects, others] = await Promise.all([cache, list({ fieldSelector: 'involvedObject.kind!=Pod' })]);
  const isOwn = isOwnEvent(owners, objects, others);
  const isMeant = (event: KubernetesEvent) => isOwn(event) && isRecent(event, asked);
  const ofPods = await list({ fieldSelector: 'involvedObject.kind=Pod', where: isMeant });
  return [...others.filter(isMeant), ...ofPods];
}

function isRecent(event: KubernetesEvent, { from }: EventSelection): boolean {
  return from === undefined || (reportedEvent(event).lastTime ?? 0) >= from;
}
