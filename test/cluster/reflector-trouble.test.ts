import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { listAndWatch, WatchRenewal } from '../../src/cluster/reflector.ts';
import { resourceKinds } from '../../src/cluster/resource-kinds.ts';
import { exitCodes, Interrupted } from '../../src/failures.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { StandInApiServer } from './stand-in-api-server.ts';
import type { StandInCollection } from './stand-in-collection.ts';
import { WatchRecord } from './watch-record.ts';

const PODS = '/api/v1/namespaces/default/pods';
const SECOND = 1_000;

describe('a watch in trouble', () => {
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

  /** Watches pod a, and any other there is, until the server has told of what there is. */
  async function watchPods({ fromNowOn = false } = {}): Promise<void> {
    pods.put({ metadata: { name: 'a' } });
    const target = { kind: resourceKinds.pod, namespace: 'default', fromNowOn };
    await listAndWatch(server.api(), target, record, { clock, signal: stop.signal });
    await until(() => pods.openWatches === 1 && (fromNowOn || record.lines.length === 1));
  }

  function requests(): string[] {
    return server.received.map(({ query }) => {
      if (query.sendInitialEvents) return 'list and watch';
      return query.watch ? `watch from ${query.resourceVersion}` : 'list';
    });
  }

  async function reopened(): Promise<void> {
    await until(() => pods.openWatches === 1 && clock.pending === 0);
  }

  /** Until it waits to try again, and then until that time is over. */
  async function backsOff(milliseconds: number): Promise<void> {
    await until(() => clock.pending === 1);
    await clock.advance(milliseconds);
  }

  describe('is stale', () => {
    let told: string[];
    beforeEach(() => {
      told = [];
      record.stale = (stale) => void told.push(`${stale ? 'stale' : 'up to date'} after ${record.lines.length}`);
    });

    it('until it goes on and what happened in between has had its time to come', async () => {
      await watchPods();
      pods.endWatches();
      await until(() => pods.openWatches === 1 && server.received.length === 2 && clock.pending === 1);
      assert.deepEqual(told, ['stale after 1']);
      pods.put({ metadata: { name: 'b' } });
      await until(() => record.lines.length === 2);
      await clock.advance(100);
      assert.deepEqual(told, ['stale after 1', 'up to date after 2']);
    });

    it('until everything was listed again', async () => {
      await watchPods();
      pods.whenExpired = 'answer 410';
      pods.compact();
      pods.endWatches();
      await until(() => told.length === 2);
      assert.deepEqual(told, ['stale after 1', 'up to date after 2']);
    });

    it('until the server answers again', async () => {
      await watchPods();
      server.refuseNext(PODS, 503, 'starting');
      pods.endWatches();
      await backsOff(SECOND);
      await until(() => pods.openWatches === 1 && clock.pending === 1);
      assert.deepEqual(told, ['stale after 1']);
      await clock.advance(100);
      assert.deepEqual(told, ['stale after 1', 'up to date after 1']);
    });
  });

  describe('resumes where it was', () => {
    it('after the server has closed it', async () => {
      await watchPods();
      pods.put({ metadata: { name: 'b' } });
      await until(() => record.lines.length === 2);
      pods.endWatches();
      await until(() => server.received.length === 2);
      await reopened();
      pods.put({ metadata: { name: 'c' } });
      await until(() => record.lines.length === 3);
      assert.deepEqual(record.lines, ['replaced: a', 'ADDED b', 'ADDED c']);
      assert.deepEqual(requests(), ['list and watch', 'watch from 102']);
      assert.deepEqual(record.troubles, []);
    });

    it('after the connection broke off in the middle of a message', async () => {
      await watchPods();
      pods.put({ metadata: { name: 'b' } });
      await until(() => record.lines.length === 2);
      pods.breakWatches();
      await until(() => server.received.length === 2);
      pods.put({ metadata: { name: 'c' } });
      await until(() => record.lines.length === 3);
      assert.deepEqual(record.lines, ['replaced: a', 'ADDED b', 'ADDED c']);
      assert.deepEqual(requests(), ['list and watch', 'watch from 102']);
    });

    it('after a message that is none, whose connection it closes', async () => {
      await watchPods();
      pods.sendRubbish();
      await until(() => server.received.length === 2);
      await reopened();
      assert.deepEqual(requests(), ['list and watch', 'watch from 101']);
    });

    it('with what happened while it was away', async () => {
      await watchPods();
      server.refuseNext(PODS, 503, 'starting');
      pods.endWatches();
      await until(() => clock.pending === 1);
      pods.put({ metadata: { name: 'b' } });
      pods.remove('a');
      await clock.advance(500);
      await until(() => record.lines.length === 3);
      assert.deepEqual(record.lines, ['replaced: a', 'ADDED b', 'DELETED a']);
    });

    it('from a bookmark, which is newer than the last change', async () => {
      await watchPods();
      server.collection('/elsewhere').put({ metadata: { name: 'other' } });
      pods.compact();
      pods.bookmark();
      await clock.advance(0);
      pods.put({ metadata: { name: 'b' } });
      await until(() => record.lines.length === 2);
      pods.remove('b');
      await until(() => record.lines.length === 3);
      pods.bookmark();
      pods.endWatches();
      await until(() => server.received.length === 2);
      assert.deepEqual(requests(), ['list and watch', 'watch from 105']);
    });

    it('at once when the server closes it in its time, even if nothing was heard', async () => {
      await watchPods();
      pods.endWatches();
      await until(() => server.received.length === 2);
      await reopened();
      await clock.advance(300 * SECOND);
      pods.endWatches();
      await until(() => server.received.length === 3);
      assert.deepEqual(requests(), ['list and watch', 'watch from 101', 'watch from 101']);
    });
  });

  describe('resumes at once', () => {
    it('from where it was the first time that the server closes it without a word', async () => {
      await watchPods();
      pods.endWatches();
      await until(() => server.received.length === 2);
      await reopened();
      pods.endWatches();
      await until(() => server.received.length === 3);
      assert.deepEqual(requests(), ['list and watch', 'watch from 101', 'watch from 101']);
    });
  });

  describe('lists everything again', () => {
    for (const whenExpired of ['send an error', 'answer 410', 'close without a word'] as const) {
      it(`when its resourceVersion has expired and the server’s way to say so is to ${whenExpired}`, async () => {
        await watchPods();
        pods.whenExpired = whenExpired;
        pods.compact();
        pods.endWatches();
        pods.remove('a');
        pods.put({ metadata: { name: 'b' } });
        pods.compact();
        await until(() => record.lines.at(-1) === 'replaced: b');
        await reopened();
        assert.deepEqual(requests().slice(-1), ['list and watch']);
        assert.deepEqual(record.troubles, []);
      });
    }

    it('when the list itself broke off, and tells nothing of the half of it', async () => {
      server.answer(PODS, (response) => {
        response.write('{"type":"ADDED","object":{"metadata":{"name":"half","resourceVersion":"100"}}}\n', () =>
          response.destroy(),
        );
      });
      await listAndWatch(server.api(), { kind: resourceKinds.pod, namespace: 'default' }, record, {
        clock,
        signal: stop.signal,
      });
      await until(() => server.received.length === 2);
      assert.deepEqual(requests(), ['list and watch', 'list and watch']);
      assert.deepEqual(record.lines, []);
    });
  });

  describe('backs off', () => {
    it('longer and longer from a server that closes every watch without a word', async () => {
      pods.streamingLists = 400;
      pods.whenExpired = 'close without a word';
      await watchPods();
      // The first two times it comes back at once, with what it knew and with a list.
      for (const requests of [4, 6]) {
        pods.endWatches();
        await until(() => server.received.length === requests);
        await until(() => pods.openWatches === 1);
      }
      const waits: number[] = [];
      for (let round = 0; round < 6; round += 1) {
        pods.endWatches();
        await until(() => clock.pending === 1);
        const before = clock.now();
        while (clock.pending === 1) await clock.advance(100);
        waits.push(clock.now() - before);
        await until(() => pods.openWatches === 1);
      }
      const longest = [500, 1_000, 2_000, 4_000, 8_000, 16_000];
      for (const [round, wait] of waits.entries()) {
        assert.ok(wait >= (longest[round] ?? 0) / 2 && wait <= (longest[round] ?? 0) + 100, `round ${round}: ${wait}`);
      }
    });

    it('from a server that answers every watch with an error', async () => {
      await watchPods();
      server.answer(PODS, (response) => {
        response.end('{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd is away"}}\n');
      });
      pods.endWatches();
      await until(() => record.troubles.includes('etcd is away'));
      await until(() => clock.pending === 1);
      assert.equal(server.received.length, 2);
      await clock.advance(500);
      await until(() => server.received.length === 3);
    });

    it('as long as the server asks it to, with 429', async () => {
      await watchPods();
      server.refuseNext(PODS, 429, 'too many requests', { 'Retry-After': '20' });
      pods.endWatches();
      await backsOff(19 * SECOND);
      assert.equal(server.received.length, 2);
      await clock.advance(1 * SECOND);
      await until(() => record.troubles.length === 2);
      assert.deepEqual(record.troubles, ['too many requests', 'well again']);
    });
  });

  describe('is opened again from where it was', () => {
    it('when nothing was heard for as long as it bears, not even a bookmark', async () => {
      pods.put({ metadata: { name: 'a' } });
      const options = { clock, signal: stop.signal, silenceMs: 90 * SECOND };
      await listAndWatch(server.api(), { kind: resourceKinds.pod, namespace: 'default' }, record, options);
      await until(() => record.lines.length === 1);
      await clock.advance(60 * SECOND);
      pods.bookmark();
      await until(() => clock.next === 90 * SECOND);
      pods.hold();
      pods.put({ metadata: { name: 'b' } });
      await clock.advance(90 * SECOND);
      await until(() => record.lines.length === 2);
      assert.deepEqual(requests(), ['list and watch', 'watch from 101']);
    });

    it('begins although somebody asks for another one while the first is being opened', async () => {
      const renewal = new WatchRenewal();
      let asked = 0;
      server.answer(PODS, (response) => {
        asked += 1;
        if (asked > 1) response.writeHead(200).flushHeaders();
      });
      const begun = listAndWatch(server.api(), { kind: resourceKinds.pod, namespace: 'default' }, record, {
        clock,
        signal: stop.signal,
        renewal,
      });
      await until(() => asked === 1);
      renewal.renew(true);
      await begun;
      assert.equal(asked, 2);
    });

    it('when somebody knows better', async () => {
      pods.put({ metadata: { name: 'a' } });
      const renewal = new WatchRenewal();
      await listAndWatch(server.api(), { kind: resourceKinds.pod, namespace: 'default' }, record, {
        clock,
        signal: stop.signal,
        renewal,
      });
      await until(() => record.lines.length === 1);
      renewal.renew();
      await until(() => server.received.length === 2);
      renewal.renew(true);
      await until(() => record.lines.length === 2);
      assert.deepEqual(requests(), ['list and watch', 'watch from 101', 'list and watch']);
    });
  });

  it('lists everything again from a server whose database was restored, and tells of it', async () => {
    let jumps = 0;
    const reader = Object.assign(record, { jumpedBack: () => (jumps += 1) });
    pods.put({ metadata: { name: 'a' } });
    await listAndWatch(server.api(), { kind: resourceKinds.pod, namespace: 'default' }, reader, {
      clock,
      signal: stop.signal,
    });
    await until(() => record.lines.length === 1);
    server.refuseNext(PODS, 504, 'Too large resource version: 101, current: 7');
    server.forgetTo(6);
    pods.endWatches();
    pods.restore({ metadata: { name: 'a' } });
    await until(() => jumps === 1 && record.lines.length === 2);
    assert.deepEqual(requests(), ['list and watch', 'watch from 101', 'list and watch']);
  });

  describe('tells of it', () => {
    it('in the words of the server, each time, and when it is well again', async () => {
      await watchPods();
      server.refuseNext(PODS, 503, 'starting');
      server.refuseNext(PODS, 403, 'pods is forbidden');
      pods.endWatches();
      await backsOff(500);
      await backsOff(1_000);
      await until(() => record.troubles.length === 3);
      assert.deepEqual(record.troubles, ['starting', 'pods is forbidden', 'well again']);
    });

    it('when nobody listens any more', async () => {
      await watchPods();
      await server.close();
      await until(() => record.troubles.length === 1);
      assert.match(record.troubles[0] ?? '', /ECONNREFUSED|closed|terminated/);
    });

    it('when the server sends an error that is no expiry, and closes that connection', async () => {
      await watchPods();
      pods.sendError(500, 'etcd is away');
      await until(() => record.troubles.length === 2);
      await reopened();
      assert.deepEqual(record.troubles, ['etcd is away', 'well again']);
    });
  });

  describe('of a program that is told to stop', () => {
    it('is opened again all the same, because what is cleaned up is seen through it', async () => {
      const end = new AbortController();
      pods.put({ metadata: { name: 'a' } });
      const api = server.api({}, {}, end.signal);
      await listAndWatch(api, { kind: resourceKinds.pod, namespace: 'default' }, record, {
        clock,
        signal: stop.signal,
      });
      await until(() => record.lines.length === 1);
      end.abort(new Interrupted(exitCodes.interrupted));
      pods.endWatches();
      await reopened();
      pods.put({ metadata: { name: 'b' } });
      await until(() => record.lines.length === 2);
      assert.deepEqual(record.lines, ['replaced: a', 'ADDED b']);
    });
  });

  describe('that watches from now on', () => {
    it('lists everything after an expiry, and hands on only what is newer than its beginning', async () => {
      pods.put({ metadata: { name: 'old' } });
      await watchPods({ fromNowOn: true });
      pods.put({ metadata: { name: 'new' } });
      await until(() => record.lines.length === 1);
      pods.compact();
      pods.sendError(410, 'too old resource version');
      pods.put({ metadata: { name: 'newer' } });
      await until(() => record.lines.at(-1) === 'replaced: new newer');
      assert.ok(!record.lines.includes('ADDED old'));
    });

    it('does so too where the server knows no streaming lists', async () => {
      pods.streamingLists = 400;
      await watchPods({ fromNowOn: true });
      pods.whenExpired = 'answer 410';
      pods.put({ metadata: { name: 'new' } });
      await until(() => record.lines.length === 1);
      pods.compact();
      pods.endWatches();
      await until(() => record.lines.at(-1) === 'replaced: new');
    });
  });
});
