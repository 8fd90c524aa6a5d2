import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { seen } from '../behaviour/seen.ts';
import { SourceServer, snapshot, sse, stream } from '../sync/source-server.ts';
import { assertHarmless } from './harmless.ts';
import { POISON, startHostileProxy } from './hostile-proxy.ts';

const item = (id: string, more: object = {}) => ({
  id,
  name: 'wine',
  deployment: { image: 'example/wine:1.0' },
  ...more,
});

/** All that a source can say, its own names and words hostile. */
const messages = [
  snapshot([item(`wine${POISON}`)], POISON),
  {
    type: 'upsert',
    revision: POISON,
    item: item(`wine${POISON}`, {
      [POISON]: POISON,
      deployment: { image: `a:1${POISON}` },
      metrics: { [POISON]: 1, classes: POISON },
      ingress: { host: POISON },
    }),
  },
  { type: 'upsert', item: item(POISON, { name: POISON }) },
  { type: 'upsert', item: item(`${POISON}2`, { name: 'other', namespace: POISON }) },
  { type: 'upsert', item: { kind: POISON, metadata: { name: POISON } } },
  { type: 'upsert', item: { kind: 'SeldonDeployment', apiVersion: POISON, metadata: { name: POISON } } },
  { type: 'delete', id: POISON, revision: POISON },
  { type: 'logs', id: POISON, tx: POISON },
  { type: 'logs', id: `wine${POISON}`, tx: POISON },
  { type: POISON },
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe('Hostile text, while it is followed', () => {
  let sandbox: SandboxUnderTest;
  let folder: string;
  before(async () => {
    sandbox = await startSandboxUnderTest();
    folder = mkdtempSync(path.join(tmpdir(), 'hostile-watch-'));
    const { exitCode, stderr } = await sandbox.run(['apply', '-f', '-', '--wait'], { stdin: modelYaml() });
    assert.equal(exitCode, 0, stderr);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.stop();
  });

  function kubeconfigOf(server: string): string {
    const file = path.join(folder, 'config');
    const cluster = `clusters: [{name: a, cluster: {server: '${server}'}}]`;
    writeFileSync(file, `${cluster}\ncontexts: [{name: a, context: {cluster: a}}]\ncurrent-context: a`);
    return file;
  }

  for (const everything of [false, true]) {
    const whose = everything ? 'of a source, and of a server whose names are hostile too' : 'of a source and a server';
    for (const output of [[], ['-o', 'json']]) {
      it(`${whose}: sync --watch ${output.join(' ')}`, async () => {
        const server = await startHostileProxy(sandbox.api.server, { everything });
        const source = await SourceServer.start();
        const port = await freePort();
        const stop = Promise.withResolvers<void>();
        // The last one is no message, and ends the stream.
        const said = messages.slice(0, -1).map((message) => sse(message, POISON.replaceAll(/[\r\n]/g, '')));
        source.answers = [stream(() => source, 'text/event-stream', said)];
        const args = ['sync', source.url, '--insecure-http', '--owner=hostile', '--watch', '--prune', '--adopt'];
        const more = [`--report=${source.reportUrl}`, `--health-port=${port}`, '-v=9', ...output];
        const running = runInProcess(kubeconfigOf(server.url), [...args, ...more], { interruptAfter: stop.promise });
        try {
          await seen(() => source.logs.filter(({ eof }) => eof).length === 2, 'two answers about logs');
          await seen(() => source.reports.length > 0, 'a report');
          const asked = ['healthz', 'readyz', 'metrics', POISON.replaceAll(/[^ -~]/g, '')].map(async (what) => {
            const answer = await fetch(`http://127.0.0.1:${port}/${encodeURI(what)}`);
            assertHarmless(what, await answer.text());
          });
          await Promise.all(asked);
          source.say(sse(messages.at(-1) ?? {}));
          await seen(() => source.requests.length > 1, 'another connection');
        } finally {
          stop.resolve();
          const { stdout, stderr } = await running;
          await source.close();
          await server.close();
          assertHarmless('standard output', stdout);
          assertHarmless('standard error', stderr);
          assert.doesNotMatch(stderr, /\n\s+at /);
          assert.match(stderr, /wine|source/);
          if (output.length > 0) for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
        }
        for (const body of source.bodies) assertHarmless('what the source is told', body);
        // It means the same all the same.
        assert.equal(source.logs[0]?.tx, POISON);
      });
    }

    for (const args of [
      ['list', '-w'],
      ['list', '-w', '-o', 'wide'],
      ['events', '-w'],
      ['events', '-w', '-o', 'json'],
      ['wait', 'iris', '--for=available', '--timeout=2s'],
    ]) {
      it(`of a server${everything ? ' whose names are hostile too' : ''}: ${args.join(' ')}`, async () => {
        const server = await startHostileProxy(sandbox.api.server, { everything });
        const stop = Promise.withResolvers<void>();
        let replicas = everything ? 2 : 1;
        const change = async () => {
          replicas = 3 - replicas;
          await sandbox.run(['scale', 'iris', `--replicas=${replicas}`, '--wait']);
          stop.resolve();
        };
        try {
          const { stdout, stderr } = await runInProcess(kubeconfigOf(server.url), [...args, '--color=always'], {
            interruptAfter: stop.promise,
            onceSeen: { text: /iris/, act: () => void change() },
          });
          assertHarmless('standard output', stdout, { colours: true });
          assertHarmless('standard error', stderr, { colours: true });
          assert.ok(args[0] === 'wait' || stdout.split('\n').length > 3, stdout);
          // As kubectl has it, one document after the other.
          if (args.includes('json')) for (const document of stdout.trim().split(/(?<=^\})\n/m)) JSON.parse(document);
        } finally {
          await server.close();
        }
      });
    }
  }
});
