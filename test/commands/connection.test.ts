import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { requestTimeout } from '../../src/commands/connection.ts';
import { BadInput, exitCodes } from '../../src/failures.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';

const GROUP = '/apis/machinelearning.seldon.io';

describe('The flags of a command that connects', () => {
  let server: StandInApiServer;

  beforeEach(async () => {
    server = await StandInApiServer.start(selfSignedCertificate());
  });
  afterEach(() => server.close());

  /** A run against a server that has no Seldon Core. */
  async function run(...flags: string[]) {
    const args = ['run', '-f', '-', `--server=${server.url}`, '--insecure-skip-tls-verify', ...flags];
    return await runInProcess('/nowhere', args, { stdin: modelYaml() });
  }

  it('reach the server as kubectl’s do', async () => {
    const flags = ['--token=t', '--as=jane', '--as-group=dev', '--as-uid=u', '--as-user-extra=scopes=a=b'];
    const { exitCode, stderr } = await run(...flags);
    assert.equal(exitCode, exitCodes.clusterNotReady, stderr);
    assert.match(stderr, /the server doesn't have a resource type "seldondeployments"/);
    const [first] = server.received;
    assert.equal(first?.path, `${GROUP}/v1`);
    const { authorization, ...headers } = first?.headers ?? {};
    assert.equal(authorization, 'Bearer t');
    assert.deepEqual(
      Object.entries(headers).filter(([name]) => name.startsWith('impersonate-')),
      [
        ['impersonate-user', 'jane'],
        ['impersonate-uid', 'u'],
        ['impersonate-group', 'dev'],
        ['impersonate-extra-scopes', 'a=b'],
      ],
    );
  });

  it('say nothing where they are empty', async () => {
    await run(
      '--context=',
      '--user=',
      '--token=',
      '--as=',
      '--as-group=',
      '--as-user-extra=',
      '--request-timeout=',
      '-v=',
    );
    assert.equal(server.received.length, 2, 'as many as without any of them');
  });

  it('tell of requests on standard error with -v, also as --v', async () => {
    assert.match((await run('-v', '6')).stderr, new RegExp(`^GET ${server.url}${GROUP}/v1 404 in \\d+ milliseconds\n`));
    assert.match((await run('--v=8')).stderr, /^Request Headers:$/m);
  });

  it('end a request that takes too long', async () => {
    server.answer(GROUP, () => {});
    const { exitCode, stderr } = await run('--request-timeout=100ms');
    assert.equal(exitCode, exitCodes.clusterNotReady);
    assert.match(stderr, /Unable to connect to the server: context deadline exceeded/);
  });

  const wrong: [flag: string, message: RegExp][] = [
    ['-v=loud', /invalid argument "loud" for "-v"/],
    ['--as-user-extra=scopes', /invalid argument "scopes" for "--as-user-extra": expected KEY=VALUE/],
    ['--as-group=dev', /requesting uid, groups or user-extra without impersonating a user\nSet the user with --as/],
    ['--request-timeout=soon', /invalid argument "soon" for "--request-timeout"/],
    ['--insecure-skip-tls-verify=maybe', /invalid argument "maybe" for "--insecure-skip-tls-verify"/],
  ];
  for (const [flag, message] of wrong) {
    it(`are refused before anything is asked: ${flag}`, async () => {
      const { exitCode, stderr } = await run(flag);
      assert.equal(exitCode, exitCodes.badInput);
      assert.match(stderr, message);
      assert.equal(server.received.length, 0);
    });
  }
});

describe('--request-timeout', () => {
  const cases: [text: string | undefined, milliseconds: number | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['0', 0],
    ['30', 30_000],
    ['1m30s', 90_000],
    ['-5s', 0],
    ['10000h', 2 ** 31 - 1],
  ];
  for (const [text, milliseconds] of cases) {
    it(`of ${text === undefined ? 'nothing' : `"${text}"`} means ${milliseconds ?? 'the usual'}`, () => {
      assert.equal(requestTimeout(text), milliseconds);
    });
  }

  it('of something else is refused', () => {
    assert.throws(() => requestTimeout('soon'), BadInput);
  });
});
