import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { model, modelYaml } from './models.ts';
import { summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const good = modelYaml();

const badInput: { it: string; stdin?: string; args?: string[]; exitCode?: number; error: RegExp }[] = [
  { it: 'broken YAML', stdin: `${good}---\nkind: [`, error: /^error: standard input:\d+:\d+: / },
  {
    it: 'a file without any SeldonDeployment',
    stdin: 'apiVersion: v1\nkind: Secret\nmetadata: {name: key}\n',
    error: /^error: standard input:2:7: expected a SeldonDeployment, found only other kinds, such as Secret "key"\n/,
  },
  {
    it: 'a kind that the server does not have',
    stdin: `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n---\n${good}`,
    error:
      /^error: standard input:2:7: no matches for kind "Widget" in version "example\.com\/v1"\nCheck the spelling/m,
  },
  {
    it: 'a kind that its API group does not have',
    stdin: `apiVersion: v1\nkind: Sercet\nmetadata: {name: w}\n---\n${good}`,
    error: /^error: standard input:2:7: no matches for kind "Sercet" in version "v1"\nCheck the spelling/m,
  },
  {
    it: 'an object that is in no namespace',
    stdin: `apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: w}\n---\n${good}`,
    error:
      /^error: standard input:2:7: ingressclass\.networking\.k8s\.io\/w is cluster-scoped: .*\nApply it first: kubectl apply -f FILE/m,
  },
  { it: 'an empty file', stdin: '', error: /^error: standard input: no SeldonDeployment found: it is empty\n/ },
  {
    it: 'a missing file',
    args: ['-f', 'no-such-file.yaml'],
    error: /^error: the path "no-such-file\.yaml" does not exist\n/,
  },
  {
    it: 'an unknown context',
    stdin: good,
    args: ['-f', '-', '--context=nowhere'],
    error: /^error: context "nowhere" does not exist in /,
  },
  {
    it: 'a number that is none',
    stdin: good,
    args: ['-f', '-', '--replicas=two'],
    error: /^error: invalid argument "two" for "--replicas"/,
  },
  {
    it: 'a time that is none',
    stdin: good,
    args: ['-f', '-', '--timeout=soon'],
    error: /^error: invalid argument "soon" for "--timeout"/,
  },
  {
    it: 'a flag that there is not',
    stdin: good,
    args: ['-f', '-', '--replica=2'],
    error: /^error: unknown flag: --replica\n/,
  },
  { it: 'no file at all', args: [], error: /^error: must specify one of -f/ },
];

export function refusalCases(server: () => ServerUnderTest): void {
  for (const { it: sentence, stdin = '', args = ['-f', '-'], error } of badInput) {
    it(`refuses ${sentence} in one clear line, with exit code 2, and writes nothing`, async () => {
      const namespace = await newNamespace(server());
      const finished = await server().run(['run', '-n', namespace, ...args], { stdin });
      assert.equal(finished.exitCode, 2);
      assert.match(finished.stderr, error);
      assert.doesNotMatch(finished.stderr, /\n\s+at /, 'no stack');
      assert.equal(finished.stdout, '');
      assert.deepEqual(await list(server(), seldonPath(namespace)), []);
    });
  }

  it('refuses a directory without manifests', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'no-manifests-'));
    const finished = await server().run(['run', '-f', directory]);
    assert.equal(finished.exitCode, 2);
    assert.match(finished.stderr, /^error: no manifests in the directory .*: it has no \.yaml, \.yml, \.json files\n/);
    rmSync(directory, { recursive: true });
  });

  it('refuses a namespace in the file that differs from -n, and names both', async () => {
    const namespace = await newNamespace(server());
    const stdin = modelYaml({ namespace: 'another' });
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin });
    assert.equal(finished.exitCode, 2);
    assert.match(
      finished.stderr,
      new RegExp(`namespace from the file, "another", does not match the namespace "${namespace}"`),
    );
  });

  it('says with exit code 3 that a namespace is missing, and how to make it', async () => {
    const finished = await server().run(['run', '-f', '-', '-n', 'missing-one'], { stdin: good });
    assert.equal(finished.exitCode, 3);
    assert.match(finished.stderr, /namespaces "missing-one" not found\nCreate it with --create-namespace\n/);
  });

  it('makes the namespace when asked to and removes it at the end, but takes one that is there', async () => {
    const namespace = await newNamespace(server());
    const args = (name: string) => ['run', '-f', '-', '-n', name, '--create-namespace'];
    const made = await server().run(args(`${namespace}-made`), { stdin: good });
    assert.equal(made.exitCode, 0, made.stderr);
    assert.match(made.stdout, new RegExp(`^namespace/${namespace}-made created\n`));
    const taken = await server().run(args(namespace), { stdin: good });
    assert.equal(taken.exitCode, 0, taken.stderr);
    assert.match(taken.stdout, new RegExp(`^namespace/${namespace} unchanged\n`));
  });

  it('leaves a deployment that exists already as it is', async () => {
    const namespace = await newNamespace(server());
    const { body } = await server().api.call<SeldonDeployment>({
      method: 'POST',
      path: seldonPath(namespace),
      body: model({ replicas: 1 }),
    });
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json'], { stdin: good });
    assert.equal(finished.exitCode, 2);
    assert.equal(summaryOf(finished).outcome, 'failed');
    const [now] = await list<SeldonDeployment>(server(), seldonPath(namespace));
    assert.equal(now?.metadata.uid, body.metadata.uid);
    assert.deepEqual(now?.spec, body.spec);
  });

  it('says with exit code 3 that the server cannot be reached', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
    const kubeconfig = path.join(directory, 'config');
    writeFileSync(
      kubeconfig,
      `clusters: [{name: a, cluster: {server: 'https://127.0.0.1:2'}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
users: [{name: a, user: {}}]
current-context: a`,
    );
    const finished = await server().run(['run', '-f', '-', '-o', 'json'], { stdin: good, kubeconfig });
    assert.equal(finished.exitCode, 3);
    assert.equal(summaryOf(finished).exitCode, 3);
    assert.match(
      finished.stdout,
      /The connection to the server 127\.0\.0\.1:2 was refused - did you specify the right host or port\?/,
    );
    rmSync(directory, { recursive: true });
  });
}
