import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { runCli } from '../../src/cli/run-cli.ts';
import { modelYaml } from '../behaviour/models.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';

describe('--total-timeout', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'total-'));
  let silent: Server;
  let url: string;
  before(async () => {
    silent = createServer(() => {});
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  });
  after(() => {
    silent.closeAllConnections();
    silent.close();
    rmSync(folder, { recursive: true });
  });

  const kubeconfig = (user: object) => {
    const file = path.join(folder, 'config');
    const clusters = [{ name: 'a', cluster: { server: url } }];
    const contexts = [{ name: 'a', context: { cluster: 'a', user: 'a' } }];
    writeFileSync(file, JSON.stringify({ clusters, contexts, users: [{ name: 'a', user }], 'current-context': 'a' }));
    return file;
  };
  const plugin = {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', 'setTimeout(() => {}, 20_000)'],
      interactiveMode: 'Never',
    },
  };

  /** Its time passes only once it waits for what never comes. */
  async function ends(args: readonly string[], { stdin = Readable.from([modelYaml()]), user = {} } = {}) {
    const clock = new FakeClock();
    const [stdout, stderr] = [new CapturedOutput(), new CapturedOutput()];
    const stop = new AbortController();
    const { signal } = stop;
    const env = { KUBECONFIG: kubeconfig(user), PATH: process.env.PATH };
    const ended = runCli([...args, '--total-timeout=5s'], {
      stdin,
      stdout,
      stderr,
      env,
      clock,
      signal,
      userAgent: 'test',
    });
    await until(() => clock.pending > 0);
    await clock.advance(5_000);
    assert.equal(stderr.text, '');
    await clock.advance(200);
    const exitCode = await ended;
    stop.abort();
    return { exitCode, stdout: stdout.text, stderr: stderr.text };
  }
  const TOLD = 'error: timed out before the first step\nAllow more time with --total-timeout\n';

  for (const verb of [
    ['apply', '-f', '-'],
    ['run', '-f', '-'],
    ['delete', 'iris'],
    ['scale', 'iris', '--replicas=2'],
    ['wait', 'iris', '--for=available'],
  ]) {
    it(`ends ${verb[0]} while it connects to a server that does not answer`, async () => {
      const { exitCode, stderr } = await ends(verb);
      assert.deepEqual([exitCode, stderr], [4, TOLD]);
    });
  }

  it('ends while a file is read from an address that does not answer', async () => {
    const { exitCode, stderr } = await ends(['apply', '-f', `${url}/model.yaml`]);
    assert.deepEqual([exitCode, stderr], [4, TOLD]);
  });

  it('ends while standard input does not', async () => {
    const { exitCode, stderr } = await ends(['apply', '-f', '-'], { stdin: new PassThrough() });
    assert.deepEqual([exitCode, stderr], [4, TOLD]);
  });

  it('ends while a credential plugin runs, and says so in JSON too', async () => {
    const { exitCode, stdout } = await ends(['run', '-f', '-', '-o', 'json'], { user: plugin });
    assert.equal(exitCode, 4);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.at(-1).outcome, 'timed-out');
  });
});
