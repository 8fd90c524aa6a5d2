import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Api } from '../../src/cluster/api.ts';
import { ApiFailure, CredentialsMissing } from '../../src/cluster/api-failure.ts';
import { type KubeconfigChoice, loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { type CredentialPluginFixture, credentialPlugin } from '../credential-plugin.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { throwWritten } from '../written.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { StandInApiServer } from './stand-in-api-server.ts';

const THING = '/apis/example.com/v1/things/one';
const certificate = selfSignedCertificate();

describe('the credentials of a request', () => {
  let server: StandInApiServer;
  let folder: string;
  let clock: FakeClock;
  /** Whom the server lets in; anybody, when it is undefined. */
  let accepted: string | undefined;

  beforeEach(async () => {
    server = await StandInApiServer.start(certificate);
    folder = mkdtempSync(path.join(tmpdir(), 'credentials-'));
    clock = new FakeClock();
    accepted = undefined;
    server.answer(THING, (response) => {
      const refused = accepted !== undefined && server.received.at(-1)?.headers.authorization !== accepted;
      response.writeHead(refused ? 401 : 200, { 'Content-Type': 'application/json' });
      response.end(refused ? '{"kind":"Status","message":"Unauthorized","reason":"Unauthorized","code":401}' : '{}');
    });
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  function apiOf(user: Record<string, unknown>, choice: Partial<KubeconfigChoice> = {}): Api {
    const file = path.join(folder, 'config');
    const authority = Buffer.from(certificate.cert).toString('base64');
    writeFileSync(file, server.kubeconfig({ 'certificate-authority-data': authority }, user));
    return new Api(loadKubeconfig({ file, env: {}, userAgent: 'test', clock, ...choice }).connection);
  }

  const get = (api: Api) => api.call({ method: 'GET', path: THING });
  const sent = () => server.received.map(({ headers }) => headers.authorization);

  it('are none over plain HTTP, where anybody could read them', async () => {
    const plain = await StandInApiServer.start();
    plain.answer(THING, (response) => void response.end('{}'));
    await get(plain.api({}, { token: 'secret' }));
    assert.equal(plain.received[0]?.headers.authorization, undefined);
    await plain.close();
  });

  it('may be a name and a password', async () => {
    await get(apiOf({ username: 'jane', password: 's:é' }));
    assert.deepEqual(sent(), [`Basic ${Buffer.from('jane:s:é').toString('base64')}`]);
  });

  it('may be the token of an OIDC login, as long as it is good', async () => {
    const payload = Buffer.from(JSON.stringify({ exp: clock.now() / 1_000 + 60 })).toString('base64url');
    const api = apiOf({ 'auth-provider': { name: 'oidc', config: { 'id-token': `e30.${payload}.x` } } });
    await get(api);
    assert.deepEqual(sent(), [`Bearer e30.${payload}.x`]);
    await clock.advance(61_000);
    await assert.rejects(get(api).catch(throwWritten), {
      constructor: CredentialsMissing,
      message: 'oidc: the id-token has expired',
      hint: /^kubectl renews it/,
    });
  });

  describe('in a file', () => {
    const token = (text: string) => writeFileSync(path.join(folder, 'token'), text);

    it('are read again after a while, because somebody else replaces them', async () => {
      token('one\n');
      const api = apiOf({ tokenFile: 'token' });
      await get(api);
      token('two\n');
      await get(api);
      await clock.advance(50_000);
      await get(api);
      assert.deepEqual(sent(), ['Bearer one', 'Bearer one', 'Bearer two']);
    });

    it('are read again at once when the server refuses them', async () => {
      token('one');
      const api = apiOf({ tokenFile: 'token' });
      await get(api);
      token('two');
      accepted = 'Bearer two';
      await get(api);
      assert.deepEqual(sent(), ['Bearer one', 'Bearer one', 'Bearer two']);
    });

    it('and refused are not sent again while they are the same', async () => {
      token('one');
      accepted = 'Bearer two';
      await assert.rejects(get(apiOf({ tokenFile: 'token' })), { constructor: ApiFailure, status: 401 });
      assert.deepEqual(sent(), ['Bearer one']);
    });

    it('are kept while the file is gone', async () => {
      token('one');
      const api = apiOf({ tokenFile: 'token' });
      await get(api);
      rmSync(path.join(folder, 'token'));
      await clock.advance(50_000);
      await get(api);
      assert.deepEqual(sent(), ['Bearer one', 'Bearer one']);
    });

    it('that is not there or empty are missing, and nothing is sent', async () => {
      const api = apiOf({ tokenFile: 'token' });
      await assert.rejects(get(api), { constructor: CredentialsMissing, message: /^ENOENT/ });
      token(' \n');
      await assert.rejects(get(api), { constructor: CredentialsMissing, message: /^read empty token from file/ });
      assert.deepEqual(sent(), []);
    });
  });

  describe('of a plugin', () => {
    let plugin: CredentialPluginFixture;
    beforeEach(() => {
      plugin = credentialPlugin(folder);
      plugin.gives({ token: 'one' });
    });

    it('are asked for once, however many requests need them', async () => {
      const api = apiOf({ exec: plugin.exec });
      await Promise.all([get(api), get(api), get(api)]);
      await get(api);
      assert.deepEqual(sent(), Array(4).fill('Bearer one'));
      assert.deepEqual(plugin.runs(), [
        { kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', spec: { interactive: false } },
      ]);
    });

    it('are asked for again when they have expired', async () => {
      plugin.gives({ token: 'one', expirationTimestamp: new Date(clock.now() + 60_000).toISOString() });
      const api = apiOf({ exec: plugin.exec });
      await get(api);
      plugin.gives({ token: 'two', expirationTimestamp: null });
      await clock.advance(59_000);
      await get(api);
      await clock.advance(2_000);
      await get(api);
      assert.deepEqual(sent(), ['Bearer one', 'Bearer one', 'Bearer two']);
    });

    it('are asked for again when the server refuses them', async () => {
      const api = apiOf({ exec: plugin.exec });
      await get(api);
      plugin.gives({ token: 'two' });
      accepted = 'Bearer two';
      await Promise.all([get(api), get(api)]);
      assert.equal(sent().filter((header) => header === 'Bearer two').length, 2);
      assert.equal(plugin.runs().length, 2);
    });

    it('and refused twice are refused', async () => {
      accepted = 'Bearer other';
      await assert.rejects(get(apiOf({ exec: plugin.exec })), { constructor: ApiFailure, status: 401 });
      assert.deepEqual(sent(), ['Bearer one']);
      assert.equal(plugin.runs().length, 2);
    });

    it('come with what it wants to know of the cluster', async () => {
      await get(apiOf({ exec: { ...plugin.exec, provideClusterInfo: true } }));
      assert.deepEqual(plugin.runs()[0]?.spec, {
        cluster: {
          server: server.url,
          'certificate-authority-data': Buffer.from(certificate.cert).toString('base64'),
        },
        interactive: false,
      });
    });

    it('may have a command beside the kubeconfig, and settings of its own', async () => {
      writeFileSync(path.join(folder, 'login'), '#!/bin/sh\nexec "$NODE" "$@"\n', { mode: 0o755 });
      const env = [{ name: 'NODE', value: process.execPath }];
      await get(apiOf({ exec: { ...plugin.exec, command: './login', env } }));
      assert.deepEqual(sent(), ['Bearer one']);
    });

    const wrong: [it: string, exec: Record<string, unknown>, gives: object | string, message: RegExp][] = [
      ['it is not installed', { command: 'nonesuch' }, '', /^exec: executable nonesuch not found$/],
      ['it fails', { args: ['-e', 'process.exit(3)'] }, '', /^exec: executable \S+ failed with exit code 3$/],
      ['it writes something else', {}, 'hello', /^exec: decoding stdout of \S+: /],
      [
        'it answers in another version',
        {},
        '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{}}',
        /^exec plugin is configured to use API version client\.authentication\.k8s\.io\/v1, plugin returned version client\.authentication\.k8s\.io\/v1beta1$/,
      ],
      [
        'it gives no status',
        {},
        '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}',
        /^exec plugin didn't return a status field$/,
      ],
      ['it gives nothing', {}, {}, /^exec plugin didn't return a token or cert\/key pair$/],
      ['it gives a token that is no text', {}, { token: { a: 1 } }, /^exec plugin returned a token that is not text$/],
      [
        'it gives a status that is none',
        {},
        '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":7}',
        /^exec plugin didn't return/,
      ],
      [
        'it writes without end',
        { args: ['-e', 'const more = () => process.stdout.write("x".repeat(99_999), more); more()'] },
        '',
        /^exec: executable \S+ wrote more than 1 MiB to standard output, too much for a credential$/,
      ],
      [
        'it gives a certificate without its key',
        {},
        { clientCertificateData: 'PEM' },
        /^exec plugin returned only certificate or key, not both$/,
      ],
      [
        'it has to ask, and nobody can answer',
        { interactiveMode: 'Always' },
        { token: 'one' },
        /^exec plugin cannot support interactive mode: standard input is not a terminal$/,
      ],
    ];
    for (const [sentence, exec, gives, message] of wrong) {
      it(`are missing, and nothing is sent, when ${sentence}`, async () => {
        plugin.gives(gives);
        const api = apiOf({ exec: { ...plugin.exec, ...exec } });
        await assert.rejects(get(api), { constructor: CredentialsMissing, message });
        assert.deepEqual(sent(), []);
      });
    }

    it('that is not installed: the kubeconfig’s own hint is told, without what could disturb the terminal', async () => {
      const api = apiOf({ exec: { ...plugin.exec, command: 'nonesuch', installHint: 'Get it:\n\u001b[1mhere' } });
      await assert.rejects(get(api), { hint: 'Get it:\nU+001b[1mhere' });
    });

    it('are asked for again after it has failed', async () => {
      plugin.gives('hello');
      const api = apiOf({ exec: plugin.exec });
      await assert.rejects(get(api), CredentialsMissing);
      plugin.gives({ token: 'one' });
      await get(api);
      assert.deepEqual(sent(), ['Bearer one']);
    });

    it('may be asked of the user where there is a terminal', async () => {
      await get(apiOf({ exec: { ...plugin.exec, interactiveMode: 'IfAvailable' } }, { interactive: () => true }));
      assert.deepEqual(plugin.runs()[0]?.spec, { interactive: true });
    });

    it('are not waited for without end, even where what the plugin has started holds its output open', async () => {
      const started = path.join(folder, 'started');
      const script = `require('node:child_process').spawn('sleep', ['30'], { stdio: 'inherit' }); require('node:fs').writeFileSync(${JSON.stringify(started)}, '')`;
      const request = get(apiOf({ exec: { ...plugin.exec, args: ['-e', script] } }));
      const refused = assert.rejects(request, {
        constructor: CredentialsMissing,
        message: /^exec: executable \S+ has given no credential within 10 minutes$/,
      });
      await until(() => existsSync(started));
      await clock.advance(10 * 60_000);
      await refused;
      assert.deepEqual(sent(), []);
    });

    it('are not waited for when the program is to end', async () => {
      const end = new AbortController();
      const api = apiOf(
        { exec: { ...plugin.exec, args: ['-e', 'setTimeout(() => {}, 60_000)'] } },
        { signal: end.signal },
      );
      const request = get(api);
      end.abort(new Error('interrupted'));
      await assert.rejects(request, { message: 'interrupted' });
    });
  });
});
