import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { linkedSignal } from '../src/linked-signal.ts';
import type { PhaseReport } from '../src/sync/report/phase.ts';
import { StatusReporter } from '../src/sync/report/status-reporter.ts';
import { readFileSource } from '../src/sync/source/file-source.ts';
import { readHttpSource } from '../src/sync/source/http-source.ts';
import type { SourceAnswer } from '../src/sync/source/source-connection.ts';
import { StandInApiServer } from './cluster/stand-in-api-server.ts';
import { FakeClock } from './fake-clock.ts';
import { until } from './until.ts';

const listeners = (...signals: AbortSignal[]) => signals.map((signal) => getEventListeners(signal, 'abort').length);

describe('A linked signal', () => {
  it('aborts with the first of the others, for its reason, and is done with all of them then', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const { signal } = linkedSignal(one.signal, undefined, other.signal);
    assert.equal(signal.aborted, false);
    other.abort('why');
    assert.equal(signal.reason, 'why');
    assert.deepEqual(listeners(one.signal, other.signal), [0, 0]);
  });

  it('is aborted from the beginning where one of the others is', () => {
    const { signal } = linkedSignal(new AbortController().signal, AbortSignal.abort('before'));
    assert.equal(signal.reason, 'before');
  });

  it('does not abort any more once it is released, and leaves nothing behind', () => {
    const one = new AbortController();
    const links = Array.from({ length: 1_000 }, () => linkedSignal(one.signal));
    assert.deepEqual(listeners(one.signal), [1_000]);
    for (const { release } of links) release();
    assert.deepEqual(listeners(one.signal), [0]);
    one.abort();
    assert.equal(links.filter(({ signal }) => signal.aborted).length, 0);
  });
});

describe('A signal that lives as long as the program', () => {
  const TIMES = 100;

  /** How many listeners are left at it by the end, and whether AbortSignal.any was ever given it. */
  async function traces(context: TestContext, use: (signal: AbortSignal) => Promise<void>) {
    const stop = new AbortController();
    let joined = 0;
    const { any } = AbortSignal;
    context.mock.method(AbortSignal, 'any', (signals: AbortSignal[]) => {
      if (signals.includes(stop.signal)) joined += 1;
      return any.call(AbortSignal, signals);
    });
    await use(stop.signal);
    const left = listeners(stop.signal)[0];
    stop.abort();
    return { left, joined };
  }

  it('keeps no trace of requests', async (context) => {
    const server = await StandInApiServer.start();
    server.answer('/one', (response) => void response.end('{}'));
    try {
      const found = await traces(context, async (signal) => {
        const api = server.api({}, {}, signal);
        for (let times = 0; times < TIMES; times += 1) await api.call({ method: 'GET', path: '/one', signal });
      });
      assert.deepEqual(found, { left: 0, joined: 0 });
    } finally {
      await server.close();
    }
  });

  it('keeps no trace of a source that was asked again and again', async (context) => {
    const clock = new FakeClock();
    let asked = 0;
    const request = async (): Promise<SourceAnswer> => {
      asked += 1;
      const header = (name: string) => (name === 'content-type' ? 'application/x-ndjson' : undefined);
      return { status: 200, header, body: new Response('{"type":"heartbeat"}\n').body as never, text: async () => '' };
    };
    const found = await traces(context, async (signal) => {
      const url = new URL('https://source.example/desired');
      const options = { url, connection: { request } as never, intervalMs: 1_000, once: false, clock, signal };
      void readHttpSource(
        { ...options, random: () => 0 },
        { message: () => {}, connected: () => {}, trouble: () => {} },
      );
      while (asked < TIMES) {
        await until(() => clock.pending === 1);
        await clock.advance(60_000);
      }
      await until(() => clock.pending === 1);
    });
    // That of the wait between two tries.
    assert.deepEqual(found, { left: 1, joined: 0 });
  });

  it('keeps no trace of files that were looked at again and again', async (context) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'files-'));
    const clock = new FakeClock();
    let looks = 0;
    const looked = () => {
      looks += 1;
    };
    try {
      const found = await traces(context, async (signal) => {
        const options = { names: [folder], recursive: false, intervalMs: 1_000, once: false, clock, signal };
        void readFileSource(options, { message: () => {}, connected: looked, trouble: () => {} });
        for (let times = 1; times <= TIMES; times += 1) {
          await until(() => looks === times && clock.pending === 1);
          clock.turn(1_000);
        }
        await until(() => clock.pending === 1);
      });
      // Of the wait for a change.
      assert.deepEqual(found, { left: 1, joined: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps no trace of reports', async (context) => {
    const report: PhaseReport = {
      id: 'a',
      namespace: 'models',
      name: 'a',
      phase: 'Ready',
      availableReplicas: 1,
      desiredReplicas: 1,
      message: '',
      url: '',
    };
    const found = await traces(context, async (signal) => {
      const reporter = new StatusReporter({
        url: new URL('https://source.example/status'),
        connection: { request: async () => ({ status: 200 }) as SourceAnswer },
        owner: 'one',
        clock: new FakeClock(),
        signal,
        random: () => 0,
        revision: () => undefined,
        trouble: () => {},
        refused: () => {},
      });
      for (let times = 0; times < TIMES; times += 1) {
        reporter.update(report);
        await reporter.flush();
      }
    });
    assert.deepEqual(found, { left: 0, joined: 0 });
  });
});
