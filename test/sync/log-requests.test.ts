import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LogQuery } from '../../src/cluster/log-lines.ts';
import type { SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import type { Pod } from '../../src/kubernetes/objects.ts';
import { logLimits } from '../../src/sync/report/answer-logs.ts';
import { LogRequests } from '../../src/sync/report/log-requests.ts';
import type { SourceConnection, SourceRequest } from '../../src/sync/source/source-connection.ts';
import { until } from '../until.ts';

const asked = (tx: number | string, more: object = {}) => ({
  id: 'iris',
  tx: String(tx),
  container: undefined,
  sinceSeconds: undefined,
  tailLines: undefined,
  ...more,
});
const pods = ['a', 'b'].map((name) => ({ metadata: { name }, spec: { containers: [{ name: 'm' }] } })) as Pod[];

/** A desk; what the cluster was asked for, and what was sent to the source. */
function desk(
  logLines: (query: LogQuery, signal: AbortSignal) => AsyncGenerator<string>,
  taken: () => Promise<void> = async () => {},
  timeMs = 60_000,
) {
  const queries: LogQuery[] = [];
  const bodies: string[] = [];
  const cluster = {
    logLines: (_: unknown, query: LogQuery, signal: AbortSignal) => {
      queries.push(query);
      return logLines(query, signal);
    },
  } as unknown as SeldonCluster;
  const connection = {
    request: async ({ body = '' }: SourceRequest) => {
      bodies.push(body);
      await taken();
      return { status: 200 };
    },
  } as unknown as SourceConnection;
  const reportUrl = new URL('https://source.example/status');
  const { signal } = new AbortController();
  const to = new LogRequests({ cluster, connection, reportUrl, signal, timeMs });
  const lines = () => bodies.flatMap((body) => body.trimEnd().split('\n')).map((line) => JSON.parse(line));
  return { to, queries, bodies, lines };
}

describe('Logs that a source asks for', () => {
  it('are of all containers, and the last line says that they are over', async () => {
    const { to, lines, queries } = desk(async function* () {
      yield* ['one', 'two'];
    });
    assert.equal(await to.take(asked('t'), 'ns', pods), undefined);
    assert.deepEqual(
      lines().map(({ pod, line, eof }) => eof ?? `${pod} ${line}`),
      ['a one', 'a two', 'b one', 'b two', true],
    );
    assert.equal(queries[0]?.tailLines, 1_000);
  });

  it('are four at a time: who asks for more is told, and who does not listen to that is left alone', async () => {
    const end = Promise.withResolvers<void>();
    let isTaken = true;
    const { to, lines, queries } = desk(
      async function* () {
        await end.promise;
        yield 'line';
      },
      async () => {
        if (!isTaken) await end.promise;
      },
    );
    const answered = [1, 2, 3, 4].map((tx) => to.take(asked(tx), 'ns', pods));
    await until(() => queries.length === 4);
    assert.equal(await to.take(asked(5), 'ns', pods), undefined);
    assert.deepEqual(lines(), [
      {
        id: 'iris',
        tx: '5',
        eof: true,
        error: '4 requests for logs are in progress, the maximum: try again',
      },
    ]);
    isTaken = false;
    const refused = Array.from({ length: 16 }, (_, index) => to.take(asked(index), 'ns', pods));
    assert.match((await to.take(asked('x'), 'ns', pods)) ?? '', /requests logs too often/);
    assert.equal(queries.length, 4);
    end.resolve();
    await Promise.all([...answered, ...refused]);
    assert.equal(await to.take(asked(6), 'ns', pods), undefined);
    assert.equal(lines().at(-1)?.error, undefined);
  });

  it('are as many lines as that at most, whatever is asked for', async () => {
    const { to, queries } = desk(async function* () {});
    await to.take(asked('t', { tailLines: 1_000_000_000 }), 'ns', pods);
    assert.equal(queries[0]?.tailLines, logLimits.tailLines);
  });

  it('are as many letters as that at most, in requests that are not large', async () => {
    const long = 'x'.repeat(700_000);
    let read = 0;
    const { to, lines, bodies } = desk(async function* () {
      for (;;) {
        read += 1;
        yield long;
      }
    });
    assert.equal(await to.take(asked('t'), 'ns', pods), undefined);
    assert.ok(read * long.length < logLimits.letters + 2 * long.length);
    assert.ok(bodies.every((body) => body.length < 3 * 1024 * 1024));
    assert.match(lines().at(-1)?.error, /^more than 16 MiB, the maximum: ask for fewer lines$/);
  });

  it('are given up where they do not come', async () => {
    const { to, lines } = desk(
      async function* (_, signal) {
        yield 'one';
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
      undefined,
      200,
    );
    assert.equal(await to.take(asked('t'), 'ns', pods), undefined);
    assert.deepEqual(
      lines().map(({ line, error }) => error ?? line),
      ['one', 'the rest did not arrive within 0.2s'],
    );
  });

  it('say what a container has said, in letters that do nothing to whoever shows them', async () => {
    const said = 'a\u001b[2J\u009b1A\u202e\u2028\r\nb"';
    const { to, lines, bodies } = desk(async function* () {
      yield said;
    });
    await to.take(asked('t'), 'ns', pods);
    assert.equal(lines()[0]?.line, said);
    assert.doesNotMatch(bodies.join('').replaceAll('\n', ''), /\p{C}|[\u2028\u2029]/u);
  });
});
