import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { SourceConnection, troubleInWords } from '../../src/sync/source/source-connection.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';
import { startConnectProxy } from '../connect-proxy.ts';
import { jsonList, SourceServer } from './source-server.ts';

const TOKEN = 'the-token';

describe('The way to the source', () => {
  const certificate = selfSignedCertificate('private', 'models.example');
  let folder: string;
  let authority: string;
  let source: SourceServer;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'source-'));
    authority = path.join(folder, 'ca.crt');
    writeFileSync(authority, certificate.cert);
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    source = await SourceServer.start(certificate);
    source.answers = [jsonList([])];
  });
  afterEach(() => source.close());

  function connection(options: { env?: Record<string, string>; authority?: string } = {}) {
    return new SourceConnection({
      token: () => TOKEN,
      userAgent: 'test',
      env: options.env ?? {},
      authority: options.authority,
    });
  }
  const get = (by: SourceConnection, url = source.url) =>
    by.request({ method: 'GET', url: new URL(url), headers: {}, signal: AbortSignal.timeout(10_000) });

  it('checks the certificate, and believes the authority that it is given, as a flag or as SSL_CERT_FILE', async () => {
    await assert.rejects(get(connection()), (error) => /self-signed certificate/.test(troubleInWords(error)));
    assert.equal(source.requests.length, 0);
    assert.equal((await get(connection({ authority }))).status, 200);
    assert.equal((await get(connection({ env: { SSL_CERT_FILE: authority } }))).status, 200);
    assert.equal(source.requests.at(-1)?.headers.authorization, `Bearer ${TOKEN}`);
  });

  it('believes the flag alone where there is both, and who is in the file by now', async () => {
    const other = path.join(folder, 'other.crt');
    writeFileSync(other, selfSignedCertificate('other').cert);
    const by = connection({ authority: other, env: { SSL_CERT_FILE: authority } });
    await assert.rejects(get(by));
    writeFileSync(other, certificate.cert);
    assert.equal((await get(by)).status, 200);
  });

  it('says at once that there is no such file', () => {
    assert.throws(
      () => connection({ authority: '/no/ca.crt' }).check(),
      /cannot read the authority .* from \/no\/ca\.crt/,
    );
  });

  it('goes through the proxy of the environment, which sees neither the token nor the path', async () => {
    const proxy = await startConnectProxy({ knows: source.port });
    const by = connection({ authority, env: { HTTPS_PROXY: proxy.url } });
    assert.equal((await get(by, 'https://models.example/desired')).status, 200);
    assert.deepEqual(proxy.asked, ['CONNECT models.example:443']);
    assert.equal(source.requests[0]?.headers.host, 'models.example');
    await proxy.close();
  });

  it('goes past the proxy where NO_PROXY says so', async () => {
    const proxy = await startConnectProxy({ knows: source.port });
    const by = connection({ authority, env: { HTTPS_PROXY: proxy.url, NO_PROXY: '.invalid' } });
    await assert.rejects(get(by, 'https://models.invalid/desired'), (error) =>
      /ENOTFOUND|EAI_AGAIN/.test(troubleInWords(error)),
    );
    assert.deepEqual(proxy.asked, []);
    await proxy.close();
  });

  for (const status of [301, 302, 307, 308]) {
    it(`follows no redirect (${status}), with which the token would go along`, async () => {
      const elsewhere = await SourceServer.start();
      elsewhere.answers = [jsonList([])];
      source.answers = [(_, response) => response.writeHead(status, { location: elsewhere.url }).end()];
      await assert.rejects(get(connection({ authority })), /redirects \(\d+\), and redirects are not followed/);
      assert.equal(elsewhere.requests.length, 0);
      await elsewhere.close();
    });
  }

  it('asks for an answer that is not packed, over HTTP/1.1, so that it shows where it ends', async () => {
    await get(connection({ authority }));
    const [request] = source.requests;
    assert.deepEqual([request?.headers['accept-encoding'], request?.httpVersion], ['identity', '1.1']);
  });

  it('takes no answer without end', async () => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    source.answers = [
      (_, response) => {
        response.writeHead(200);
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
      },
    ];
    const answer = await get(connection({ authority }));
    await assert.rejects(answer.text(), /larger than 16 MiB/);
  });
});
