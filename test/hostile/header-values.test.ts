import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runInProcess } from '../behaviour/in-process.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';
import { credentialPlugin } from '../credential-plugin.ts';
import { jsonList, SourceServer } from '../sync/source-server.ts';

const BEGIN = 'c4n4ry-0f';
const END = '7h3-m1n3';

/** What no header can carry. */
const controls: [character: string, said: string][] = [
  ['\n', 'a line break'],
  ['\r', 'a line break'],
  ['\r\nAuthorization: Bearer other\r\n', 'a line break'],
  ['\0', 'the control character U\\+0000'],
  ['\u0007', 'the control character U\\+0007'],
  ['\u001b', 'the control character U\\+001B'],
  ['\u007f', 'the control character U\\+007F'],
];
/** What gets into a token by copying. */
const copied: [character: string, said: string][] = [
  ['\u2019', 'the character U\\+2019'],
  ['\u200b', 'the character U\\+200B'],
  ['\ufeff', 'the character U\\+FEFF'],
  ['\u00a0', 'the character U\\+00A0'],
  ['\u{1f511}', 'the character U\\+1F511'],
];

interface Place {
  it: string;
  /** How messages call it. */
  named: RegExp;
  exitCode: number;
  isToken?: true;
  user?(value: string): Record<string, unknown>;
  args?(value: string): string[];
}

describe('What cannot be sent in a header is told by its place, never by its value, and nothing is sent', () => {
  const certificate = selfSignedCertificate();
  let folder: string;
  let server: StandInApiServer;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'headers-'));
    // Over HTTP/2, where undici forgets what comes after such a request.
    server = await StandInApiServer.start(certificate);
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const inUser = (key: string) => new RegExp(`^error: in the kubeconfig, user "tester": ${key} contains `);
  const flag = (name: string) => new RegExp(`^error: ${name} contains `);
  const places: Place[] = [
    { it: 'token', named: inUser('token'), exitCode: 3, isToken: true, user: (token) => ({ token }) },
    { it: '--token', named: flag('--token'), exitCode: 2, isToken: true, args: (value) => ['--token', value] },
    {
      it: 'a token file',
      named: /the token file "\S+" contains /,
      exitCode: 3,
      isToken: true,
      user: (token) => {
        writeFileSync(path.join(folder, 'token'), token);
        return { tokenFile: 'token' };
      },
    },
    {
      it: 'what a credential plugin gives',
      named: /exec plugin returned a token with /,
      exitCode: 3,
      isToken: true,
      user: (token) => {
        const plugin = credentialPlugin(folder);
        plugin.gives({ token });
        return { exec: plugin.exec };
      },
    },
    {
      it: 'the id-token of OIDC',
      named: inUser('id-token'),
      exitCode: 3,
      isToken: true,
      user: (token) => ({ 'auth-provider': { name: 'oidc', config: { 'id-token': token } } }),
    },
    { it: 'as', named: inUser('as'), exitCode: 3, user: (as) => ({ as }) },
    { it: 'as-uid', named: inUser('as-uid'), exitCode: 3, user: (uid) => ({ as: 'jane', 'as-uid': uid }) },
    {
      it: 'as-groups',
      named: inUser('as-groups'),
      exitCode: 3,
      user: (group) => ({ as: 'a', 'as-groups': ['a', group] }),
    },
    {
      it: 'as-user-extra',
      named: inUser('as-user-extra'),
      exitCode: 3,
      user: (value) => ({ as: 'jane', 'as-user-extra': { scopes: [value] } }),
    },
    { it: '--as', named: flag('--as'), exitCode: 2, args: (value) => ['--as', value] },
    { it: '--as-uid', named: flag('--as-uid'), exitCode: 2, args: (value) => ['--as=jane', '--as-uid', value] },
    { it: '--as-group', named: flag('--as-group'), exitCode: 2, args: (value) => ['--as=jane', '--as-group', value] },
    {
      it: '--as-user-extra',
      named: flag('--as-user-extra'),
      exitCode: 2,
      args: (value) => ['--as=jane', `--as-user-extra=scopes=${value}`],
    },
  ];

  function list({ user, args }: Place, value: string) {
    const file = path.join(folder, 'config');
    const authority = Buffer.from(certificate.cert).toString('base64');
    writeFileSync(file, server.kubeconfig({ 'certificate-authority-data': authority }, user?.(value)));
    return runInProcess(file, ['list', '-v=9', ...(args?.(value) ?? [])]);
  }

  for (const place of places) {
    it(`of ${place.it}`, async () => {
      for (const [character, said] of [...controls, ...(place.isToken ? copied : [])]) {
        const { exitCode, stdout, stderr } = await list(place, `${BEGIN}${character}${END}`);
        assert.equal(exitCode, place.exitCode, stderr);
        assert.match(stderr, place.named);
        assert.match(stderr, new RegExp(`${said}, which cannot be sent in a header$`, 'm'));
        assert.doesNotMatch(stdout + stderr, new RegExp(`${BEGIN}|${END}`));
      }
      assert.deepEqual(server.received, []);
    });
  }

  it('but the end of a line in a token file, which client-go takes off too', async () => {
    const file = places.find(({ it }) => it === 'a token file');
    assert.ok(file);
    await list(file, `${BEGIN}\r\n`);
    assert.equal(server.received[0]?.headers.authorization, `Bearer ${BEGIN}`);
  });

  describe('of a source', () => {
    async function sync(token: string, from: 'file' | 'environment') {
      const source = await SourceServer.start();
      source.answers = [jsonList([])];
      const file = path.join(folder, 'source-token');
      writeFileSync(file, token);
      const args = ['sync', source.url, '--insecure-http', '--owner=a', '-v=9'];
      const finished =
        from === 'file'
          ? await runInProcess('/nowhere', [...args, `--token-file=${file}`])
          : await runInProcess('/nowhere', args, { env: { SELDON_LIFECYCLE_SOURCE_TOKEN: token } });
      await source.close();
      assert.equal(source.requests.length, 0);
      return finished;
    }

    for (const from of ['file', 'environment'] as const) {
      it(`whose token is in the ${from}`, async () => {
        for (const [character, said] of [...controls, ...copied]) {
          const { exitCode, stdout, stderr } = await sync(`${BEGIN}${character}${END}`, from);
          assert.equal(exitCode, 2, stderr);
          assert.match(
            stderr,
            from === 'file' ? /the token file \S+ contains / : /SELDON_LIFECYCLE_SOURCE_TOKEN contains /,
          );
          assert.match(stderr, new RegExp(`${said}, which cannot be sent in a header`));
          assert.doesNotMatch(stdout + stderr, new RegExp(`${BEGIN}|${END}`));
        }
      });
    }
  });
});
