import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Advice } from '../../src/advice/advice.ts';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import { Informer } from '../../src/cluster/informer.ts';
import { deployments, pods, replicaSets, services, type WatchedKind } from '../../src/cluster/kinds.ts';
import { resourcePath } from '../../src/cluster/resource-kinds.ts';
import type { KubernetesEvent, KubernetesObject } from '../../src/kubernetes/objects.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { written } from '../written.ts';
import { StandInApiServer } from './stand-in-api-server.ts';
import type { StandInCollection } from './stand-in-collection.ts';

const EVENTS = '/api/v1/namespaces/team/events';
const kinds = [deployments, replicaSets, pods, services];

describe('the watches of a namespace', () => {
  let server: StandInApiServer;
  let events: StandInCollection;
  let clock: FakeClock;
  let stop: AbortController;
  let watch: Informer;
  let seen: string[];
  let notices: string[];

  beforeEach(async () => {
    server = await StandInApiServer.start();
    events = server.collection(EVENTS);
    for (const kind of kinds) collectionOf(kind);
    clock = new FakeClock();
    stop = new AbortController();
    seen = [];
    notices = [];
    const reader = {
      event: (event: KubernetesEvent) => void seen.push(event.metadata.name),
      known: () => {},
      notice: (level: string, message: Advice) => void notices.push(`${level}: ${written(message)}`),
    };
    watch = new Informer(server.api(), 'team', reader, { clock, signal: stop.signal });
  });
  afterEach(async () => {
    stop.abort();
    await server.close();
  });

  function collectionOf(kind: WatchedKind): StandInCollection {
    return server.collection(resourcePath(kind, 'team'));
  }

  const onlySeldons = { pods: ['seldon-deployment-id'], replicasets: ['seldon-deployment-id'] };

  /** Of each kind's watch, and of each time that it was opened. */
  function selectors(): Record<string, (string | undefined)[]> {
    const ofKinds = server.received.filter(({ path }) => path !== EVENTS);
    const byKind = Object.groupBy(ofKinds, ({ path }) => path.split('/').at(-1) ?? '');
    return Object.fromEntries(
      Object.entries(byKind).map(([kind, asked = []]) => [kind, asked.map(({ query }) => query.labelSelector)]),
    );
  }

  describe('fill the cache', () => {
    it('of all kinds, with what is read of each object and no more', async () => {
      const managedFields = [{ manager: 'kubectl' }];
      collectionOf(deployments).put({
        metadata: { name: 'd', uid: 'd', ownerReferences: ownedBy('iris'), managedFields },
        ...{ spec: { replicas: 2 } },
      });
      collectionOf(pods).put(podWithMuchInIt());
      await watch.open(kinds);
      await until(() => watch.cache.unsyncedKinds.length === 0);
      assert.deepEqual(watch.cache.get('d'), {
        kind: 'Deployment',
        metadata: { name: 'd', uid: 'd', ownerReferences: ownedBy('iris'), resourceVersion: '101' },
        spec: { replicas: 2 },
      });
      assert.deepEqual(watch.cache.get('p'), {
        kind: 'Pod',
        metadata: { name: 'p', uid: 'p', ownerReferences: ownedBy('set'), resourceVersion: '102' },
        spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'model:1', resources: {} }] },
        status: { phase: 'Running' },
      });
      assert.deepEqual(notices, []);
    });

    it('of pods that no ReplicaSet has, which cannot be those of a SeldonDeployment, only whose they are', async () => {
      const job = [{ ...ownedBy('job')[0], kind: 'Job' }] as KubernetesObject['metadata']['ownerReferences'];
      const { metadata, ...rest } = podWithMuchInIt();
      collectionOf(pods).put({ ...rest, metadata: { ...metadata, ...(job && { ownerReferences: job }) } });
      await watch.open(kinds);
      await until(() => watch.cache.unsyncedKinds.length === 0);
      assert.deepEqual(watch.cache.get('p'), {
        kind: 'Pod',
        metadata: { name: 'p', uid: 'p', ownerReferences: job, resourceVersion: '101' },
      });
    });

    it('of those pods and ReplicaSets alone that have the label of SeldonDeployments', async () => {
      await watch.open(kinds);
      assert.deepEqual(selectors(), { deployments: [undefined], services: [undefined], ...onlySeldons });
    });

    it('of all pods and ReplicaSets, once a Deployment of a SeldonDeployment does without that label', async () => {
      await watch.open(kinds);
      const selector = { matchLabels: { app: 'iris' } };
      const ownerReferences = [{ apiVersion: 'v1', kind: 'SeldonDeployment', name: 'iris', uid: 'iris' }];
      const others = [{ apiVersion: 'v1', kind: 'Other', name: 'other', uid: 'other' }];
      const deployment = (name: string, owners: typeof others) => {
        collectionOf(deployments).put({
          metadata: { name, uid: name, ownerReferences: owners },
          ...{ spec: { selector } },
        });
      };
      deployment('others', others);
      await until(() => watch.cache.get('others') !== undefined);
      assert.deepEqual(selectors(), { deployments: [undefined], services: [undefined], ...onlySeldons });
      deployment('first', ownerReferences);
      deployment('second', ownerReferences);
      const everything = {
        pods: ['seldon-deployment-id', undefined],
        replicasets: ['seldon-deployment-id', undefined],
      };
      await until(() => watch.cache.get('second') !== undefined && server.received.length === 8);
      assert.deepEqual(selectors(), { deployments: [undefined], services: [undefined], ...everything });
      collectionOf(pods).put({ metadata: { name: 'p', uid: 'p', ownerReferences: ownedBy('set') } });
      await until(() => watch.cache.get('p') !== undefined);
    });

    it('and keep it up to date', async () => {
      collectionOf(services).put({ metadata: { name: 'first', uid: 'first' } });
      await watch.open(kinds);
      await until(() => watch.cache.get('first') !== undefined);
      collectionOf(services).put({ metadata: { name: 'second', uid: 'second' } });
      collectionOf(services).remove('first');
      await until(() => watch.cache.get('second') !== undefined && watch.cache.get('first') === undefined);
    });

    it('with the finalizers and the deletion of objects of which only metadata is asked', async () => {
      const ownerReferences = ownedBy('deployment');
      const metadata = {
        name: 's',
        uid: 's',
        ownerReferences,
        finalizers: ['f'],
        deletionTimestamp: '2026-01-01T00:00:00Z',
      };
      collectionOf(replicaSets).put({ metadata: { ...metadata, labels: { not: 'read' } } });
      await watch.open(kinds);
      await until(() => watch.cache.get('s') !== undefined);
      assert.deepEqual(watch.cache.get('s'), {
        kind: 'ReplicaSet',
        metadata: { ...metadata, resourceVersion: '101' },
      });
    });

    it('over one watch for each kind and one for the events', async () => {
      await watch.open(kinds);
      const watches = server.received.filter(({ query }) => query.watch).map(({ path }) => path);
      assert.deepEqual(watches.sort(), [EVENTS, ...kinds.map((kind) => resourcePath(kind, 'team'))].sort());
    });
  });

  describe('do without a kind that may not be watched', () => {
    const forbidden = (resource: string, verb = 'watch') =>
      `${resource} is forbidden: User "u" cannot ${verb} resource "${resource}" in API group "" in the namespace "team"`;

    it('when it is not needed, and say so once, with the verb and what is lost', async () => {
      server.refuseNext(resourcePath(services, 'team'), 403, forbidden('services'));
      await watch.open(kinds);
      await until(() => watch.cache.unsyncedKinds.length === 0);
      assert.deepEqual(notices, [
        'warning: continuing without the right to watch services in namespace "team": events of Services are not shown; for the required rights: kubectl seldon-lifecycle doctor --print-role -n team',
      ]);
    });

    it('all of them in one notice', async () => {
      server.refuseNext(resourcePath(pods, 'team'), 403, forbidden('pods'));
      server.refuseNext(resourcePath(replicaSets, 'team'), 403, forbidden('replicasets'));
      server.refuseNext(EVENTS, 403, forbidden('events', 'list'));
      await watch.open(kinds);
      await until(() => watch.cache.unsyncedKinds.length === 0);
      assert.equal(notices.length, 1);
      const [rights, losses] = (notices[0] ?? '').split(': pods are not watched: ');
      for (const right of ['watch pods', 'watch replicasets.apps', 'list events']) {
        assert.ok(rights?.includes(right), `${right} in ${rights}`);
      }
      assert.match(losses ?? '', /and the end of their deletion are not reported; no events are shown; /);
      assert.deepEqual(watch.cache.unseenKinds.sort(), ['Event', 'Pod', 'ReplicaSet']);
    });

    it('and when the server does not have it', async () => {
      server.refuseNext(resourcePath(services, 'team'), 404, 'the server could not find the requested resource');
      await watch.open(kinds);
      assert.deepEqual(notices, [
        'warning: continuing without services (the server could not find the requested resource): events of Services are not shown',
      ]);
    });

    it('and wait for no last Event where none may be read', async () => {
      server.refuseNext(EVENTS, 403, forbidden('events', 'list'));
      await watch.open(kinds);
      server.refuseNext(EVENTS, 403, forbidden('events'));
      assert.equal(await watch.allEventsSeen(1_000), true);
    });

    it('and fail when it is needed', async () => {
      server.refuseNext(resourcePath(deployments, 'team'), 403, forbidden('deployments'));
      await assert.rejects(watch.open(kinds), {
        constructor: ApiFailure,
        status: 403,
        message: forbidden('deployments'),
      });
    });

    it('and fail when it is refused for another reason', async () => {
      server.refuseNext(resourcePath(pods, 'team'), 401, 'Unauthorized');
      await assert.rejects(watch.open(kinds), { constructor: ApiFailure, status: 401 });
    });
  });

  describe('hand on the events', () => {
    it('from now on, new and repeated, but not their expiry', async () => {
      events.put(event('before'));
      await watch.open(kinds);
      events.put(event('one'));
      events.put(event('two'));
      events.put(event('one'));
      events.remove('two');
      events.put(event('three'));
      await until(() => seen.length === 4);
      assert.deepEqual(seen, ['one', 'two', 'one', 'three']);
    });

    it('and say which watch was lost, in words that name the namespace', async () => {
      await watch.open(kinds);
      await until(() => events.openWatches === 1);
      server.refuseNext(EVENTS, 503, 'starting');
      await clock.advance(2_000);
      events.endWatches();
      await until(() => notices.length === 1);
      assert.deepEqual(notices, ['warning: lost the watch of Events in namespace team, trying again: starting']);
    });
  });

  describe('know that all events are seen', () => {
    it('at once when there are none', async () => {
      await watch.open(kinds);
      assert.equal(await watch.allEventsSeen(5_000), true);
    });

    it('at once when there are only those from before', async () => {
      events.put(event('before'));
      await watch.open(kinds);
      assert.equal(await watch.allEventsSeen(5_000), true);
    });

    it('when the watch has brought the newest that the server holds', async () => {
      await watch.open(kinds);
      await until(() => events.openWatches === 1);
      events.hold();
      events.put(event('last'));
      let all: boolean | undefined;
      const asked = watch.allEventsSeen(5_000).then((answer) => {
        all = answer;
      });
      await until(() => clock.pending === 1);
      assert.deepEqual([all, seen], [undefined, []]);
      events.release();
      await asked;
      assert.deepEqual([all, seen], [true, ['last']]);
    });

    it('for each of two who ask at the same time', async () => {
      await watch.open(kinds);
      await until(() => events.openWatches === 1);
      events.hold();
      events.put(event('last'));
      const asked = Promise.all([watch.allEventsSeen(5_000), watch.allEventsSeen(5_000)]);
      await until(() => clock.pending === 2);
      events.release();
      assert.deepEqual(await asked, [true, true]);
      assert.equal(clock.pending, 0);
    });

    it('not when the newest does not come in time', async () => {
      await watch.open(kinds);
      await until(() => events.openWatches === 1);
      events.hold();
      events.put(event('last'));
      const asked = watch.allEventsSeen(5_000);
      await until(() => clock.pending === 2);
      await clock.advance(5_000);
      assert.equal(await asked, false);
    });

    it('not when it is aborted before', async () => {
      await watch.open(kinds);
      await until(() => events.openWatches === 1);
      events.hold();
      events.put(event('last'));
      const asked = watch.allEventsSeen(5_000);
      await until(() => clock.pending === 2);
      stop.abort();
      assert.equal(await asked, false);
    });

    it('after the watch was opened again, whose connection is dead', async () => {
      await watch.open(kinds);
      await until(() => events.openWatches === 1);
      events.hold();
      events.put(event('last'));
      const asked = watch.allEventsSeen(5_000);
      await until(() => clock.pending === 2);
      await clock.advance(1_000);
      assert.equal(await asked, true);
      assert.deepEqual(seen, ['last']);
    });

    it('with the metadata of the events alone, over a watch that is closed again', async () => {
      await watch.open(kinds);
      await watch.allEventsSeen(5_000);
      assert.match(server.received.at(-1)?.headers.accept ?? '', /as=PartialObjectMetadata;/);
      await until(() => events.openWatches === 1);
    });

    it('on a server without streaming lists too', async () => {
      events.streamingLists = 400;
      await watch.open(kinds);
      events.put(event('one'));
      assert.equal(await watch.allEventsSeen(5_000), true);
      assert.deepEqual(seen, ['one']);
    });

    it('fails in the words of the server when it may not look', async () => {
      await watch.open(kinds);
      server.refuseNext(EVENTS, 403, 'events is forbidden');
      await assert.rejects(watch.allEventsSeen(5_000), { message: 'events is forbidden' });
    });
  });
});

function event(name: string): KubernetesObject {
  return { metadata: { name, uid: name }, ...{ involvedObject: { kind: 'Pod', name: 'p', uid: 'p' } } };
}

function ownedBy(uid: string) {
  return [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: uid, uid }];
}

function podWithMuchInIt(): KubernetesObject {
  const container = { name: 'c', image: 'model:1', env: [{ name: 'A', value: 'b' }], resources: {} };
  return {
    metadata: { name: 'p', uid: 'p', ownerReferences: ownedBy('set'), labels: { a: 'b' }, annotations: { c: 'd' } },
    ...{ spec: { nodeName: 'node-1', containers: [container], volumes: [] }, status: { phase: 'Running' } },
  };
}
