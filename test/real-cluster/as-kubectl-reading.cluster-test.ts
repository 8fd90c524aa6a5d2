import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { runProcess } from '../behaviour/built-file.ts';
import { model } from '../behaviour/models.ts';
import { newNamespace } from '../behaviour/server-under-test.ts';
import { SomebodyElse } from '../behaviour/somebody-else.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

/** What YAML and JSON have to write with care. */
const annotations = {
  'a.b/c': 'x < y & z > 1 é \u2028',
  number: '12',
  underscore: '1_000',
  yes: 'yes',
  time: '2026-01-01T00:00:00Z',
  sexagesimal: '12:30:45',
  colon: 'a: b',
  star: '*x',
  empty: '',
  lines: 'one\n  two\n',
  blank: '\n',
  emoji: '😀 ok',
  tab: 'a\tb',
  long: `${'a long line of text, and more of it '.repeat(5)}: it's the end`,
  json: '{"a":1}',
};

const templates = [
  '{.metadata.name}',
  '.metadata.name',
  '{.metadata.name}{"\\n"}{.status.state} {.nothing}!',
  "{.metadata.annotations['a\\.b/c']}",
  "{.metadata.annotations['a.b/c']}",
  '{.metadata.annotations.a\\.b/c}',
  '{.metadata.annotations}',
  '{.spec.predictors[*].name}',
  '{.spec.predictors[-1].name} {.spec.predictors[-1:].name} {.spec.predictors[0:1].name} {.spec.predictors[::2].name}',
  "{.spec.predictors[*]['name', 'replicas']}",
  "{['metadata.name', 'status.state']}",
  '{.status.conditions[?(@.type=="Ready")].status}',
  "{.status.conditions[?(@.type!='Ready')].type}",
  '{.spec.predictors[?(@.replicas>=1)].name}{.spec.predictors[?(@.graph)].name}{.spec.predictors[?(@.no)].name}',
  '{range .status.conditions[*]}{.type}={.status}{"\\t"}{end}done',
  '{range .spec.predictors[*]}{.name}{range .componentSpecs[*]}/{.spec.containers[*].image}{end};{end}',
  '{range .nothing[*]}{.type}{end}done',
  '{..image}',
  '{.status}',
  '{"a"}{\'b\'}{"\\u0041\\x41\\101"}{1}{2.5}{true}{-3}',
  '{@.metadata.name}{$.kind}{ .apiVersion }',
  '{.metadata.managedFields[0].manager}',
  '{}',
];

const brokenTemplates = ['{.a', '{.a[}', '{.a[b]}', '{.a[?(@.b)}', '{)}', '{"a}', '{....a}'];

/** A list of lines without the order within a second, which kubectl leaves to chance. */
const sorted = (text: string) => text.split('\n').sort();

/** A second may pass between two commands: an age of 5s is as good as 6s. */
const withoutAges = (text: string) => text.replaceAll(/\b(\d+m)?\d+s\b/g, (found) => '#'.padEnd(found.length));

