import type { Advice } from '../advice/advice.ts';
import type { Clock } from '../clock.ts';
import type { Cache } from '../cluster/cache.ts';
import { events as eventKind, type WatchedKind } from '../cluster/kinds.ts';
import type { ListQuery } from '../cluster/list-objects.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { EventStream } from '../events/event-stream.ts';
import { inOrder, isOwnEvent } from '../events/own-events.ts';
import { reportedEvent } from '../events/reported-event.ts';
import type { KubernetesEvent, KubernetesObject } from '../kubernetes/objects.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { explainAsKubectl } from './errors/kubectl-words.ts';
import { snapshot, whenListed } from './snapshot.ts';

export interface AskedEvents {
  cluster: SeldonCluster;
  /** Whose Events. */
  found: readonly SeldonDeployment[];
  /** Whether that is all of them, those too that are made later. */
  all: boolean;
  namespaces: readonly (string | undefined)[];
  /** Leaves out what happened before, in milliseconds since 1970. */
  from: number | undefined;
  isAsked(event: KubernetesEvent): boolean;
  tell(warning: Advice): void;
}

/** The Events, of deployments and of all that they own, that the server holds, in the order in which they last happened. */
export async function readEvents(asked: AskedEvents): Promise<KubernetesEvent[]> {
  const { cluster, namespaces, tell } = asked;
  if (asked.found.length === 0) return [];
  const kinds = kindsOwned(asked);
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
  asked: AskedEvents & { clock: Clock; signal: AbortSignal },
  writer: { more(events: readonly KubernetesEvent[]): void },
): Promise<void> {
  const written = new Map<string, number>();
  const write = (events: readonly KubernetesEvent[]) => {
    const fresh = events.filter((event) => {
      const { uid, count } = reportedEvent(event);
      const isNew = written.get(uid) !== count;
      written.set(uid, count);
      return isNew && asked.isAsked(event);
    });
    if (fresh.length > 0) writer.more(fresh);
  };
  const expired = (uid: string) => written.delete(uid);
  const opened = await Promise.all(
    asked.namespaces.map((namespace) => openWatch(asked, namespace, { write, expired })),
  );
  write(inOrder(opened.flatMap(({ events }) => events)));
  for (const { follow } of opened) follow();
}

async function openWatch(
  asked: AskedEvents & { clock: Clock; signal: AbortSignal },
  namespace: string | undefined,
  { write, expired }: { write(events: readonly KubernetesEvent[]): void; expired(uid: string): void },
): Promise<{ events: KubernetesEvent[]; follow(): void }> {
  const { cluster, clock, signal } = asked;
  const uids = uidsOf(asked.found);
  const isMeant = ({ kind, metadata: { uid = '' } }: KubernetesObject) =>
    kind === 'SeldonDeployment' && (asked.all || uids.has(uid));
  const followed = new Set<string>();
  let following = false;
  const follow = (uid: string) => {
    if (followed.has(uid)) return;
    followed.add(uid);
    stream.follow(uid, (_, event) => write([event]));
  };
  const watch = cluster.informerFor(
    namespace,
    {
      event: (event) => stream.see(event),
      expired: (uid) => {
        stream.expired(uid);
        expired(uid);
      },
      known: (uid) => {
        const object = watch.cache.get(uid);
        if (following && object && isMeant(object)) follow(uid);
        stream.known(uid);
      },
      notice: (_, message) => asked.tell(message),
    },
    { clock, signal },
  );
  const stream = new EventStream(watch.cache, isMeant);
  await watch.open(kindsOwned(asked)).catch((error) => explainAsKubectl(error, 'watch events'));
  const cache = whenListed(watch.cache, signal).then(() => watch.cache);
  return {
    events: await listOwnEvents(asked, namespace, uids, cache),
    follow: () => {
      following = true;
      for (const uid of uids) follow(uid);
      if (asked.all) for (const object of watch.cache.ofKind('SeldonDeployment')) follow(object.metadata.uid ?? '');
    },
  };
}

/**
 * Those of pods are most of a namespace's, and are asked for last: by then it is known which are ours, and no others are
 * kept.
 */
async function listOwnEvents(
  asked: AskedEvents,
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

function kindsOwned({ cluster, found }: AskedEvents): WatchedKind[] {
  const components = found
    .flatMap(({ spec }) => spec?.predictors ?? [])
    .flatMap(({ componentSpecs }) => componentSpecs ?? []);
  return cluster.kindsOwned(components);
}

function uidsOf(found: readonly SeldonDeployment[]): Set<string> {
  return new Set(found.map(({ metadata }) => metadata.uid ?? ''));
}

function isRecent(event: KubernetesEvent, { from }: AskedEvents): boolean {
  return from === undefined || (reportedEvent(event).lastTime ?? 0) >= from;
}
