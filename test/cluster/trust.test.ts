import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { Api } from '../../src/cluster/api.ts';
import { Unreachable } from '../../src/cluster/api-failure.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { systemAuthorities } from '../../src/cluster/system-authorities.ts';
import { BadInput } from '../../src/failures.ts';
import { readUrl } from '../../src/manifests/read-url.ts';
import { SourceConnection } from '../../src/sync/source/source-connection.ts';
import { startConnectProxy } from '../connect-proxy.ts';
import { type Certificate, issuedCertificate } from './issued-certificate.ts';
import { StandInApiServer } from './stand-in-api-server.ts';

const THING = '/apis/example.com/v1/things/one';
const PAST = '20210101000000Z';
const addresses = [[127, 0, 0, 1]];

const root = issuedCertificate({ subject: 'root', authority: true });
const between = issuedCertificate({ subject: 'between', issuer: root, authority: true });
const server = issuedCertificate({ subject: 'server', issuer: between, addresses, names: ['localhost'] });
const alone = issuedCertificate({ subject: 'alone', addresses });
const other = issuedCertificate({ subject: 'other', authority: true });
const oldBetween = issuedCertificate({ subject: 'old', issuer: root, authority: true, until: PAST });
const expired = issuedCertificate({ subject: 'expired', addresses, until: PAST });
const NOT_PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

/** A server with `of`, that sends `sent` along; whether it is believed by who trusts `trusted`. */
interface Case {
  it: string;
  of: Certificate;
  sent?: Certificate[];
  trusted: string;
  serverName?: string;
  refused?: RegExp;
}

/** Each as kubectl 1.36 takes it, or not. */
const cases: Case[] = [
  { it: 'the root, where the server sends what is between', of: server, sent: [between], trusted: root.cert },
  { it: 'the root alone', of: server, trusted: root.cert, refused: /issuer/ },
  { it: 'an authority between the root and the server', of: server, trusted: between.cert },
  { it: 'the same, which the server sends too', of: server, sent: [between], trusted: between.cert },
  { it: 'the server’s own certificate, which another has signed', of: server, trusted: server.cert },
  { it: 'the same with what is above it', of: server, sent: [between], trusted: server.cert },
  { it: 'the server’s own certificate, which nobody else has signed', of: alone, trusted: alone.cert },
  { it: 'somebody else', of: server, sent: [between], trusted: other.cert, refused: /issuer/ },
  { it: 'somebody else’s own certificate', of: alone, trusted: server.cert, refused: /self-signed/ },
  { it: 'one among others', of: server, trusted: other.cert + between.cert },
  { it: 'one behind what is no certificate', of: server, trusted: NOT_PEM + between.cert },
  { it: 'what is no certificate', of: server, trusted: NOT_PEM, refused: /issuer|first certificate/ },
  {
    it: 'one that has signed a certificate that has expired',
    of: issuedCertificate({ subject: 'expired', issuer: between, addresses, until: PAST }),
    trusted: between.cert,
    refused: /expired/,
  },
  {
    it: 'the server’s own certificate, which has expired',
    of: expired,
    trusted: expired.cert,
    refused: /expired/,
  },
  {
    it: 'an authority that has expired',
    of: issuedCertificate({ subject: 'late', issuer: oldBetween, addresses }),
    trusted: oldBetween.cert,
    refused: /expired/,
  },
  {
    it: 'one that has signed a certificate which is not valid yet',
    of: issuedCertificate({ subject: 'early', issuer: between, addresses, from: '29980101000000Z' }),
    trusted: between.cert,
    refused: /not yet valid/,
  },
  {
    it: 'a certificate that may sign no other, and has signed one',
    of: issuedCertificate({ subject: 'forged', issuer: server, addresses }),
    sent: [server],
    trusted: server.cert,
    refused: /purpose|CA/,
  },
  {
    it: 'the server’s own certificate, which is for another place',
    of: issuedCertificate({ subject: 'elsewhere', issuer: between, names: ['elsewhere.example'] }),
    trusted: between.cert,
    refused: /altnames/,
  },
  {
    it: 'a certificate whose name stands in its subject alone, as before 2000',
    of: issuedCertificate({ subject: 'localhost', issuer: between }),
    trusted: between.cert,
    serverName: 'localhost',
    refused: /legacy Common Name/,
  },
  {
    it: 'one for another name than is asked for',
    of: alone,
    trusted: alone.cert,
    serverName: 'localhost',
    refused: /altnames/,
  },
  { it: 'one for the name that is asked for', of: server, trusted: between.cert, serverName: 'localhost' },
];

