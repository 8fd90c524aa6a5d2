import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { Api } from '../../src/cluster/api.ts';
import { Unreachable } from '../../src/cluster/api-failure.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { connectionTrouble } from '../../src/lifecycle/errors/connection-trouble.ts';
import { readUrl } from '../../src/manifests/read-url.ts';
import { SourceConnection } from '../../src/sync/source/source-connection.ts';
import { type SocksProxy, socksReplies, startSocksProxy } from '../socks-proxy.ts';
import { issuedCertificate } from './issued-certificate.ts';
import { StandInApiServer } from './stand-in-api-server.ts';

const THING = '/apis/example.com/v1/things/one';
const PASSWORD = 'pa/s:s@word';
const certificate = issuedCertificate({
  subject: 'stand-in',
  addresses: [[127, 0, 0, 1]],
  names: ['api.example', 'localhost'],
});
const authority = { 'certificate-authority-data': Buffer.from(certificate.cert).toString('base64') };

describe('Through a SOCKS5 proxy', { timeout: 60_000 }, () => {
  let server: StandInApiServer;
  let plain: StandInApiServer;
  before(async () => {
    [server, plain] = await Promise.all([StandInApiServer.start(certificate), StandInApiServer.start()]);
    for (const one of [server, plain]) one.answer(THING, (response) => void response.end('{}'));
  });
  after(() => Promise.all([server.close(), plain.close()]));

  const portOf = (one: StandInApiServer) => Number(new URL(one.url).port);
  async function proxyFor(t: TestContext, options: Parameters<typeof startSocksProxy>[0]): Promise<SocksProxy> {
    const proxy = await startSocksProxy(options);
    t.after(() => proxy.close());
    return proxy;
  }
  function apiOf(
    cluster: Record<string, string>,
    env: Record<string, string> = {},
    user: Record<string, unknown> = {},
  ) {
    const text = server.kubeconfig({ ...authority, ...cluster }, user);
    return new Api(kubeconfigFromText(text, 'tester/1.0', undefined, env).connection);
  }
  const get = (api: Api) => api.call({ method: 'GET', path: THING });

  for (const scheme of ['socks5', 'socks5h']) {
    for (const [place, settings] of [
      ['proxy-url', (url: string) => [{ 'proxy-url': url }, {}]],
      ['HTTPS_PROXY', (url: string) => [{}, { HTTPS_PROXY: url }]],
    ] as const) {
      it(`of ${place}, as ${scheme}, a server is asked by its name, over one connection`, async (t) => {
        const proxy = await proxyFor(t, { knows: portOf(server) });
        const [cluster, env] = settings(proxy.url.replace('socks5:', `${scheme}:`)) as [object, Record<string, string>];
        const api = apiOf({ server: 'https://api.example', ...cluster }, env);
        for (let time = 1; time <= 3; time += 1) assert.equal((await get(api)).status, 200);
        assert.deepEqual(proxy.asked, ['api.example:443']);
        // HTTP/2, as without a proxy.
        assert.equal(server.received.at(-1)?.headers[':authority'], 'api.example');
      });
    }
  }

  it('a server is asked by its address', async (t) => {
    const proxy = await proxyFor(t, { knows: portOf(server) });
    assert.equal((await get(apiOf({ 'proxy-url': proxy.url }))).status, 200);
    const byIpv6 = apiOf({ server: 'https://[fd00::1]:6443', 'tls-server-name': 'localhost', 'proxy-url': proxy.url });
    assert.equal((await get(byIpv6)).status, 200);
    assert.deepEqual(proxy.asked, [new URL(server.url).host, 'fd00:0:0:0:0:0:0:1:6443']);
  });

  it('a server without TLS, and one that is asked with several groups, are reached too', async (t) => {
    const proxy = await proxyFor(t, {});
    assert.equal((await get(apiOf({ server: plain.url, 'proxy-url': proxy.url }))).status, 200);
    const groups = apiOf({ 'proxy-url': proxy.url }, {}, { as: 'jane', 'as-groups': ['dev', 'ops'] });
    assert.equal((await get(groups)).status, 200);
    assert.deepEqual(server.received.at(-1)?.lines('impersonate-group'), ['dev', 'ops']);
  });

  it('a watch comes as it is sent', async (t) => {
    const proxy = await proxyFor(t, {});
    server.answer('/watch', (response) => {
      response.write('first');
      setTimeout(() => response.end('second'), 50);
    });
    let text = '';
    const stream = await apiOf({ 'proxy-url': proxy.url }).stream({ method: 'GET', path: '/watch' });
    for await (const chunk of stream) text += Buffer.from(chunk).toString();
    assert.equal(text, 'firstsecond');
  });

  it('certificates are checked as anywhere', async (t) => {
    const proxy = await proxyFor(t, { knows: portOf(server) });
    const impostor = apiOf({ server: 'https://elsewhere.example', 'proxy-url': proxy.url });
    await assert.rejects(get(impostor), { constructor: Unreachable, code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('a source and a URL behind -f are reached', async (t) => {
    const proxy = await proxyFor(t, { knows: portOf(plain) });
    plain.answer('/model.yaml', (response) => void response.end('kind: Model'));
    const env = { HTTP_PROXY: proxy.url };
    const url = 'http://models.example/model.yaml';
    assert.equal(await readUrl(url, { env }), 'kind: Model');
    const source = new SourceConnection({ token: () => undefined, userAgent: 'tester', env, authority: undefined });
    const signal = AbortSignal.timeout(10_000);
    const answer = await source.request({ method: 'GET', url: new URL(url), headers: {}, signal });
    assert.equal(await answer.text(), 'kind: Model');
    assert.deepEqual(proxy.asked, ['models.example:80', 'models.example:80']);
  });

  describe('that asks who we are', () => {
    const as = (url: string, credentials: string) => url.replace('//', `//${credentials}@`);

    it('it is told the user and the password', async (t) => {
      const proxy = await proxyFor(t, { credentials: `jane:${PASSWORD}` });
      const url = as(proxy.url, `jane:${encodeURIComponent(PASSWORD)}`);
      assert.equal((await get(apiOf({ 'proxy-url': url }))).status, 200);
      assert.deepEqual(proxy.told, [`jane:${PASSWORD}`]);
    });

    it('nothing of the password is in the error where that is wrong', async (t) => {
      const proxy = await proxyFor(t, { credentials: `jane:${PASSWORD}` });
      const error = await get(apiOf({ 'proxy-url': as(proxy.url, 'jane:s3cr3t') })).catch((error) => error);
      assert.match(
        error.message,
        /^socks connect tcp 127.0.0.1:\d+->127.0.0.1:\d+: username\/password authentication failed$/,
      );
      assert.doesNotMatch(inspect(error, { depth: 10 }), /s3cr3t/);
    });

    it('it says so where it is told nothing', async (t) => {
      const proxy = await proxyFor(t, { credentials: `jane:${PASSWORD}` });
      const message = /: no acceptable authentication methods$/;
      await assert.rejects(get(apiOf({ 'proxy-url': proxy.url })), { constructor: Unreachable, message });
    });
  });

  describe('that does not reach the server, one line names both and says why:', () => {
    const says = async (url: string) => {
      const error = await get(apiOf({ server: 'https://api.example:6443', 'proxy-url': url })).catch((error) => error);
      assert.ok(error instanceof Unreachable, error);
      const { says, hint } = connectionTrouble(error);
      assert.match(String(hint), /proxy-url/);
      return says;
    };
    const start = (url: string) =>
      `Unable to connect to the server: socks connect tcp ${new URL(url).host}->api.example:6443: `;

    for (const [reply, words] of [
      [socksReplies.failure, 'general SOCKS server failure'],
      [socksReplies.notAllowed, 'connection not allowed by ruleset'],
      [socksReplies.hostUnreachable, 'host unreachable'],
      [socksReplies.refused, 'connection refused'],
    ] as const) {
      it(words, async (t) => {
        const { url } = await proxyFor(t, { reply });
        assert.equal(await says(url), start(url) + words);
      });
    }

    it('it is not there', async () => {
      const url = 'socks5://127.0.0.1:9';
      assert.equal(await says(url), `${start(url)}dial tcp 127.0.0.1:9: connect: connection refused`);
    });

    it('it has no address', async () => {
      const url = 'socks5://proxy.invalid:1080';
      assert.equal(await says(url), `${start(url)}dial tcp: lookup proxy.invalid: no such host`);
    });

    it('it is something else', async (t) => {
      const other = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
      t.after(() => other.close());
      const url = `socks5://127.0.0.1:${(other.address() as { port: number }).port}`;
      assert.equal(await says(url), `${start(url)}${new URL(url).host} does not answer as a SOCKS5 proxy`);
    });

    it('it says nothing', async (t) => {
      const { url } = await proxyFor(t, { silent: true });
      const api = new Api(
        kubeconfigFromText(server.kubeconfig({ ...authority, 'proxy-url': url }), 'tester/1.0').connection,
        undefined,
        { requestTimeoutMs: 200 },
      );
      const deletion = api.call({ method: 'DELETE', path: THING });
      await assert.rejects(deletion, { constructor: Unreachable, code: 'TimeoutError' });
    });
  });
});
