import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { agentManifest, syncArguments } from '../../src/agent/agent-manifest.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { systemClock } from '../../src/clock.ts';
import { CapturedOutput } from '../captured-output.ts';

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, '../..', file), 'utf8');
const instruction = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(read('Dockerfile'))?.[1] ?? '';

describe('The image, of people and of the agent', () => {
  const copied = 'dist/kubectl-seldon_lifecycle.cjs';

  it('holds the built file, which is all that is sent to the builder', () => {
    assert.match(instruction('COPY'), new RegExp(`${copied} /app/kubectl-seldon_lifecycle.cjs$`));
    assert.match(read('scripts/build.ts'), new RegExp(`'${copied}'`));
    assert.deepEqual(read('.dockerignore').trim().split('\n'), ['*', `!${copied}`]);
  });

  it('runs it without a shell and without root, with a number that the kubelet can check', () => {
    assert.deepEqual(JSON.parse(instruction('ENTRYPOINT')), [
      '/usr/local/bin/node',
      '/app/kubectl-seldon_lifecycle.cjs',
    ]);
    assert.match(instruction('USER'), /^[1-9]\d*:[1-9]\d*$/);
  });

  it('has one home for every user, and keeps nothing there', () => {
    assert.deepEqual(
      [...read('Dockerfile').matchAll(/^ENV (.*)$/gm)].map(([, set]) => set),
      ['HOME=/home/user', 'NODE_DISABLE_COMPILE_CACHE=1'],
    );
  });

  it('takes whatever follows its name as the program’s arguments, and prints the help where there are none', async () => {
    assert.equal(instruction('CMD'), '');
    const [stdout, stderr] = [new CapturedOutput(), new CapturedOutput()];
    const surroundings = { stdin: Readable.from([]), stdout, stderr, env: {}, userAgent: 'test' };
    const exitCode = await runCli([], { ...surroundings, clock: systemClock, signal: new AbortController().signal });
    assert.deepEqual([exitCode, stderr.text], [0, '']);
    assert.match(stdout.text, /^Basic Commands:\n +run /m);
  });

  const options = {
    source: 'https://source.example/desired',
    namespace: 'models',
    agentNamespace: 'models',
    createNamespace: false,
    allNamespaces: false,
    owner: 'one',
    replicas: 2,
    image: 'agent:1',
    reportUrl: undefined,
    prune: false,
    ingresses: false,
    tokenSecret: 'source',
    authorityConfigMap: 'authority',
    insecureHttp: false,
    resources: { requests: {}, limits: {} },
    metrics: true,
    livenessProbe: undefined,
    readinessProbe: undefined,
    allowHostAccess: false,
    allowServiceAccounts: [],
  };

  it('is given arguments alone by the manifest, and the token and the authority as files', () => {
    const { args, command } = containerOf(agentManifest(options));
    assert.equal(command, undefined);
    assert.deepEqual(args, syncArguments(options));
    assert.ok(args.includes('--token-file=/var/run/secrets/seldon-lifecycle.io/source/token'));
    assert.ok(args.includes('--source-certificate-authority=/etc/seldon-lifecycle.io/source/ca.crt'));
  });

  it('is given no right to delete or to read logs where it does neither', () => {
    const rights = JSON.stringify(agentManifest(options).filter(({ kind }) => kind === 'Role'));
    assert.doesNotMatch(rights, /"delete"|pods\/log|secrets/);
    assert.match(JSON.stringify(agentManifest({ ...options, prune: true })), /"delete"/);
  });

  it('gets a ClusterRole only where it is for all namespaces', () => {
    const kinds = (allNamespaces: boolean) => agentManifest({ ...options, allNamespaces }).map(({ kind }) => kind);
    assert.ok(!kinds(false).includes('ClusterRole'));
    assert.ok(kinds(true).includes('ClusterRole'));
  });
});

function containerOf(objects: ReturnType<typeof agentManifest>): { args: string[]; command?: unknown } {
  const deployment = objects.find(({ kind }) => kind === 'Deployment') as unknown as {
    spec: { template: { spec: { containers: { args: string[] }[] } } };
  };
  const [container] = deployment.spec.template.spec.containers;
  assert.ok(container);
  return container;
}
