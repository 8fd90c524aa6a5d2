import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ApiFailure, Unreachable } from '../../src/cluster/api-failure.ts';
import { METADATA_ONLY } from '../../src/cluster/metadata-only.ts';
import { listAndWatch, type WatchTarget } from '../../src/cluster/reflector.ts';
import { resourceKinds } from '../../src/cluster/resource-kinds.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { StandInApiServer } from './stand-in-api-server.ts';
import type { StandInCollection } from './stand-in-collection.ts';
import { WatchRecord } from './watch-record.ts';

const PODS = '/api/v1/namespaces/default/pods';

describe('a watch', () => {
  let server: StandInApiServer;
  let pods: StandInCollection;
  let clock: FakeClock;
  let stop: AbortController;
  let record: WatchRecord;

  beforeEach(async () => {
    server = await StandInApiServer.start();
    pods = server.collection(PODS);
    clock = new FakeClock();
    stop = new AbortController();
    record = new WatchRecord();
  });
  afterEach(async () => {
    stop.abort();
    await server.close();
  });

  function watch(target: Partial<WatchTarget> = {}): Promise<string | undefined> {
    return listAndWatch(server.api(), { kind: resourceKinds.pod, namespace: 'default', ...target }, record, {
      clock,
      signal: stop.signal,
    });
  }

  function queries(): Record<string, string>[] {
    return server.received.map(({ query }) => query);
  }

  const streamingList = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
  };

  function watchFrom(resourceVersion: string): Record<string, string> {
    return { watch: 'true', allowWatchBookmarks: 'true', resourceVersion };
  }

  describe('that begins', () => {
    it('lists and watches with one request, and tells the list when it is whole', async () => {
      pods.put(pod('a'));
      pods.put(pod('b'));
      await watch();
      await until(() => record.lines.length === 1);
      pods.put(pod('c'));
      pods.remove('a');
      pods.put(pod('b'));
      await until(() => record.lines.length === 4);
      assert.deepEqual(record.lines, ['replaced: a b', 'ADDED c', 'DELETED a', 'MODIFIED b']);
      assert.deepEqual(queries(), [streamingList]);
    });

    it('tells of an empty list too', async () => {
      await watch();
      await until(() => record.lines.length === 1);
      assert.deepEqual(record.lines, ['replaced: ']);
    });

    for (const status of [400, 422] as const) {
      it(`lists first where the server answers a streaming list with ${status}, and remembers that`, async () => {
        pods.streamingLists = status;
        pods.put(pod('a'));
        await watch();
        pods.put(pod('b'));
        await until(() => record.lines.length === 2);
        assert.deepEqual(record.lines, ['replaced: a', 'ADDED b']);
        assert.deepEqual(queries(), [streamingList, { limit: '500' }, watchFrom('101')]);

        pods.compact();
        pods.endWatches();
        await until(() => queries().length === 6 && pods.openWatches === 1);
        assert.deepEqual(queries().slice(3), [watchFrom('102'), { limit: '500' }, watchFrom('103')]);
      });
    }

    it('takes null for an empty list, as Go may write it', async () => {
      pods.streamingLists = 400;
      pods.emptyItems = null;
      await watch();
      assert.deepEqual(record.lines, ['replaced: ']);
    });

    it('asks for metadata only where that is enough, in the list and in the watch', async () => {
      pods.streamingLists = 400;
      pods.put(pod('a', { spec: { containers: [] } }));
      await watch({ accept: METADATA_ONLY });
      pods.put(pod('b', { spec: { containers: [] } }));
      await until(() => record.objects.length === 2);
      assert.deepEqual(
        server.received.slice(1).map(({ headers }) => headers.accept),
        [
          'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
          'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
        ],
      );
      assert.ok(record.objects.every((object) => !('spec' in object)));
    });

    it('reads messages that come in pieces, letters cut apart among them', async () => {
      pods.inPieces = true;
      pods.put(pod('a', { metadata: { name: 'a', labels: { modèle: '模型' } } }));
      await watch();
      await until(() => record.lines.length === 1);
      assert.deepEqual(record.objects[0]?.metadata.labels, { modèle: '模型' });
    });

    it('says with which resourceVersion it begins, from now on, and leaves out what there is', async () => {
      pods.put(pod('a'));
      pods.put(pod('b'));
      assert.equal(await watch({ fromNowOn: true }), '102');
      pods.put(pod('c'));
      await until(() => record.lines.length > 0);
      assert.deepEqual(record.lines, ['ADDED c']);
      assert.deepEqual(queries(), [{ limit: '1' }, watchFrom('102')]);
    });
  });

  describe('that is refused at first', () => {
    for (const [status, message] of [
      [403, 'pods is forbidden'],
      [404, 'the server could not find the requested resource'],
      [401, 'Unauthorized'],
    ] as const) {
      it(`fails with the server's own words after ${status}`, async () => {
        server.refuseNext(PODS, status, message);
        await assert.rejects(watch(), { constructor: ApiFailure, status, message });
        assert.equal(server.received.length, 1);
      });
    }

    it('fails when the list after a refused streaming list is refused', async () => {
      server.refuseNext(PODS, 400, 'unknown parameter');
      server.refuseNext(PODS, 403, 'pods is forbidden');
      await assert.rejects(watch(), { constructor: ApiFailure, status: 403 });
    });

    it('fails when nobody listens there', async () => {
      const api = server.api();
      await server.close();
      const target = { kind: resourceKinds.pod, namespace: 'default' };
      await assert.rejects(listAndWatch(api, target, record, { clock, signal: stop.signal }), {
        constructor: Unreachable,
        server: api.server,
        message: /ECONNREFUSED/,
      });
    });
  });

  describe('that ends', () => {
    it('closes its connection when it is aborted, and asks no more', async () => {
      await watch();
      await until(() => pods.openWatches === 1);
      stop.abort();
      await until(() => pods.openWatches === 0);
      await clock.advance(60_000);
      assert.equal(server.received.length, 1);
      assert.deepEqual(record.troubles, []);
    });

    it('ends in the middle of a backoff when it is aborted', async () => {
      await watch();
      await until(() => record.lines.length === 1);
      server.refuseNext(PODS, 500, 'not now');
      pods.endWatches();
      await until(() => clock.pending === 1);
      stop.abort();
      assert.equal(clock.pending, 0);
      await clock.advance(60_000);
      assert.equal(server.received.length, 2);
    });
  });
});

function pod(name: string, more: object = {}) {
  return { metadata: { name }, ...more };
}
