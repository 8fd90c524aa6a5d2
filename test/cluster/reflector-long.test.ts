import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { listAndWatch } from '../../src/cluster/reflector.ts';
import { resourceKinds } from '../../src/cluster/resource-kinds.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { StandInApiServer } from './stand-in-api-server.ts';
import { WatchRecord } from './watch-record.ts';

const PODS = '/api/v1/namespaces/team/pods';
const CLOSED = 300;

describe('a watch that is closed hundreds of times', () => {
  it('brings each change once and in order, and leaves no listener, timer or connection behind', async () => {
    const server = await StandInApiServer.start();
    const pods = server.collection(PODS);
    const clock = new FakeClock();
    const stop = new AbortController();
    const record = new WatchRecord();
    const options = { clock, signal: stop.signal, silenceMs: 60_000 };
    try {
      await listAndWatch(server.api(), { kind: resourceKinds.pod, namespace: 'team' }, record, options);
      await until(() => record.lines.length === 1);
      const close = async (index: number) => {
        pods.put({ metadata: { name: `pod-${index}` } });
        await until(() => record.lines.length === index + 2);
        // What happens while no watch is open is brought by the next one.
        if (index % 2) pods.endWatches();
        else pods.breakWatches();
        await until(() => pods.openWatches === 1);
      };
      const counts = () => ({
        listeners: getEventListeners(stop.signal, 'abort').length,
        timers: clock.pending,
        sockets: process.getActiveResourcesInfo().filter((name) => name.startsWith('TCPSocket')).length,
      });
      for (let index = 0; index < 20; index += 1) await close(index);
      const before = counts();
      for (let index = 20; index < CLOSED; index += 1) await close(index);
      const after = counts();
      assert.deepEqual({ ...after, sockets: 0 }, { ...before, sockets: 0 });
      assert.ok(after.sockets <= before.sockets + 4, `${before.sockets} sockets, then ${after.sockets}`);
      const added = Array.from({ length: CLOSED }, (_, index) => `ADDED pod-${index}`);
      assert.deepEqual(record.lines, ['replaced: ', ...added]);
    } finally {
      stop.abort();
      await server.close();
    }
  });
});
