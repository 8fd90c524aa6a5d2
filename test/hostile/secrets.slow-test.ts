import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { seen } from '../behaviour/seen.ts';
import { selfSignedCertificate } from '../cluster/self-signed-certificate.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';
import { credentialPlugin } from '../credential-plugin.ts';
import { type Answer, jsonList, SourceServer, snapshot, sse, stream } from '../sync/source-server.ts';

const CANARY = 'c4n4ry-0f-7h3-m1n3';
const base64 = Buffer.from(CANARY).toString('base64');

/** As it is, and in the forms that it is sent and stored in. */
function assertNoCanary({ stdout, stderr }: { stdout: string; stderr: string }): void {
  for (const form of [CANARY, base64, encodeURIComponent(CANARY), Buffer.from(`user:${CANARY}`).toString('base64')]) {
    assert.ok(!stdout.includes(form), `standard output tells the secret: ${stdout}`);
    assert.ok(!stderr.includes(form), `standard error tells the secret: ${stderr}`);
  }
}

const { key } = selfSignedCertificate();
const inKey = key.split('\n')[1] ?? '';

const users: [name: string, user: Record<string, unknown>][] = [
  ['a token', { token: CANARY }],
  ['a token that is no text', { token: [CANARY] }],
  ['a token that cannot stand in a header', { token: `${CANARY}\n` }],
  ['a password', { username: 'user', password: CANARY }],
  ['a password that is no text', { username: 'user', password: { is: CANARY } }],
  ['a key of no known form', { 'client-certificate-data': base64, 'client-key-data': base64 }],
  ['a key without its certificate', { 'client-key-data': Buffer.from(key).toString('base64') }],
  ['an OIDC token', { 'auth-provider': { name: 'oidc', config: { 'id-token': CANARY, 'refresh-token': CANARY } } }],
  ['the environment of a plugin', { exec: plugin('false', { env: [{ name: 'SECRET', value: CANARY }] }) }],
  ['the arguments of a plugin', { exec: plugin('false', { args: [CANARY] }) }],
  [
    'the environment of a plugin that there is not',
    { exec: plugin('no-such-plugin', { env: [{ name: 'S', value: CANARY }] }) },
  ],
  ['what a plugin says that is no JSON', { exec: plugin('echo', { args: [CANARY] }) }],
];

