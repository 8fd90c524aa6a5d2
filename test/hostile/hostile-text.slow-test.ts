import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { COMPONENT, COMPONENT_LABEL, SOURCE_ANNOTATION } from '../../src/agent/agent-lease.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '../../src/sync/ownership.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { assertHarmless } from './harmless.ts';
import { type HostileOptions, POISON, startHostileProxy } from './hostile-proxy.ts';

const SYNC = ['--owner=hostile'];
const SOON = ['--timeout=1s', '--total-timeout=3s', '--fail-fast=false'];

/** Every command that reads from the cluster, in every form of output. */
const commandLines: readonly (readonly string[])[] = [
  ['list'],
  ['list', '-A', '-o', 'wide', '--show-labels'],
  ['list', '-o', 'json'],
  ['list', '-o', 'yaml', '--show-managed-fields'],
  ['list', '-o', 'name'],
  ['list', 'iris', 'none'],
  ['status'],
  ['status', 'iris'],
  ['status', '-A'],
  ['status', '-o', 'wide'],
  ['status', '-o', 'json'],
  ['status', '-o', 'yaml'],
  ['top', '-A', '--containers'],
  ['top', 'iris', '-o', 'yaml'],
  ['events'],
  ['events', 'iris', '-o', 'wide'],
  ['events', '-A'],
  ['events', '-o', 'json'],
  ['events', '-o', 'yaml'],
  ['events', '-o', 'name'],
  ['logs', 'iris'],
  ['logs', 'iris', '--prefix=false'],
  ['predict', 'iris', '-d', '{}'],
  ['predict', 'iris', '-d', '{}', '--repeat=2'],
  ['doctor'],
  ['doctor', '-o', 'json'],
  ['version'],
  ['version', '-o', 'json'],
  ['version', '-o', 'yaml'],
  ['__complete', 'status', ''],
  ['__complete', 'status', '-n', ''],
  ['wait', 'iris', '--for=available', ...SOON],
  ['wait', 'iris', '--for=available', '-o', 'json', ...SOON],
  ['wait', '--all', '--for=deleted', ...SOON],
  ['scale', 'iris', '--replicas=2', '--dry-run=server'],
  ['scale', 'iris', '--replicas=2', '--wait', '--events=tree', ...SOON],
  ['scale', 'iris', '--replicas=1', '--wait', '-o', 'json', ...SOON],
  ['apply', '-f', '-'],
  ['apply', '-f', '-', '-o', 'yaml'],
  ['apply', '-f', '-', '-o', 'json'],
  ['apply', '-f', '-', '--wait', '--events=tree', ...SOON],
  ['delete', '--all', '--dry-run=server'],
  ['list', '-v=9'],
  ['diff', '-f', '-'],
  ['diff', '-f', '-', '--show-managed-fields'],
  ['agent', 'ls'],
  ['agent', 'ls', '-A', '-o', 'json'],
  ['agent', 'ls', '-A'],
  ['sync', '-', ...SYNC],
  ['sync', '-', ...SYNC, '-o', 'json'],
  ['sync', '-', ...SYNC, '--dry-run=server'],
  ['sync', '-', ...SYNC, '--dry-run=server', '-o', 'json'],
  ['sync', '-', ...SYNC, '--prune', '--adopt', '--max-prune=100%'],
  ['doctor', '--print-role'],
  ['create', 'wine', '--image=a:1', '--dry-run=server'],
  ['delete', 'iris', '--dry-run=server', '-o', 'name'],
  ['status', 'iris', '-o', 'name'],
  ['__complete', 'logs', 'iris', '-c', ''],
  ['__complete', 'list', '--context', ''],
  ['__complete', 'scale', ''],
  ['run', '-f', '-', '--cleanup=never', ...SOON],
];

describe('Hostile text', () => {
  let sandbox: SandboxUnderTest;
  let folder: string;
  let upstream: string;

  before(async () => {
    sandbox = await startSandboxUnderTest({ podMetrics: true });
    upstream = sandbox.api.server;
    folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
    const { exitCode, stderr } = await sandbox.run(['apply', '-f', '-', '--wait'], { stdin: modelYaml() });
    assert.equal(exitCode, 0, stderr);
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    const labels = { [MANAGED_BY_LABEL]: MANAGED_BY, [COMPONENT_LABEL]: COMPONENT };
    const annotations = { [SOURCE_ANNOTATION]: POISON };
    const metadata = { name: 'agent', namespace: 'default', labels, annotations };
    const spec = { holderIdentity: 'agent', leaseDurationSeconds: 15, leaseTransitions: 0 };
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    await sandbox.api.call({ method: 'POST', path: leases, body });
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.stop();
  });

  const servers: [name: string, options: HostileOptions][] = [
    ['in every text of the server', {}],
    ['in every text and name of the server', { everything: true }],
    ['in what the server refuses', { refusing: 422 }],
    ['in what the server forbids', { refusing: 403 }],
    ['in what goes wrong in the server', { refusing: 409 }],
  ];
  for (const [name, options] of servers) {
    describe(name, () => {
      let server: Awaited<ReturnType<typeof startHostileProxy>>;
      before(async () => {
        server = await startHostileProxy(upstream, options);
      });
      after(() => server.close());

      for (const args of commandLines) {
        it(args.join(' '), async () => {
          const file = path.join(folder, 'config');
          writeFileSync(
            file,
            `clusters: [{name: a, cluster: {server: '${server.url}'}}]\ncontexts: [{name: a, context: {cluster: a}}]\ncurrent-context: a`,
          );
          const coloured = args[0]?.startsWith('__') ? [] : ['--color=always'];
          for (const colour of [[], coloured]) {
            const { stdout, stderr } = await runInProcess(file, [...args, ...colour], { stdin: modelYaml() });
            const colours = colour.length > 0;
            assertHarmless('standard output', stdout, { colours, logs: args.includes('--prefix=false') });
            assertHarmless('standard error', stderr, { colours });
            if (colours) assertBalanced(stdout + stderr);
            assert.doesNotMatch(stderr, /\n\s+at /);
            if (args.includes('json') && stdout !== '') assertJson(args, stdout);
            if (!colours && args.length > 3) return;
          }
        });
      }
    });
  }

  it('is in the files that are read: names, values, file names', async () => {
    const bad = JSON.stringify({ kind: 'SeldonDeployment', metadata: { name: POISON }, apiVersion: POISON });
    for (const args of [
      ['apply', '-f', '-'],
      ['plan', 'validate', '-f', '-'],
      ['apply', '-f', `x${POISON.replaceAll('\0', '')}`],
      ['status', POISON],
      ['list', '-o', POISON],
      [POISON],
      ['list', `--${POISON}`],
    ]) {
      const { stdout, stderr, exitCode } = await sandbox.run(args, { stdin: bad });
      assert.notEqual(exitCode, 0);
      assertHarmless('standard output', stdout);
      assertHarmless('standard error', stderr);
    }
  });
});

/** Every colour ends before its line does. */
function assertBalanced(text: string): void {
  for (const line of text.split('\n')) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
    const codes = [...line.matchAll(/\u001b\[(\d+)m/g)].map(([, code]) => Number(code));
    const open = codes.filter((code) => code !== 0 && code !== 39 && code !== 22).length;
    assert.equal(open, codes.length - open, `colours that do not end: ${JSON.stringify(line)}`);
  }
}

/** One document, or one a line. */
function assertJson(args: readonly string[], stdout: string): void {
  if (stdout.startsWith('{"')) for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
  else assert.doesNotThrow(() => JSON.parse(stdout), args.join(' '));
}