describe('Whose certificate is believed', { timeout: 60_000 }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trust-'));
    mkdirSync(path.join(folder, 'empty'));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function start(t: TestContext, of: Certificate, sent: Certificate[] = []): Promise<StandInApiServer> {
    const cert = [of, ...sent].map((one) => one.cert).join('');
    const started = await StandInApiServer.start({ cert, key: of.key });
    t.after(() => started.close());
    started.answer(THING, (response) => void response.end('{}'));
    return started;
  }
  async function ask(of: StandInApiServer, cluster: Record<string, string>, env: Record<string, string> = {}) {
    const { connection } = kubeconfigFromText(of.kubeconfig(cluster), 'tester/1.0', undefined, env);
    return await new Api(connection).call({ method: 'GET', path: THING });
  }
  /** A file of the test, and the folder that it alone is in. */
  function fileWith(text: string): { file: string; inFolder: string } {
    const inFolder = mkdtempSync(path.join(folder, 'one-'));
    const file = path.join(inFolder, 'authority.crt');
    writeFileSync(file, text);
    return { file, inFolder };
  }
  async function judged(asked: Promise<unknown>, refused: RegExp | undefined): Promise<void> {
    if (refused) await assert.rejects(asked, (error) => error instanceof Unreachable && refused.test(error.message));
    else await asked;
  }

  describe('where the kubeconfig names', () => {
    for (const { it: sentence, of, sent, trusted, serverName, refused } of cases) {
      it(`${sentence}: ${refused ? 'not' : 'believed'}`, async (t) => {
        const asked = await start(t, of, sent);
        const name = serverName === undefined ? {} : { 'tls-server-name': serverName };
        const cluster = { 'certificate-authority-data': Buffer.from(trusted).toString('base64'), ...name };
        await judged(ask(asked, cluster), refused);
        assert.equal(asked.received.length, refused ? 0 : 1);
      });
    }
  });

  describe('where it names nobody, and SSL_CERT_FILE names', () => {
    for (const { it: sentence, of, sent, trusted, serverName, refused } of cases) {
      if (trusted === NOT_PEM) continue;
      it(`${sentence}: ${refused ? 'not' : 'believed'}`, async (t) => {
        const asked = await start(t, of, sent);
        const cluster: Record<string, string> = serverName === undefined ? {} : { 'tls-server-name': serverName };
        const env = { SSL_CERT_FILE: fileWith(trusted).file, SSL_CERT_DIR: path.join(folder, 'empty') };
        await judged(ask(asked, cluster, env), refused);
        assert.equal(asked.received.length, refused ? 0 : 1);
      });
    }
  });

  it('is read from the folders of SSL_CERT_DIR too, whatever the files in them are called', async (t) => {
    const asked = await start(t, server);
    const env = { SSL_CERT_DIR: `${folder}/empty:${fileWith(other.cert).inFolder}:${fileWith(between.cert).inFolder}` };
    await ask(asked, {}, env);
    await assert.rejects(ask(asked, {}, { SSL_CERT_DIR: fileWith(other.cert).inFolder }), { constructor: Unreachable });
  });

  it('is not decided by SSL_CERT_FILE where the kubeconfig names somebody', async (t) => {
    const asked = await start(t, server);
    const env = { SSL_CERT_FILE: fileWith(between.cert).file };
    const data = Buffer.from(other.cert).toString('base64');
    await assert.rejects(ask(asked, { 'certificate-authority-data': data }, env), { constructor: Unreachable });
  });

  it('is not looked up where nobody’s certificate is looked at', async (t) => {
    const env = { SSL_CERT_FILE: path.join(folder, 'no such file'), SSL_CERT_DIR: path.join(folder, 'empty') };
    const secured = await start(t, server);
    const data = Buffer.from(between.cert).toString('base64');
    await ask(secured, { 'certificate-authority-data': data }, env);
    const plain = await StandInApiServer.start();
    t.after(() => plain.close());
    plain.answer(THING, (response) => void response.end('{}'));
    await ask(plain, {}, env);
    await assert.rejects(ask(secured, {}, env), {
      constructor: BadInput,
      message: `cannot read the CA certificates of SSL_CERT_FILE=${env.SSL_CERT_FILE}, SSL_CERT_DIR=${env.SSL_CERT_DIR}`,
    });
  });

  it('is the same for a source, a URL behind -f, and a server behind a proxy', async (t) => {
    const asked = await start(t, server);
    asked.answer('/model.yaml', (response) => void response.end('kind: Model'));
    const env = { SSL_CERT_FILE: fileWith(between.cert).file, SSL_CERT_DIR: path.join(folder, 'empty') };
    const url = `${asked.url}/model.yaml`;
    assert.equal(await readUrl(url, { env }), 'kind: Model');

    const source = new SourceConnection({ token: () => undefined, userAgent: 'tester', env, authority: undefined });
    const signal = AbortSignal.timeout(10_000);
    const answer = await source.request({ method: 'GET', url: new URL(url), headers: {}, signal });
    assert.equal(await answer.text(), 'kind: Model');

    const proxy = await startConnectProxy({ tls: server });
    t.after(() => proxy.close());
    await ask(asked, { 'proxy-url': proxy.url.replace('127.0.0.1', 'localhost') }, env);
    assert.deepEqual(proxy.asked, [`CONNECT ${new URL(asked.url).host}`]);
  });

  it('is somebody on every machine, and each is there once', () => {
    const system = systemAuthorities({});
    assert.ok(system.length > 50);
    assert.equal(new Set(system).size, system.length);
  });
});
