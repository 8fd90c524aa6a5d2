import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Api } from '../../src/cluster/api.ts';
import { ApiFailure, Unreachable } from '../../src/cluster/api-failure.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import type { TransportOptions } from '../../src/cluster/transport.ts';
import { BadInput, exitCodes, Interrupted } from '../../src/failures.ts';
import { startConnectProxy } from '../connect-proxy.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { StandInApiServer } from './stand-in-api-server.ts';

const THING = '/apis/example.com/v1/things/one';
const certificate = selfSignedCertificate();
const authority = Buffer.from(certificate.cert).toString('base64');

describe('requests', { timeout: 60_000 }, () => {
  let server: StandInApiServer;
  let clock: FakeClock;

  beforeEach(async () => {
    server = await StandInApiServer.start(certificate);
    server.answer(THING, (response) => void response.end('{}'));
    clock = new FakeClock();
  });
  afterEach(() => server.close());

  interface Choice extends TransportOptions {
    cluster?: Record<string, unknown>;
    user?: Record<string, unknown>;
    env?: Record<string, string>;
    stop?: AbortSignal;
  }

  function apiOf({ cluster = { 'certificate-authority-data': authority }, user, env, stop, ...options }: Choice = {}) {
    const { connection } = kubeconfigFromText(server.kubeconfig(cluster, user), 'tester/1.0', clock, env);
    return new Api(connection, stop, { clock, ...options });
  }

  const get = (api: Api) => api.call({ method: 'GET', path: THING });

  describe('of a command whose time is up', () => {
    const UP = { constructor: Unreachable, code: 'TOTAL_TIMEOUT' };

    it('are given up while no answer comes', async () => {
      server.answer(THING, () => {});
      await assert.rejects(get(apiOf({ deadline: clock.now() + 30, requestTimeoutMs: 0 })), UP);
    });

    it('are given up in the middle of an answer', async () => {
      server.answer(THING, (response) => void response.write('{'));
      await assert.rejects(get(apiOf({ deadline: clock.now() + 300, requestTimeoutMs: 0 })), UP);
    });

    it('are given up at the opening of a watch', async () => {
      server.answer(THING, () => {});
      const api = apiOf({ deadline: clock.now() + 30, requestTimeoutMs: 0 });
      await assert.rejects(api.stream({ method: 'GET', path: THING }), UP);
    });

    it('are changes too, for which no other try helps', async () => {
      server.answer(THING, () => {});
      const api = apiOf({ deadline: clock.now() + 30, requestTimeoutMs: 0 });
      await assert.rejects(api.call({ method: 'PATCH', path: THING, body: {} }), UP);
      assert.ok(server.received.length <= 1);
    });

    it('are not sent again where the server asks to wait longer', async () => {
      server.refuseNext(THING, 429, 'too many requests', { 'Retry-After': '50' });
      await assert.rejects(get(apiOf({ deadline: clock.now() + 49_000 })), { constructor: ApiFailure, status: 429 });
      assert.equal(server.received.length, 1);
    });

    it('may still be sent afterwards, as to clean up', async () => {
      assert.equal((await get(apiOf({ deadline: clock.now() }))).status, 200);
    });
  });

  describe('that the server asks to wait for', () => {
    const asking = (seconds: string) => server.refuseNext(THING, 429, 'too many requests', { 'Retry-After': seconds });

    for (const [seconds, told] of [
      ['2', []],
      ['30', ['the server is too busy to answer (429); trying again in 30.0s, as the server asks']],
    ] as const) {
      it(`${seconds} s are sent again then, which is told ${told.length} times`, async () => {
        asking(seconds);
        const notices: string[] = [];
        const answer = get(apiOf({ notice: (text) => notices.push(text) }));
        await until(() => clock.pending === 1);
        await clock.advance(Number(seconds) * 1_000);
        assert.equal((await answer).status, 200);
        assert.deepEqual(notices, told);
      });
    }

    for (const [seconds, words] of [
      ['3600', '60m'],
      ['31536000', '365d'],
    ]) {
      it(`${seconds} s end at once, with what it asks for`, async () => {
        asking(seconds ?? '');
        await assert.rejects(get(apiOf()), {
          constructor: ApiFailure,
          message: `too many requests (the server asks to wait ${words} before another try)`,
        });
        assert.equal(clock.pending, 0);
      });
    }
  });

  describe('that the server is too busy for', () => {
    const busy = (path = THING) => server.refuseNext(path, 429, 'too many requests', { 'Retry-After': '3' });

    it('are sent again after the time that it asks for', async () => {
      busy();
      busy();
      const answer = get(apiOf());
      for (let round = 1; round <= 2; round += 1) {
        await until(() => clock.pending === 1);
        await clock.advance(2_999);
        assert.equal(server.received.length, round);
        await clock.advance(1);
      }
      assert.equal((await answer).status, 200);
      assert.equal(server.received.length, 3);
      assert.equal(server.connections, 1);
    });

    it('are sent again for discovery and at the opening of a watch too, and changes with their body', async () => {
      const api = apiOf();
      server.answer('/apis/example.com/v1', (response) => void response.end('{"resources":[]}'));
      const requests = [
        { path: '/apis/example.com/v1', request: () => api.discover('example.com/v1', 'Thing') },
        { path: THING, request: () => api.stream({ method: 'GET', path: THING }) },
        { path: THING, request: () => api.call({ method: 'POST', path: THING, body: { a: 1 } }) },
      ];
      for (const { path, request } of requests) {
        busy(path);
        const answer = request();
        await until(() => clock.pending === 1);
        await clock.advance(3_000);
        await answer;
      }
      assert.equal(server.received.at(-1)?.body, '{"a":1}');
    });

    it('are not sent again for ever', async () => {
      for (let time = 1; time <= 11; time += 1) busy();
      const answer = get(apiOf());
      answer.catch(() => {});
      for (let round = 1; round <= 10; round += 1) {
        await until(() => clock.pending === 1);
        await clock.advance(3_000);
      }
      await assert.rejects(answer, { constructor: ApiFailure, status: 429 });
      assert.equal(server.received.length, 11);
    });

    it('are given up at once when the program is to end', async () => {
      const stop = new AbortController();
      const reason = new Interrupted(exitCodes.interrupted);
      busy();
      const answer = get(apiOf({ stop: stop.signal }));
      await until(() => clock.pending === 1);
      stop.abort(reason);
      await assert.rejects(answer, (error) => error === reason);
    });
  });

  it('that read are sent again when the connection is lost, but no changes', async () => {
    let lost = 2;
    server.answer(THING, (response) => {
      lost -= 1;
      if (lost < 0) response.end('{}');
      else response.destroy();
    });
    await assert.rejects(apiOf().call({ method: 'DELETE', path: THING }), { constructor: Unreachable });
    const answer = get(apiOf());
    await until(() => clock.pending === 1);
    await clock.advance(1_000);
    assert.equal((await answer).status, 200);
  });

  describe('that take longer than they may', () => {
    it('fail, body included', async () => {
      server.answer(THING, (response) => void response.write('{"half":'));
      await assert.rejects(get(apiOf({ requestTimeoutMs: 100 })), { constructor: Unreachable, code: 'TimeoutError' });
    });

    it('fail where a connection is taken, and nothing is ever said in it', async (t) => {
      const silent = createServer((socket) => sockets.push(socket));
      const sockets: Socket[] = [];
      silent.listen(0, '127.0.0.1');
      await once(silent, 'listening');
      t.after(() => {
        for (const socket of sockets) socket.destroy();
        silent.close();
      });
      const cluster = { server: `https://127.0.0.1:${(silent.address() as AddressInfo).port}` };
      const begin = performance.now();
      const answer = apiOf({ cluster, requestTimeoutMs: 100 }).call({ method: 'DELETE', path: THING });
      await assert.rejects(answer, { constructor: Unreachable, code: 'TimeoutError' });
      // Not after the time that a connection may take.
      assert.ok(performance.now() - begin < 10_000);
    });

    it('fail in a watch only until it has begun', async () => {
      server.answer(THING, () => {});
      const api = apiOf({ requestTimeoutMs: 100 });
      await assert.rejects(api.stream({ method: 'GET', path: THING }), {
        constructor: Unreachable,
        code: 'TimeoutError',
      });
      server.answer(THING, (response) => {
        response.writeHead(200).write('first');
        setTimeout(() => response.end('second'), 300);
      });
      const stream = await api.stream({ method: 'GET', path: THING });
      let text = '';
      for await (const chunk of stream) text += Buffer.from(chunk).toString();
      assert.equal(text, 'firstsecond');
    });

    it('fail in a watch that is refused in words without end', async () => {
      server.answer(THING, (response) => void response.writeHead(410).write('{"kind":"Status","mess'));
      await assert.rejects(apiOf({ requestTimeoutMs: 1_000 }).stream({ method: 'GET', path: THING }), {
        constructor: ApiFailure,
        status: 410,
      });
    });

    it('never fail where there is no limit', async () => {
      server.answer(THING, (response) => void setTimeout(() => response.end('{}'), 100));
      assert.equal((await get(apiOf({ requestTimeoutMs: 0 }))).status, 200);
    });
  });

  describe('on behalf of somebody else', () => {
    it('say whom, in all its parts', async () => {
      const user = { as: 'jane', 'as-uid': 'u1', 'as-groups': ['dev'], 'as-user-extra': { 'example.com/50%': ['x'] } };
      await get(apiOf({ user }));
      const { headers } = server.received[0] ?? {};
      assert.equal(headers?.['impersonate-user'], 'jane');
      assert.equal(headers?.['impersonate-uid'], 'u1');
      assert.equal(headers?.['impersonate-group'], 'dev');
      assert.equal(headers?.['impersonate-extra-example.com%2f50%25'], 'x');
    });

    it('name whom to act as in UTF-8, as kubectl does', async () => {
      const utf8 = (header: string | string[] | undefined) => Buffer.from(String(header), 'latin1').toString('utf8');
      await get(apiOf({ user: { as: 'jürgen', 'as-groups': ['Χημεία', '化学'], 'as-user-extra': { a: ['’'] } } }));
      const [request] = server.received;
      assert.equal(utf8(request?.headers['impersonate-user']), 'jürgen');
      assert.deepEqual(request?.lines('impersonate-group').map(utf8), ['Χημεία', '化学']);
      assert.equal(utf8(request?.headers['impersonate-extra-a']), '’');
    });

    it('name each of several groups in a line of its own, which is how the server reads them', async () => {
      await get(apiOf({ user: { as: 'jane', 'as-groups': ['dev', 'ops'], 'as-user-extra': { scopes: ['a', 'b'] } } }));
      assert.deepEqual(server.received[0]?.lines('impersonate-group'), ['dev', 'ops']);
      assert.deepEqual(server.received[0]?.lines('impersonate-extra-scopes'), ['a', 'b']);
    });
  });

  describe('through a proxy', () => {
    it('of the kubeconfig, also to this machine, share one connection', async () => {
      const proxy = await startConnectProxy();
      const api = apiOf({ cluster: { 'certificate-authority-data': authority, 'proxy-url': proxy.url } });
      for (let time = 1; time <= 3; time += 1) assert.equal((await get(api)).status, 200);
      assert.deepEqual(proxy.asked, [`CONNECT ${new URL(server.url).host}`]);
      await proxy.close();
    });

    it('with a user and a password', async () => {
      const proxy = await startConnectProxy({ credentials: 'jane:s:cret' });
      const of = (url: string) => apiOf({ cluster: { 'certificate-authority-data': authority, 'proxy-url': url } });
      assert.equal((await get(of(proxy.url.replace('//', '//jane:s%3Acret@')))).status, 200);
      await assert.rejects(get(of(proxy.url)), { constructor: Unreachable, message: /^Proxy response \(407\)/ });
      await proxy.close();
    });

    it('over TLS, if it has a name', async () => {
      const proxy = await startConnectProxy({ tls: certificate });
      const of = (url: string) => apiOf({ cluster: { 'insecure-skip-tls-verify': true, 'proxy-url': url } });
      assert.equal((await get(of(proxy.url.replace('127.0.0.1', 'localhost')))).status, 200);
      await assert.rejects(get(of(proxy.url)), { constructor: BadInput, message: /needs a host name/ });
      await proxy.close();
    });

    it('for several groups too', async () => {
      const proxy = await startConnectProxy();
      const cluster = { 'certificate-authority-data': authority, 'proxy-url': proxy.url };
      await get(apiOf({ cluster, user: { as: 'jane', 'as-groups': ['dev', 'ops'] } }));
      assert.deepEqual(server.received[0]?.lines('impersonate-group'), ['dev', 'ops']);
      await proxy.close();
    });

    it('over plain HTTP', async () => {
      const proxy = await startConnectProxy();
      const plain = await StandInApiServer.start();
      plain.answer(THING, (response) => void response.end('{}'));
      await get(plain.api({ 'proxy-url': proxy.url }));
      assert.deepEqual(proxy.asked, [`GET ${plain.url}${THING}`]);
      await Promise.all([plain.close(), proxy.close()]);
    });

    it('of the environment, where the server is elsewhere', async () => {
      const proxy = await startConnectProxy();
      const api = apiOf({
        cluster: { 'insecure-skip-tls-verify': true, server: 'https://api.invalid:6443' },
        env: { HTTPS_PROXY: proxy.url },
      });
      await assert.rejects(get(api), { constructor: Unreachable, message: /^Proxy response \(502\)/ });
      assert.deepEqual(proxy.asked, ['CONNECT api.invalid:6443']);
      await proxy.close();
    });
  });

  describe('with -v', () => {
    async function told(level: number, act: (api: Api) => Promise<unknown> = get): Promise<string> {
      let text = '';
      const log = { level, write: (part: string) => (text += part) };
      await act(apiOf({ log, user: { token: 'secret' } })).catch(() => {});
      return text.replaceAll(/in \d+ milliseconds/g, 'in N milliseconds');
    }

    it('below 6 tell nothing', async () => assert.equal(await told(5), ''));

    it('6 tell what was asked, the answer and how long it took', async () => {
      assert.equal(await told(6), `GET ${server.url}${THING} 200 in N milliseconds\n`);
    });

    it('6 tell of each try, and of none', async () => {
      const text = await told(6, async (api) => {
        await server.close();
        await get(api);
      });
      assert.match(text, /^GET \S+ failed \(connect ECONNREFUSED [^)]*\) in N milliseconds\n$/);
    });

    const post = (api: Api) => api.call({ method: 'POST', path: THING, body: { long: 'x'.repeat(2_000) } });

    it('7 tell the headers of the request too, without secrets', async () => {
      const text = await told(7);
      assert.match(text, /^Request Headers:\n {4}Accept: application\/json\n/m);
      assert.match(text, /^ {4}Authorization: Bearer <masked>$/m);
      assert.ok(!text.includes('secret'));
      assert.ok(!text.includes('Response Headers:'));
    });

    it('8 tell those of the answer too, and the beginning of bodies', async () => {
      const text = await told(8, post);
      assert.match(text, /^Request Headers:\n {4}\S/m);
      assert.match(text, /^Response Headers:\n {4}\S/m);
      assert.match(text, /^Request Body: \{"long":"x{1015} \[truncated 987 chars\]$/m);
      assert.match(text, /^POST \S+ Response Body: \{\}$/m);
    });

    it('9 tell whole bodies', async () => {
      assert.match(await told(9, post), /^Request Body: \{"long":"x{2000}"\}$/m);
    });

    it('9 tell what the server says as one line, harmless to a terminal', async () => {
      const body = JSON.stringify({ a: 1 }, undefined, 2).replace('1', '"\u009b2J\u202e"');
      server.answer(THING, (response) => void response.end(body));
      assert.match(await told(9), /^GET \S+ Response Body: \{\\n {2}"a": "\\u009b2J\\u202e"\\n\}$/m);
    });

    it('8 tell each line of an answer that goes on, which stays as it is', async () => {
      server.answer(THING, (response) => {
        response.setHeader('content-type', 'application/json');
        response.end('{"type":"ADDED"}\n{"type":"DELETED"}\n');
      });
      let read = '';
      const text = await told(8, async (api) => {
        const decoder = new TextDecoder();
        for await (const chunk of await api.stream({ method: 'GET', path: THING })) read += decoder.decode(chunk);
      });
      assert.match(text, /Response Body: \{"type":"ADDED"\}\nGET \S+ Response Body: \{"type":"DELETED"\}\n/);
      assert.equal(read, '{"type":"ADDED"}\n{"type":"DELETED"}\n');
    });

    it('9 leave the logs of containers to those who print them', async () => {
      server.answer(THING, (response) => {
        response.setHeader('content-type', 'text/plain');
        response.end('a line\n');
      });
      const text = await told(9, async (api) => {
        for await (const _ of await api.stream({ method: 'GET', path: THING }));
      });
      assert.ok(!text.includes('a line'), text);
    });
  });
});
