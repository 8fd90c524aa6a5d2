import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { runCli } from '../../src/cli/run-cli.ts';
import { systemClock } from '../../src/clock.ts';
import { harmlessJson } from '../../src/text/escape.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { CapturedOutput } from '../captured-output.ts';
import { xmlTree } from '../report/xml-tree.ts';
import { assertHarmless } from './harmless.ts';
import { POISON, startHostileProxy } from './hostile-proxy.ts';

const FILE_POISON = POISON.replaceAll(/[\0/]/g, '');
const SOON = ['--timeout=1s', '--total-timeout=3s', '--fail-fast=false'];
const drawn = ['html', 'svg', 'xml', 'ndjson'];

/** What is drawn has none of the elements that were slipped into it. */
function assertDrawing(suffix: string, text: string): void {
  const isMarkup = suffix !== 'ndjson';
  assert.ok(!isMarkup || !/<script|<img|<b><script|\]\]>-->&amp;/i.test(text), `${suffix}: an element was slipped in`);
  // Lines of a text are lines of it in markup, too.
  assertHarmless(suffix, text, { logs: isMarkup });
  if (suffix === 'svg' || suffix === 'xml') xmlTree(text);
  if (suffix === 'ndjson') for (const line of text.trimEnd().split('\n')) JSON.parse(line);
}

