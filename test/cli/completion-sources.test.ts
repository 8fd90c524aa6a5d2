import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { namesFromCluster } from '../../src/cli/completion-sources.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { Clock } from '../../src/clock.ts';
import type { Context } from '../../src/context.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';

describe('names for completion', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'completion-'));
  let sandbox: SandboxUnderTest;
  let silent: Server;
  let asked: () => void;
  const stderr = new CapturedOutput();

  before(async () => {
    sandbox = await startSandboxUnderTest();
    await sandbox.api.call({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'models' } },
    });
    for (const [namespace, name] of [
      ['default', 'iris'],
      ['models', 'wine'],
    ]) {
      await sandbox.api.call({
        method: 'POST',
        path: `/apis/machinelearning.seldon.io/v1/namespaces/${namespace}/seldondeployments`,
        body: {
          apiVersion: 'machinelearning.seldon.io/v1',
          kind: 'SeldonDeployment',
          metadata: { name },
          spec: {
            predictors: [{ name: 'p', graph: { name: 'm', implementation: 'SKLEARN_SERVER', modelUri: 'gs://m' } }],
          },
        },
      });
    }
    silent = createServer(() => asked());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    silent.closeAllConnections();
    silent.close();
    await sandbox.stop();
    rmSync(directory, { recursive: true });
  });

  /** Its second passes only where a test lets it: a busy machine is no server that does not answer. */
  function context(kubeconfig: string, clock: Clock = new FakeClock()): Context & { stdout: CapturedOutput } {
    return {
      stdin: Readable.from([]),
      stdout: new CapturedOutput(),
      stderr,
      env: { KUBECONFIG: kubeconfig },
      clock,
      signal: new AbortController().signal,
      userAgent: 'test',
    };
  }

  async function completed(...words: string[]): Promise<string> {
    const program = context(sandbox.kubeconfig);
    assert.equal(await runCli(['__complete', ...words], program), 0);
    return program.stdout.text;
  }

  const kubeconfigOf = (name: string, text: string) => {
    const file = path.join(directory, name);
    writeFileSync(file, text);
    return file;
  };

  it('are those of the namespaces of the cluster', async () => {
    const lines = (await completed('run', '-n', '')).split('\n');
    for (const line of ['default', 'models', ':4']) assert.ok(lines.includes(line), line);
  });

  it('are those of the deployments in the namespace that the line names, or of the context', async () => {
    const names = (...args: Parameters<typeof namesFromCluster>) => namesFromCluster(...args).deployments();
    assert.deepEqual(await names([], context(sandbox.kubeconfig)), ['iris']);
    const namespace = { kind: 'flag', flag: { name: '--namespace', takes: 'value', common: true, names: ['-n'] } };
    const tokens = [{ ...namespace, written: '-n', value: 'models' }] as unknown as Parameters<
      typeof namesFromCluster
    >[0];
    assert.deepEqual(await names(tokens, context(sandbox.kubeconfig)), ['wine']);
  });

  it('are those of contexts, clusters and users in the kubeconfig that the line names', async () => {
    const file = kubeconfigOf(
      'several',
      'contexts: [{name: a}, {name: b}]\nclusters: [{name: c}]\nusers: [{name: u, user: {}}]\ncurrent-context: none',
    );
    assert.equal(await completed('run', '--kubeconfig', file, '--context', ''), 'a\nb\n:4\n');
    assert.equal(await completed('run', `--kubeconfig=${file}`, '--context=b'), 'b\n:4\n');
  });

  it('are none that look like a flag, or that would be more than a name to the shell', async () => {
    const contexts = ['-A', '--token=x', 'a b', '$(reboot)', 'a;b', '\u202etxe', 'a\u00adb', 'good'];
    const context = (name: string) => ({ name, context: {} });
    const kubeconfig = kubeconfigOf('names', JSON.stringify({ contexts: contexts.map(context) }));
    assert.equal(await completed('list', '--kubeconfig', kubeconfig, '--context', ''), 'good\n:4\n');
  });

  it('are none, without a word, where the server cannot be reached or the kubeconfig not be read', async () => {
    const nowhere = kubeconfigOf(
      'nowhere',
      "clusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}]\ncontexts: [{name: a, context: {cluster: a}}]\ncurrent-context: a",
    );
    for (const file of [nowhere, kubeconfigOf('broken', '{'), path.join(directory, 'none')]) {
      assert.equal(await completed('run', '--kubeconfig', file, '-n', ''), ':4\n');
      assert.equal(stderr.text, '');
    }
  });

  it('are none after a second of a server that does not answer', async () => {
    const { port } = silent.address() as AddressInfo;
    const file = kubeconfigOf(
      'silent',
      `clusters: [{name: a, cluster: {server: 'http://127.0.0.1:${port}'}}]\ncontexts: [{name: a, context: {cluster: a}}]\ncurrent-context: a`,
    );
    const clock = new FakeClock();
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const answer = namesFromCluster([], context(file, clock)).namespaces();
    await reached;
    await clock.advance(1_000);
    assert.deepEqual(await answer, []);
    assert.equal(stderr.text, '');
  });
});
