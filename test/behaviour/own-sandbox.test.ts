import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { runCli } from '../../src/cli/run-cli.ts';
import { systemClock } from '../../src/clock.ts';
import { Interrupted } from '../../src/failures.ts';
import { CapturedOutput } from '../captured-output.ts';
import { runInProcess } from './in-process.ts';
import { modelYaml } from './models.ts';
import { summaryOf } from './reports.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';
import { list, newNamespace, seldonPath } from './server-under-test.ts';
import { shellWords } from './shell-words.ts';

const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: key}\n---\n';
const plan = (steps: string) => `apiVersion: seldon-lifecycle.io/v1alpha1\nkind: Plan\nsteps:\n${steps}`;

describe('With --sandbox', { concurrency: 2 }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'own-sandbox-'));
    writeFileSync(path.join(folder, 'missing.yaml'), secret + modelYaml({ tag: 'missing' }));
    writeFileSync(path.join(folder, 'good.yaml'), secret + modelYaml());
    writeFileSync(
      path.join(folder, 'failing-plan.yaml'),
      plan('- apply: {filename: missing.yaml}\n- wait: {for: available}\n'),
    );
    writeFileSync(
      path.join(folder, 'leaving-plan.yaml'),
      plan('- apply: {filename: good.yaml}\n- wait: {for: available}\n'),
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The user's own kubeconfig leads elsewhere: what is typed later would act there. */
  const run = (args: readonly string[], options = {}) => {
    const words = args.map((arg) => (arg.endsWith('.yaml') ? path.join(folder, arg) : arg));
    return runInProcess('/no/kubeconfig', [...words, '--sandbox'], options);
  };

  const nothingLeft: { it: string; args: string[]; exitCode: number; interruptAfter?: RegExp }[] = [
    { it: 'a run that failed', args: ['run', '-f', 'missing.yaml', '--fail-grace=0s'], exitCode: 5 },
    {
      it: 'a run that timed out',
      args: ['run', '-f', 'missing.yaml', '--fail-fast=false', '--timeout=1s'],
      exitCode: 4,
    },
    { it: 'a run that keeps what it made', args: ['run', '-f', 'good.yaml', '--cleanup=never'], exitCode: 0 },
    {
      it: 'a run that was interrupted in the deletion',
      args: ['run', '-f', 'good.yaml'],
      exitCode: 130,
      interruptAfter: /deletion requested/,
    },
    {
      it: 'a run in a namespace of its own',
      args: ['run', '-f', 'missing.yaml', '-n', 'new', '--create-namespace', '--fail-grace=0s'],
      exitCode: 5,
    },
    { it: 'a plan that failed', args: ['plan', 'run', '-f', 'failing-plan.yaml', '--fail-grace=0s'], exitCode: 5 },
    { it: 'a plan that deletes nothing', args: ['plan', 'run', '-f', 'leaving-plan.yaml'], exitCode: 0 },
  ];
  for (const { it: what, args, exitCode, ...options } of nothingLeft) {
    it(`prints no command after ${what}, and does not say that anything is left`, async () => {
      const finished = await run(args, options);
      assert.equal(finished.exitCode, exitCode, finished.stderr);
      assert.doesNotMatch(finished.stderr, /kubectl|to remove it| left/, finished.stderr);
      assert.match(finished.stderr, /^Context sandbox \(in memory\), namespace (default|new)\n/);
      assert.match(finished.stdout, /LEFT\n.* 0\n/);
    });
  }

  it('says in the summary that it was a sandbox, in which nothing is left', async () => {
    const summary = summaryOf(await run(['run', '-f', 'good.yaml', '--cleanup=never', '-o', 'json']));
    const [{ left }] = summary.deployments;
    assert.deepEqual([summary.context, summary.sandbox, summary.namespaces, left], ['sandbox', true, ['default'], []]);
    assert.match(summary.server, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('prints while it holds what works until it ends, and names its server, not the user’s cluster', async () => {
    const payload = path.join(folder, 'payload.json');
    writeFileSync(payload, '{"data":{"ndarray":[[1,2]]}}');
    const stderr = new CapturedOutput();
    const stop = new AbortController();
    const tried = Promise.withResolvers<Awaited<ReturnType<typeof runInProcess>>>();
    const write = stderr.write.bind(stderr);
    stderr.write = (text: string) => {
      const [, command] = /^to try it: kubectl seldon-lifecycle (.*)\n/.exec(text) ?? [];
      if (command !== undefined) {
        const words = shellWords(command).map((word) => (word === '@payload.json' ? `@${payload}` : word));
        void runInProcess('/no/kubeconfig', words).then((answer) => {
          tried.resolve(answer);
          stop.abort(new Interrupted(130));
        });
      }
      return write(text);
    };
    const args = ['run', '-f', path.join(folder, 'good.yaml'), '--sandbox', '--hold=1m', '--context=kind-dev'];
    await runCli(args, contextOf(stderr, stop.signal, '/no/kubeconfig'));
    const answer = await tried.promise;
    assert.equal(answer.exitCode, 0, answer.stderr);
    assert.match(
      stderr.text,
      /^to try it: kubectl seldon-lifecycle predict iris -d @payload\.json -n default --server=http:\S+$/m,
    );
    assert.equal(stderr.text.match(/kubectl/g)?.length, 1, stderr.text);
  });
});

describe('The first line', { concurrency: 2 }, () => {
  let server: SandboxUnderTest;
  before(async () => {
    server = await startSandboxUnderTest();
  });
  after(() => server.stop());

  for (const [name, args] of [
    ['run', ['run', '-f', '-']],
    ['apply', ['apply', '-f', '-']],
    ['create', ['create', 'iris', '--image=example/iris:1.0']],
    ['sync', ['sync', '-', '--owner=o']],
  ] as const) {
    it(`of ${name} is written before anything is changed`, async () => {
      const namespace = await newNamespace(server);
      const stop = new AbortController();
      const stderr = new CapturedOutput();
      const write = stderr.write.bind(stderr);
      stderr.write = (text: string) => {
        stop.abort(new Interrupted(130));
        return write(text);
      };
      await runCli([...args, '-n', namespace], contextOf(stderr, stop.signal, server.kubeconfig));
      assert.match(stderr.text, new RegExp(`^Context sandbox, namespace ${namespace}(: .*)?\n`));
      assert.deepEqual(await list(server, seldonPath(namespace)), []);
    });
  }
});

function contextOf(stderr: CapturedOutput, signal: AbortSignal, kubeconfig: string) {
  return {
    stdin: Readable.from([modelYaml()]),
    stdout: new CapturedOutput(),
    stderr,
    env: { KUBECONFIG: kubeconfig },
    clock: systemClock,
    signal,
    userAgent: 'kubectl-seldon-lifecycle/test',
  };
}
