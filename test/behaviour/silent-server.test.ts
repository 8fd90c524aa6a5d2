import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { runCli } from '../../src/cli/run-cli.ts';
import { systemClock } from '../../src/clock.ts';
import { exitCodes, Interrupted } from '../../src/failures.ts';
import { CapturedOutput } from '../captured-output.ts';
import { modelYaml } from './models.ts';
import { summaryOf } from './reports.ts';

it('ends on Ctrl-C while a server does not answer at all', async () => {
  const stop = new AbortController();
  const server = createServer(() => stop.abort(new Interrupted(exitCodes.interrupted)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const directory = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
  const kubeconfig = path.join(directory, 'config');
  writeFileSync(
    kubeconfig,
    `clusters: [{name: a, cluster: {server: 'http://127.0.0.1:${(server.address() as AddressInfo).port}'}}]
contexts: [{name: a, context: {cluster: a}}]
current-context: a`,
  );
  const stdout = new CapturedOutput();
  const stderr = new CapturedOutput();
  const exitCode = await runCli(['run', '-f', '-', '-o', 'json'], {
    stdin: Readable.from([modelYaml()]),
    stdout,
    stderr,
    env: { KUBECONFIG: kubeconfig },
    clock: systemClock,
    signal: stop.signal,
    userAgent: 'test',
  });
  assert.equal(exitCode, 130);
  assert.equal(summaryOf({ exitCode, stdout: stdout.text, stderr: stderr.text }).outcome, 'interrupted');
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});