describe('What is read is written as kubectl writes it', () => {
  let cluster: RealCluster;
  let namespace: string;
  before(async () => {
    cluster = await startRealCluster('as-kubectl-reading');
    namespace = await newNamespace(cluster);
    const iris = model();
    await new SomebodyElse(cluster, namespace).createsSeldonDeployment({
      ...iris,
      metadata: { ...iris.metadata, annotations, labels: { 10: 'ten', 2: 'two', app: 'iris' } },
    });
    const args = ['status', '-n', namespace, '-w', '--until=available', '--timeout=60s'];
    assert.equal((await cluster.run(args)).exitCode, 0);
  });
  after(() => cluster.stop());

  const kubectl = (...args: string[]) =>
    runProcess(cluster.controlPlane.kubectlPath, args, { ...process.env, KUBECONFIG: cluster.kubeconfig });
  const both = async (theirs: string[], ours: string[]) => ({
    theirs: await kubectl(...theirs, '-n', namespace),
    ours: await cluster.run([...ours, '-n', namespace]),
  });

  for (const format of ['json', 'yaml', 'name']) {
    for (const more of [[], ['--show-managed-fields']]) {
      const name = [format, ...more].join(' ');
      it(`list -o ${name}`, async () => {
        const { theirs, ours } = await both(['get', 'sdep', '-o', format, ...more], ['list', '-o', format, ...more]);
        assert.deepEqual(ours, theirs);
      });

      it(`list NAME -o ${name}`, async () => {
        const flags = ['-o', format, ...more];
        const { theirs, ours } = await both(['get', 'sdep', 'iris', ...flags], ['list', 'iris', ...flags]);
        assert.deepEqual(ours, theirs);
      });
    }
  }

  it('list -o json is a List that kubectl applies', async () => {
    const other = await newNamespace(cluster);
    const { stdout } = await cluster.run(['list', '-n', namespace, '-o', 'json']);
    const list = JSON.parse(stdout);
    for (const { metadata } of list.items)
      for (const field of ['namespace', 'uid', 'resourceVersion']) delete metadata[field];
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
    const args = ['apply', '--server-side', '-n', other, '-f', '-'];
    const applied = await runProcess(cluster.controlPlane.kubectlPath, args, env, { stdin: JSON.stringify(list) });
    assert.equal(applied.exitCode, 0, applied.stderr);
  });

  for (const template of templates) {
    it(`list -o jsonpath=${template}`, async () => {
      const flags = ['iris', '-o', `jsonpath=${template}`];
      const { theirs, ours } = await both(['get', 'sdep', ...flags], ['list', ...flags]);
      assert.deepEqual(ours, theirs);
    });
  }

  for (const template of brokenTemplates) {
    it(`list -o jsonpath=${template} is refused`, async () => {
      const flags = ['iris', '-o', `jsonpath=${template}`];
      const { theirs, ours } = await both(['get', 'sdep', ...flags], ['list', ...flags]);
      assert.equal(ours.stderr, theirs.stderr);
      assert.deepEqual([ours.exitCode, ours.stdout, theirs.stdout], [2, '', '']);
    });
  }

  it('names that there are not', async () => {
    const { theirs, ours } = await both(
      ['get', 'sdep', 'no', 'iris', '-o', 'name'],
      ['list', 'no', 'iris', '-o', 'name'],
    );
    assert.deepEqual(ours, theirs);
  });

  it('nothing there', async () => {
    const empty = await newNamespace(cluster);
    for (const format of ['json', 'yaml', 'name']) {
      const theirs = await kubectl('get', 'sdep', '-n', empty, '-o', format);
      assert.deepEqual(await cluster.run(['list', '-n', empty, '-o', format]), theirs);
    }
    assert.deepEqual(await cluster.run(['list', '-n', empty]), await kubectl('get', 'sdep', '-n', empty));
    assert.deepEqual(await cluster.run(['events', '-n', empty]), await kubectl('events', '-n', empty));
    const nowhere = ['-A', '-l', 'no=such'];
    assert.deepEqual(await cluster.run(['list', ...nowhere]), await kubectl('get', 'sdep', ...nowhere));
  });

  it('what may not be read', async () => {
    const { theirs, ours } = await both(['get', 'sdep', '--as=nobody'], ['list', '--as=nobody']);
    assert.equal(ours.stderr.split('\n')[0], theirs.stderr.split('\n')[0]);
    assert.deepEqual([ours.exitCode, theirs.exitCode], [3, 1]);
  });

  it('what does not go together', async () => {
    for (const args of [
      ['iris', '-A'],
      ['iris', '-l', 'a=b'],
    ]) {
      const { theirs, ours } = await both(['get', 'sdep', ...args], ['list', ...args]);
      assert.equal(ours.stderr, theirs.stderr);
      assert.equal(ours.exitCode, 2);
    }
  });

  it('events', async () => {
    for (const args of [[], ['--no-headers'], ['--types=normal']]) {
      const { theirs, ours } = await both(['events', ...args], ['events', ...args]);
      assert.ok(theirs.stdout.split('\n').length > 10);
      assert.deepEqual(sorted(withoutAges(ours.stdout)), sorted(withoutAges(theirs.stdout)));
      assert.deepEqual([ours.stderr, ours.exitCode], [theirs.stderr, theirs.exitCode]);
    }
  });

  it('events of all namespaces', async () => {
    // Those of the other namespaces are not of a SeldonDeployment.
    const rows = (text: string) => sorted(withoutAges(text)).filter((line) => line.startsWith(`${namespace} `));
    const theirs = await kubectl('events', '-A');
    const ours = await cluster.run(['events', '-A']);
    const words = (line: string) => line.split(/ {2,}/);
    assert.deepEqual(rows(ours.stdout).map(words), rows(theirs.stdout).map(words));
  });

  it('events -o wide', async () => {
    const { theirs, ours } = await both(['get', 'events', '-o', 'wide'], ['events', '-o', 'wide']);
    assert.deepEqual(sorted(withoutAges(ours.stdout)), sorted(withoutAges(theirs.stdout)));
  });

  it('events -o json, yaml and name', async () => {
    const objects = (text: string) => {
      const { items, ...rest } = parse(text);
      return { ...rest, items: items.sort((a: Named, b: Named) => (a.metadata.name < b.metadata.name ? -1 : 1)) };
    };
    for (const format of ['json', 'yaml']) {
      const { theirs, ours } = await both(['get', 'events', '-o', format], ['events', '-o', format]);
      assert.deepEqual(objects(ours.stdout), objects(theirs.stdout));
      assert.deepEqual(sorted(ours.stdout), sorted(theirs.stdout));
    }
    const { theirs, ours } = await both(['get', 'events', '-o', 'name'], ['events', '-o', 'name']);
    assert.deepEqual(sorted(ours.stdout), sorted(theirs.stdout));
  });

  it('wrong event types', async () => {
    const { theirs, ours } = await both(['events', '--types=Error'], ['events', '--types=Error']);
    assert.equal(ours.stderr, theirs.stderr);
  });

  it('the events of kubectl describe', async () => {
    const { theirs, ours } = await both(['describe', 'sdep', 'iris'], ['status', 'iris', '--show-events']);
    const table = (text: string) => withoutAges(text.slice(text.indexOf('\nEvents:')));
    assert.match(table(theirs.stdout), /CreateDeployment/);
    assert.deepEqual(sorted(table(ours.stdout)), sorted(table(theirs.stdout)));
  });
});

interface Named {
  metadata: { name: string };
}
