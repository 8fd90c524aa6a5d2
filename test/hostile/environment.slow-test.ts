import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { runProcess } from '../behaviour/built-file.ts';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import type { CommandOptions, Finished } from '../behaviour/server-under-test.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';
import { startConnectProxy } from '../connect-proxy.ts';
import { folderWithBuiltFile } from '../shipping/built.ts';
import { jsonList, SourceServer } from '../sync/source-server.ts';

const TOKEN = 'c4n4ry-0f-7h3-m1n3';
/** Who is trusted, and somebody else in its place. */
const real = selfSignedCertificate('real', 'localhost');
const impostors = selfSignedCertificate('impostor', 'localhost');
const inBase64 = (text: string) => Buffer.from(text).toString('base64');

/**
 * What the environment can say to Node of TLS, `FOLDER` being where the files are. `adds`: it only adds authorities to
 * those of the system, which counts where no authority is named.
 */
const ways: { it: string; env: Record<string, string>; adds?: true }[] = [
  { it: 'NODE_TLS_REJECT_UNAUTHORIZED=0', env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  {
    it: 'NODE_OPTIONS with weaker versions and ciphers',
    env: { NODE_OPTIONS: '--tls-min-v1.0 --tls-max-v1.2 --tls-cipher-list=ALL:aNULL:@SECLEVEL=0' },
  },
  { it: 'OPENSSL_CONF', env: { OPENSSL_CONF: 'FOLDER/openssl.cnf' } },
  {
    it: 'OPENSSL_CONF, shared with other programs',
    env: { OPENSSL_CONF: 'FOLDER/openssl.cnf', NODE_OPTIONS: '--openssl-shared-config' },
  },
  { it: 'NODE_EXTRA_CA_CERTS', env: { NODE_EXTRA_CA_CERTS: 'FOLDER/impostor.crt' }, adds: true },
  { it: 'SSL_CERT_FILE', env: { SSL_CERT_FILE: 'FOLDER/impostor.crt' }, adds: true },
  {
    it: 'the authorities of OpenSSL',
    env: { NODE_OPTIONS: '--use-openssl-ca', SSL_CERT_FILE: 'FOLDER/impostor.crt', SSL_CERT_DIR: 'FOLDER' },
    adds: true,
  },
  {
    it: 'the authorities of the system',
    env: { NODE_OPTIONS: '--use-system-ca', SSL_CERT_FILE: 'FOLDER/impostor.crt', SSL_CERT_DIR: 'FOLDER' },
    adds: true,
  },
];

/** What it would say to any program that uses OpenSSL: whom to believe, and how little. */
const openssl = (authority: string) => `
nodejs_conf = all
openssl_conf = all
[all]
ssl_conf = connections
[connections]
system_default = each
[each]
VerifyCAFile = ${authority}
VerifyMode = Once
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
`;

describe('Nothing in the environment decides whose certificate is believed', { concurrency: 3 }, () => {
  let folder: string;
  let file: string;
  let sandbox: SandboxUnderTest;
  let files = 0;
  before(async () => {
    ({ folder, file } = await folderWithBuiltFile());
    writeFileSync(path.join(folder, 'impostor.crt'), impostors.cert);
    writeFileSync(path.join(folder, 'real.crt'), real.cert);
    writeFileSync(path.join(folder, 'token'), TOKEN, { mode: 0o600 });
    writeFileSync(path.join(folder, 'openssl.cnf'), openssl(path.join(folder, 'impostor.crt')));
    mkdirSync(path.join(folder, 'cache'), { mode: 0o700 });
    sandbox = await startSandboxUnderTest();
  });
  after(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  /** The built file as a process of its own, with this environment and no more of ours. */
  async function run(
    args: readonly string[],
    env: Record<string, string>,
    options: CommandOptions & { kubeconfig: string },
  ): Promise<Finished> {
    const own = { PATH: process.env.PATH ?? '', HOME: folder, XDG_CACHE_HOME: path.join(folder, 'cache') };
    const said = Object.entries(env).map(([name, value]) => [name, value.replaceAll('FOLDER', folder)]);
    const all = { ...own, KUBECONFIG: options.kubeconfig, ...Object.fromEntries(said) };
    const finished = await runProcess(process.execPath, [file, ...args], all, options);
    assert.doesNotMatch(finished.stderr, /Warning/, 'Node adds words of its own');
    return finished;
  }

  function kubeconfigFile(text: string): string {
    files += 1;
    const written = path.join(folder, `config-${files}`);
    writeFileSync(written, text);
    return written;
  }
  async function apiServer(t: TestContext, certificate: { cert: string; key: string }): Promise<StandInApiServer> {
    const server = await StandInApiServer.start(certificate);
    t.after(() => server.close());
    return server;
  }
  /** An API server that answers nothing, at the address that it is asked at. */
  async function webServer(t: TestContext, options: ServerOptions) {
    const asked: string[] = [];
    const server = createServer(options, ({ url = '' }, response) => {
      asked.push(url);
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const standIn = await StandInApiServer.start();
    t.after(() => standIn.close());
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { asked, kubeconfig: trusting(standIn, { server: address }) };
  }
  const trusting = (server: StandInApiServer, more: Record<string, unknown> = {}) =>
    kubeconfigFile(server.kubeconfig({ 'certificate-authority-data': inBase64(real.cert), ...more }, { token: TOKEN }));

  describe('of the API server', { concurrency: 3 }, () => {
    for (const { it: way, env } of ways) {
      it(`by ${way}`, async (t) => {
        const impostor = await apiServer(t, impostors);
        const { exitCode, stderr } = await run(['list'], env, { kubeconfig: trusting(impostor) });
        assert.equal(exitCode, 3, stderr);
        assert.match(stderr, /certificate signed by unknown authority/);
        assert.deepEqual(impostor.received, []);
      });
    }

    for (const { it: way, env, adds } of ways) {
      if (adds) continue;
      it(`by ${way}, where no authority is named`, async (t) => {
        const impostor = await apiServer(t, impostors);
        const kubeconfig = kubeconfigFile(impostor.kubeconfig({}, { token: TOKEN }));
        assert.equal((await run(['list'], env, { kubeconfig })).exitCode, 3);
        assert.deepEqual(impostor.received, []);
      });
    }

    it('behind a proxy that leads to another', async (t) => {
      const impostor = await apiServer(t, impostors);
      const proxy = await startConnectProxy({ knows: Number(new URL(impostor.url).port) });
      t.after(() => proxy.close());
      const kubeconfig = trusting(impostor, { server: 'https://localhost.example', 'tls-server-name': 'localhost' });
      const env = { HTTPS_PROXY: proxy.url, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
      const { exitCode, stderr } = await run(['list'], env, { kubeconfig });
      assert.equal(exitCode, 3, stderr);
      assert.ok(proxy.asked.includes('CONNECT localhost.example:443'));
      assert.deepEqual(impostor.received, []);
    });
  });

  it('of a proxy that is reached over TLS: it is not told the password', async (t) => {
    const server = await apiServer(t, real);
    const proxy = await startConnectProxy({ tls: impostors });
    t.after(() => proxy.close());
    const url = proxy.url.replace('//127.0.0.1', `//user:${TOKEN}@localhost`);
    const kubeconfig = trusting(server, { 'proxy-url': url });
    const { exitCode, stderr } = await run(['list'], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, { kubeconfig });
    assert.equal(exitCode, 3, stderr);
    assert.deepEqual([proxy.asked, server.received], [[], []]);
  });

  describe('of the source of a sync, and of who is reported to', { concurrency: 3 }, () => {
    async function sync(t: TestContext, args: (impostor: SourceServer) => string[], env: Record<string, string>) {
      const impostor = await SourceServer.start(impostors);
      t.after(() => impostor.close());
      impostor.answers = [jsonList([])];
      const token = `--token-file=${path.join(folder, 'token')}`;
      const all = ['sync', ...args(impostor), '--owner=a', '--watch', token, '-o', 'json'];
      // Until it has said why it cannot talk to it, or has done so.
      const stop = Promise.withResolvers<void>();
      impostor.onRequest = stop.resolve;
      const onceSeen = { text: /certificate/, act: stop.resolve };
      const options = { kubeconfig: sandbox.kubeconfig, interruptAfter: stop.promise, onceSeen };
      const { exitCode, stdout } = await run(all, env, options);
      assert.match(stdout, /self-signed certificate/);
      assert.equal(exitCode, 130);
      assert.deepEqual([impostor.requests, impostor.bodies], [[], []]);
    }
    const trusted = () => `--source-certificate-authority=${path.join(folder, 'real.crt')}`;

    for (const { it: way, env, adds } of ways) {
      it(`by ${way}: the source`, (t) => sync(t, ({ url }) => [url, trusted()], env));
      it(`by ${way}: who is reported to`, async (t) => {
        const models = path.join(folder, 'models.yaml');
        writeFileSync(models, modelYaml());
        await sync(t, ({ reportUrl }) => [models, `--report=${reportUrl}`, trusted()], env);
      });
      if (!adds) it(`by ${way}: the source, where no authority is named`, (t) => sync(t, ({ url }) => [url], env));
    }
  });

  describe('of a URL behind -f', { concurrency: 3 }, () => {
    for (const { it: way, env, adds } of ways) {
      if (adds) continue;
      it(`by ${way}`, async (t) => {
        const impostor = await apiServer(t, impostors);
        impostor.answer('/model.yaml', (response) => response.end(modelYaml()));
        const args = ['apply', '-f', `${impostor.url}/model.yaml`];
        const { exitCode, stderr } = await run(args, env, { kubeconfig: sandbox.kubeconfig });
        assert.equal(exitCode, 2, stderr);
        assert.match(stderr, /unable to read URL .*: self-signed certificate/);
        assert.deepEqual(impostor.received, []);
      });
    }
  });

  it('but who is trusted where no authority is named is the system’s business: NODE_EXTRA_CA_CERTS adds some', async (t) => {
    const server = await apiServer(t, impostors);
    server.answer('/model.yaml', (response) => response.end(modelYaml()));
    const env = { NODE_EXTRA_CA_CERTS: 'FOLDER/impostor.crt' };
    const args = ['apply', '--dry-run=server', '-f', `${server.url}/model.yaml`];
    assert.equal((await run(args, env, { kubeconfig: sandbox.kubeconfig })).exitCode, 0);
    await run(['list'], env, { kubeconfig: kubeconfigFile(server.kubeconfig({}, { token: TOKEN })) });
    const [url, ...list] = server.received.map(({ headers }) => headers.authorization);
    assert.equal(url, undefined);
    assert.equal(list[0], `Bearer ${TOKEN}`);
  });

  it('nor how old a protocol may be: the right server with TLS 1.1 is refused', async (t) => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const { asked, kubeconfig } = await webServer(t, { ...real, ...old });
    const env = { NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=ALL:@SECLEVEL=0' };
    const { exitCode, stderr } = await run(['list'], env, { kubeconfig });
    assert.equal(exitCode, 3, stderr);
    assert.deepEqual(asked, []);
  });

  it('but a stronger protocol than is asked for here is kept to', async (t) => {
    const { asked, kubeconfig } = await webServer(t, { ...real, maxVersion: 'TLSv1.2' });
    await run(['list'], { NODE_OPTIONS: '--tls-min-v1.3' }, { kubeconfig });
    assert.deepEqual(asked, []);
    await run(['list'], {}, { kubeconfig });
    assert.notDeepEqual(asked, []);
  });

  it('nor is what was said to the server written down for others, by SSLKEYLOGFILE', async (t) => {
    const server = await apiServer(t, real);
    await run(['list'], { SSLKEYLOGFILE: 'FOLDER/keys.log' }, { kubeconfig: trusting(server) });
    assert.ok(server.received.length > 0);
    assert.ok(!existsSync(path.join(folder, 'keys.log')));
  });

  it('and a credential plugin is told NODE_TLS_REJECT_UNAUTHORIZED as it was', async (t) => {
    const server = await apiServer(t, real);
    const told = path.join(folder, 'told');
    const args = ['-c', 'printenv NODE_TLS_REJECT_UNAUTHORIZED > "$0"; exit 1', told];
    const apiVersion = 'client.authentication.k8s.io/v1';
    const exec = { apiVersion, command: '/bin/sh', args, interactiveMode: 'Never' };
    const kubeconfig = kubeconfigFile(server.kubeconfig({}, { exec }));
    await run(['list'], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, { kubeconfig });
    assert.equal(readFileSync(told, 'utf8'), '0\n');
  });
});