function plugin(command: string, more: object) {
  return { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never', ...more };
}

const commandLines = [
  ['list', '-v=9'],
  ['status', 'iris', '-v=9'],
  ['events', '-v=9', '-o', 'json'],
  ['apply', '-f', '-', '-v=99', '-o', 'json'],
  ['doctor', '-v=9'],
  ['version', '-v=9'],
];

describe('Secrets are never told', () => {
  let server: StandInApiServer;
  let folder: string;
  beforeEach(async () => {
    server = await StandInApiServer.start();
    folder = mkdtempSync(path.join(tmpdir(), 'secrets-'));
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  async function run(kubeconfig: string, args: readonly string[], stdin = modelYaml()) {
    const file = path.join(folder, 'config');
    writeFileSync(file, kubeconfig);
    const finished = await runInProcess(file, args, { stdin });
    assertNoCanary(finished);
    assert.ok(!`${finished.stdout}${finished.stderr}`.includes(inKey), 'the key is told');
    return finished;
  }

  for (const [name, user] of users) {
    it(`of a kubeconfig: ${name}`, async () => {
      for (const args of commandLines) {
        assert.notEqual((await run(server.kubeconfig({}, user), args)).exitCode, 0);
        const headers = { 'set-cookie': CANARY, 'www-authenticate': 'Bearer' };
        server.refuseNext('/apis/machinelearning.seldon.io', 401, 'Unauthorized', headers);
        await run(server.kubeconfig({}, user), args);
      }
    });
  }

  it('that the server was shown, and says again in its errors and warnings', async () => {
    const shown = await StandInApiServer.start(selfSignedCertificate());
    const { exec, gives } = credentialPlugin(folder);
    gives({ token: CANARY });
    writeFileSync(path.join(folder, 'token'), CANARY);
    const asUser = [
      { token: CANARY },
      { tokenFile: path.join(folder, 'token') },
      { username: 'user', password: CANARY },
      { exec },
    ];
    try {
      for (const user of asUser) {
        const header = 'password' in user ? Buffer.from(`user:${CANARY}`).toString('base64') : CANARY;
        const warning = `299 - "saw ${header}, which is ${CANARY} or ${base64}"`;
        const refused = (response: ServerResponse) => {
          const message = `nobody has ${header}: "${CANARY}" (${base64})`;
          const status = JSON.stringify({ kind: 'Status', status: 'Failure', message, reason: 'Forbidden' });
          response.writeHead(shown.received.length % 2 ? 401 : 403, { warning }).end(status);
        };
        for (const path of ['/version', '/apis/machinelearning.seldon.io']) shown.answer(path, refused);
        const kubeconfig = shown.kubeconfig({ 'insecure-skip-tls-verify': true }, user);
        for (const args of [...commandLines, ['list'], ['apply', '-f', '-']]) {
          const { exitCode, stdout, stderr } = await run(kubeconfig, args);
          assert.equal(exitCode, 3, stderr);
          assert.match(`${stdout}${stderr}`, /nobody has \*\*\*: "\*\*\*" \(\*\*\*\)/);
        }
        assert.ok(shown.received.some(({ headers }) => headers.authorization?.endsWith(header)));
      }
    } finally {
      await shown.close();
    }
  });

  it('of a kubeconfig that is broken', async () => {
    for (const line of [
      `  token: "${CANARY}`,
      `  token: *${CANARY}`,
      `  token: ]${CANARY}`,
      `  token: a: ${CANARY}`,
      `\ttoken: ${CANARY}`,
      `  token: @${CANARY}`,
    ]) {
      const { exitCode } = await run(`users:\n- name: a\n  user:\n  ${line}\n`, ['list', '-v=9']);
      assert.equal(exitCode, 2);
    }
  });

  it('of the command line and the proxy', async () => {
    await run(server.kubeconfig(), ['list', `--token=${CANARY}`, '-v=9']);
    await run(server.kubeconfig({ 'proxy-url': `http://user:${CANARY}@127.0.0.1:9` }), ['list', '-v=9']);
    await run(server.kubeconfig({ 'proxy-url': `socks5://user:${CANARY}@127.0.0.1:9` }), ['list', '-v=9']);
    await run(server.kubeconfig({ 'proxy-url': `http://user:${CANARY}@[` }), ['list', '-v=9']);
    await run(server.kubeconfig({ server: `http://user:${CANARY}@127.0.0.1:9` }), ['list', '-v=9']);
  });

  describe('of Secrets beside a deployment', () => {
    let sandbox: SandboxUnderTest;
    before(async () => {
      sandbox = await startSandboxUnderTest();
    });
    after(() => sandbox.stop());

    const secret = (data: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n${data}\n---\n${modelYaml()}`;

    it('that are applied, told, deleted', async () => {
      for (const data of [`data: {a: ${base64}}`, `stringData: {a: ${CANARY}}`]) {
        for (const output of [[], ['-o', 'json'], ['-o', 'yaml']]) {
          const finished = await sandbox.run(['apply', '-f', '-', '-v=9', ...output], { stdin: secret(data) });
          assert.equal(finished.exitCode, 0, finished.stderr);
          // Objects are asked for by -o as they are.
          if (output.length === 0) assertNoCanary(finished);
          else assertNoCanary({ stdout: '', stderr: finished.stderr });
        }
        assertNoCanary(await sandbox.run(['run', '-f', '-', '-o', 'json', '-v=9'], { stdin: secret(data) }));
      }
    });

    it('that are broken', async () => {
      const broken = [
        `*${CANARY}`,
        `"${CANARY}`,
        `]${CANARY}`,
        `a: b: ${CANARY}`,
        `@${CANARY}`,
        `!${CANARY} !a b`,
        `&${CANARY} &b c`,
      ];
      for (const value of broken) {
        const finished = await sandbox.run(['apply', '-f', '-', '-v=9'], {
          stdin: secret(`stringData:\n  a: ${value}`),
        });
        assert.equal(finished.exitCode, 2, value);
        assertNoCanary(finished);
      }
    });
  });

  describe('of a source', () => {
    let sandbox: SandboxUnderTest;
    let source: SourceServer;
    let other: StandInApiServer;
    before(async () => {
      sandbox = await startSandboxUnderTest();
    });
    after(() => sandbox.stop());
    beforeEach(async () => {
      source = await SourceServer.start();
      other = await StandInApiServer.start();
    });
    afterEach(async () => {
      await source.close();
      await other.close();
    });

    /** Syncs with the token, and answers whether it went to the source. */
    async function sync(...more: string[]): Promise<number> {
      const token = path.join(folder, 'token');
      writeFileSync(token, `${CANARY}\n`, { mode: 0o600 });
      for (const output of [[], ['-o', 'json']]) {
        const args = ['sync', source.url, '--insecure-http', '--owner=secret', `--token-file=${token}`, '-v=9'];
        assertNoCanary(await sandbox.run([...args, ...output, ...more]));
      }
      assert.deepEqual(other.received, []);
      assert.doesNotMatch(JSON.stringify([source.reports, source.logs]), new RegExp(CANARY));
      return source.requests.filter(({ headers }) => headers.authorization === `Bearer ${CANARY}`).length;
    }
    const items = [{ id: 'a', deployment: { image: 'a:1' } }];

    it('whose token is accepted, and who is reported to', async () => {
      source.answers = [jsonList(items)];
      assert.equal(await sync(`--report=${source.reportUrl}`), 2);
      assert.ok(source.reports.length > 0);
    });

    for (const code of [401, 403]) {
      it(`which refuses the token with ${code}`, async () => {
        source.answers = [(_, response) => response.writeHead(code, { 'www-authenticate': CANARY }).end(CANARY)];
        assert.equal(await sync(), 2);
      });
    }

    it('which redirects elsewhere', async () => {
      const leads: Answer = (_, response) =>
        response.writeHead(307, { location: `${other.url}/x?token=${CANARY}` }).end();
      // It is tried again, and then answers.
      source.answers = [leads, jsonList(items)];
      assert.ok((await sync()) >= 2);
    });

    it('which says the token again, where it has no place', async () => {
      const says =
        (type: string, text: string): Answer =>
        (_, response) =>
          response.writeHead(200, { 'content-type': type, 'set-cookie': CANARY }).end(text);
      source.answers = [
        says('application/x-ndjson', `{"token": "${CANARY}`),
        says('text/event-stream', `data: ${CANARY}\n\n`),
        says('application/json', `[${CANARY}]`),
        jsonList(items),
      ];
      assert.ok((await sync()) >= 4);
    });

    it('which has it in its address', async () => {
      for (const address of [`https://user:${CANARY}@127.0.0.1:9/x`, `https://127.0.0.1:9/x?token=${CANARY}`]) {
        for (const flag of [[address], ['-', `--report=${address}`]]) {
          const finished = await sandbox.run(['sync', ...flag, '--owner=secret', '-v=9'], { stdin: '[]' });
          assert.equal(finished.exitCode, 2);
          assertNoCanary(finished);
        }
      }
    });

    it('which has it in a part of its address that is not known to be one, as a signature', async () => {
      source.answers = [jsonList(items), (_, response) => response.writeHead(500).end(CANARY)];
      const report = `--report=${source.reportUrl}?sig=${CANARY}`;
      for (const more of [[], ['-o', 'json'], [report], ['--dry-run=server']]) {
        const args = ['sync', `${source.url}?sig=${CANARY}`, '--insecure-http', '--owner=secret', '-v=9', ...more];
        assertNoCanary(await sandbox.run(args));
        source.reportStatuses = [500];
        source.answers = [jsonList(items)];
      }
      const manifest = [
        'agent',
        'manifest',
        '--owner=a',
        '--image=a:1',
        `--source=https://a.example/x?token=${CANARY}`,
      ];
      assertNoCanary(await runInProcess('/nowhere', manifest));
    });

    it('which is followed: its token, and what it says of it, through every trouble', async () => {
      const token = path.join(folder, 'token');
      writeFileSync(token, `${CANARY}\n`, { mode: 0o600 });
      const stop = Promise.withResolvers<void>();
      const says =
        (code: number, type: string, text: string): Answer =>
        (_, response) =>
          response.writeHead(code, { 'content-type': type, 'set-cookie': CANARY, location: CANARY }).end(text);
      source.answers = [
        says(302, 'text/plain', CANARY),
        says(200, 'text/event-stream', `data: {"type":"snapshot","items":[]} ${CANARY}\n\n`),
        (request, response) => {
          stream(() => source, 'text/event-stream', [sse(snapshot(items)), sse({ type: 'logs', id: 'a', tx: '1' })])(
            request,
            response,
          );
        },
      ];
      source.reportStatuses = [500, 200];
      const args = [
        'sync',
        source.url,
        '--insecure-http',
        '--owner=secret',
        `--token-file=${token}`,
        '-v=9',
        '--watch',
      ];
      const running = sandbox.run([...args, `--report=${source.reportUrl}`], { interruptAfter: stop.promise });
      await seen(() => source.logs.length > 0 && source.reports.length > 0, 'logs and a report');
      // Replaced by one that is empty, and by one that is no token.
      writeFileSync(token, '');
      source.cut();
      await seen(() => source.open.size === 0, 'the end of the stream');
      writeFileSync(token, `${CANARY}\u0000\n${CANARY}`);
      await setTimeout(1_500);
      stop.resolve();
      assertNoCanary(await running);
      assert.ok(source.bodies.length > 0);
      assert.ok(!source.bodies.join('').includes(CANARY));
    });

    it('of a cluster whose token is refused while it is followed', async () => {
      source.answers = [jsonList(items)];
      const file = path.join(folder, 'config');
      writeFileSync(file, other.kubeconfig({}, { token: CANARY }));
      for (const output of [[], ['-o', 'json']]) {
        other.refuseNext('/apis/machinelearning.seldon.io', 401, 'Unauthorized', { 'set-cookie': CANARY });
        const args = ['sync', source.url, '--insecure-http', '--owner=secret', '--watch', '-v=9', ...output];
        const finished = await runInProcess(file, [...args, `--report=${source.reportUrl}`]);
        assert.notEqual(finished.exitCode, 0);
        assertNoCanary(finished);
      }
      assert.ok(!source.bodies.join('').includes(CANARY));
    });

    it('which wants a Secret: its data is told to nobody', async () => {
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: base64 } };
      source.answers = [jsonList([...items, secret, { ...secret, stringData: { a: CANARY } }])];
      for (const more of [[], ['-o', 'json'], ['--dry-run=server'], [`--report=${source.reportUrl}`]]) {
        assertNoCanary(await sandbox.run(['sync', source.url, '--insecure-http', '--owner=secret', '-v=9', ...more]));
      }
      assert.ok(!source.bodies.join('').includes(CANARY));
    });

    it('whose agent is installed: the token stays in its Secret', async () => {
      const args = ['agent', 'manifest', source.url, '--insecure-http', '--owner=secret', '--token-secret=the-secret'];
      assertNoCanary(await runInProcess('/nowhere', args));
    });
  });

  it('of the address behind -f', async () => {
    const answers: [code: number, text: string][] = [
      [200, 'kind: ['],
      [200, 'kind: 7'],
      [200, 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}'],
      [200, '\0'],
      [200, ''],
      [404, ''],
      [302, ''],
    ];
    for (const [code, text] of answers) {
      server.answer('/m.yaml', (response) => response.writeHead(code, { location: `/m.yaml?sig=${CANARY}` }).end(text));
      for (const address of [`${server.url}/m.yaml?sig=${CANARY}`, `${server.url}/m.yaml#${CANARY}`]) {
        for (const args of [['apply'], ['diff'], ['run', '-o', 'json']]) {
          const { exitCode } = await run(server.kubeconfig(), [...args, '-f', address, '-v=9']);
          assert.equal(exitCode, 2);
        }
      }
    }
    for (const at of [`user:${CANARY}@`, `${CANARY}@`]) {
      const { exitCode, stderr } = await run(server.kubeconfig(), ['apply', '-f', `http://${at}127.0.0.1:9/m.yaml`]);
      assert.equal(exitCode, 2);
      assert.match(stderr, /the address http:\/\/127\.0\.0\.1:9\/m\.yaml has a user or a password in it/);
    }
  });

  it('to another server, when this one redirects', async () => {
    const other = await StandInApiServer.start();
    try {
      for (const status of [301, 302, 303, 307, 308]) {
        server.answer('/apis/machinelearning.seldon.io', (response) => {
          response.writeHead(status, { location: `${other.url}/apis?token=${CANARY}` }).end();
        });
        const { stderr, exitCode } = await run(server.kubeconfig({}, { token: CANARY }), ['list', '-v=9']);
        assert.equal(exitCode, 3);
        assert.match(stderr, /redirects \(\d+\) to http:\/\/127.0.0.1:\d+, which is not followed/);
      }
      assert.deepEqual(other.received, []);
    } finally {
      await other.close();
    }
  });

  it('nor to this server again', async () => {
    server.answer('/apis/machinelearning.seldon.io', (response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await run(server.kubeconfig({}, { token: CANARY }), ['list']);
    assert.ok(server.received.every((request) => request.path !== '/elsewhere'));
  });

  it('to whoever cannot show that it is the server', async () => {
    const imposter = await StandInApiServer.start(selfSignedCertificate());
    try {
      const { exitCode, stderr } = await run(imposter.kubeconfig({}, { token: CANARY }), ['list']);
      assert.equal(exitCode, 3);
      assert.match(stderr, /certificate/);
      assert.deepEqual(imposter.received, []);
    } finally {
      await imposter.close();
    }
  });
});