describe('Hostile text', () => {
  let sandbox: SandboxUnderTest;
  let server: Awaited<ReturnType<typeof startHostileProxy>>;
  let folder: string;
  let hostile: string;

  before(async () => {
    sandbox = await startSandboxUnderTest();
    server = await startHostileProxy(sandbox.api.server);
    folder = mkdtempSync(path.join(tmpdir(), 'hostile-files-'));
    hostile = path.join(folder, 'config');
    writeFileSync(
      hostile,
      JSON.stringify({
        clusters: [{ name: 'a', cluster: { server: server.url } }],
        contexts: [
          { name: 'a', context: { cluster: 'a' } },
          ...['$(touch x)', '`id`', 'a;b', "a'b", 'a b', '\u001b[31m', 'arn:aws:eks:eu-1:7:cluster/x', 'me@host'].map(
            (name) => ({ name, context: {} }),
          ),
        ],
        'current-context': 'a',
      }),
    );
    const { exitCode, stderr } = await sandbox.run(['apply', '-f', '-', '--wait'], { stdin: modelYaml() });
    assert.equal(exitCode, 0, stderr);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await server.close();
    await sandbox.stop();
  });

  it('of a cluster is in what --report draws', async () => {
    const files = drawn.map((suffix) => path.join(folder, `run.${suffix}`));
    const reports = files.flatMap((file) => ['--report', file]);
    await runInProcess(hostile, ['scale', 'iris', '--replicas=2', '--wait', ...SOON, ...reports]);
    for (const [index, file] of files.entries()) {
      const text = readFileSync(file, 'utf8');
      assert.ok(text.length > 200, file);
      assertDrawing(drawn[index] ?? '', text);
    }
  });

  it('of a saved stream is in what report draws', async () => {
    const time = '2026-01-01T00:00:00.000Z';
    const deployment = { namespace: POISON, name: POISON };
    const object = { kind: POISON, namespace: POISON, name: POISON, uid: POISON };
    const event = { uid: POISON, type: POISON, reason: POISON, message: POISON, source: POISON, object, count: 2 };
    const lines = [
      { type: 'step', time, deployment, step: POISON, name: POISON, state: 'started' },
      { type: 'step', time, deployment, step: POISON, name: POISON, state: 'failed', message: POISON },
      { type: 'waiting', time, deployment, step: POISON, message: POISON },
      { type: 'replicas', time, deployment, object, desired: 2, available: 1 },
      { type: 'pod', time, deployment, object, status: POISON, ready: true },
      { type: 'event', time, deployment, event: { ...event, firstTime: time, lastTime: time } },
      { type: 'notice', time, deployment, level: 'error', message: POISON },
      { type: 'notice', time, level: 'error', message: POISON },
      { type: 'summary', time, outcome: POISON, deployments: [{ ...deployment, outcome: POISON, left: [POISON] }] },
    ];
    const file = path.join(folder, 'saved.ndjson');
    writeFileSync(file, lines.map((line) => `${harmlessJson(JSON.stringify(line))}\n`).join(''));
    for (const suffix of ['html', 'svg', 'xml']) {
      const out = path.join(folder, `drawn.${suffix}`);
      const { exitCode, stdout, stderr } = await sandbox.run(['report', file, '-o', out]);
      assert.equal(exitCode, 0, stderr);
      assertHarmless('standard output', stdout + stderr);
      assertDrawing(suffix, readFileSync(out, 'utf8'));
    }
  });

  it('of a source: ids, names, kinds, revisions, problems', async () => {
    const item = {
      id: POISON,
      name: 'wine',
      deployment: { image: `a:1${POISON}` },
      labels: { a: POISON },
      [POISON]: 1,
    };
    for (const source of [
      { revision: POISON, items: [item, { kind: POISON, metadata: { name: POISON } }, { id: POISON }] },
      {
        items: [
          { ...item, name: POISON },
          { ...item, namespace: POISON },
          { ...item, ingress: { host: POISON } },
        ],
      },
      { type: POISON },
      { type: 'snapshot', revision: POISON, items: [item] },
      { type: 'delete', id: POISON },
      POISON,
    ]) {
      for (const output of [[], ['-o', 'json']]) {
        for (const dryRun of [['--dry-run=server'], ['--prune']]) {
          const args = ['sync', '-', '--owner=hostile', ...dryRun, ...output];
          const { stdout, stderr } = await sandbox.run(args, { stdin: JSON.stringify(source) });
          assertHarmless('standard output', stdout);
          assertHarmless('standard error', stderr);
          if (output.length > 0) for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
        }
      }
    }
  });

  it('of a plan: names of steps, values, messages', async () => {
    const plan = {
      apiVersion: 'seldon-lifecycle.io/v1alpha1',
      kind: 'Plan',
      values: { [POISON]: POISON },
      steps: [
        { name: POISON, apply: { filename: `${POISON}.yaml` } },
        { [POISON]: {} },
        { name: POISON, wait: { for: [POISON] } },
      ],
    };
    for (const args of [['validate'], ['run', '--dry-run=client'], ['run'], ['run', '-o', 'json']]) {
      const { stdout, stderr, exitCode } = await sandbox.run(['plan', ...args, '-f', '-'], {
        stdin: JSON.stringify(plan),
      });
      assert.equal(exitCode, 2);
      assertHarmless('standard output', stdout);
      assertHarmless('standard error', stderr);
    }
  });

  it('of file names, good and bad', async () => {
    const named = path.join(folder, FILE_POISON);
    mkdirSync(named);
    for (const [content, name] of [
      [modelYaml(), 'good'],
      ['kind: [', 'bad'],
      ['{"type": "step"', 'bad'],
    ] as const) {
      const file = path.join(named, `${name}${FILE_POISON}.yaml`.slice(0, 150));
      writeFileSync(file, content);
      for (const args of [
        ['apply', '-f', file, '--dry-run=server'],
        ['diff', '-f', file],
        ['plan', 'validate', '-f', file],
        ['sync', file, '--owner=x', '--dry-run=server'],
        ['sync', named, '--owner=x', '--dry-run=server', '-o', 'json'],
        ['predict', 'iris', '-d', `@${file}`],
        ['report', file, '-o', `${file}.html`],
        ['run', '-f', file, '--report', `${file}.txt`],
        ['run', '-f', file, '--report', path.join(named, 'none', 'x.html')],
        ['list', '--kubeconfig', file],
        ['sync', 'http://127.0.0.1:9/', '--insecure-http', '--token-file', `${file}x`, '--owner=x'],
      ]) {
        const { stdout, stderr } = await sandbox.run(args);
        assertHarmless(args.join(' '), stdout);
        assertHarmless(args.join(' '), stderr);
      }
    }
  });

  it('picked by -o jsonpath is harmless on a terminal, and as it is in a pipe', async () => {
    const args = [
      'list',
      'iris',
      '-o',
      "jsonpath={.spec.predictors[0].componentSpecs[0].spec.containers[0].image}{'\\n'}{'\\t'}x",
    ];
    const told = async (isTTY: boolean) => {
      const stdout = new CapturedOutput({ isTTY });
      await runCli(args, {
        stdin: Readable.from([]),
        stdout,
        stderr: new CapturedOutput(),
        env: { KUBECONFIG: hostile },
        clock: systemClock,
        signal: new AbortController().signal,
        userAgent: 'test',
      });
      return stdout.text;
    };
    const [onTerminal, inPipe] = [await told(true), await told(false)];
    assert.ok(inPipe.includes('\u001b[31m'));
    // Its lines are its own.
    assertHarmless('the terminal', onTerminal, { logs: true });
    assert.match(onTerminal, /\n\tx$/);
  });

  it('of a kubeconfig is not completed where a shell would do something with it', async () => {
    const { stdout } = await runInProcess(hostile, ['__complete', 'list', '--context', '']);
    assert.deepEqual(stdout.trimEnd().split('\n').sort(), [':4', 'a', 'arn:aws:eks:eu-1:7:cluster/x', 'me@host']);
  });
});
