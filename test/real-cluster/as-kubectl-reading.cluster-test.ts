import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { runProcess } from '../behaviour/built-file.ts';
import { model } from '../behaviour/models.ts';
import { newNamespace } from '../behaviour/server-under-test.ts';
import { SomebodyElse } from '../behaviour/somebody-else.ts';
import { ownEnvironment } from '../own-environment.ts';
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

const customColumns = [
  'NAME:.metadata.name,STATE:{.status.state}',
  'NAME:metadata.name,REPLICAS:spec.predictors[*].replicas,NONE:.nothing.at.all,EMPTY:',
  'LABELS:.metadata.labels',
  'PREDICTORS:.spec.predictors',
  'STATUS:.status,NAME:.metadata.name',
  'ONE:.spec.predictors[0].graph,TWO:.spec.predictors[0].componentSpecs[0].spec.containers',
  // Wide characters in the last column only: kubectl counts letters, and we what the screen shows of them.
  'EMPTY:.metadata.annotations.empty,LONG:.metadata.annotations.long,COLON:.metadata.annotations.colon,EMOJI:.metadata.annotations.emoji',
  'IMAGES:..image',
  'READY:.status.conditions[?(@.type=="Ready")].status',
  ':.metadata.name',
];

const brokenTemplates = ['{.a', '{.a[}', '{.a[b]}', '{.a[?(@.b)}', '{)}', '{"a}', '{....a}'];

/** A list of lines without the order within a second, which kubectl leaves to chance. */
const sorted = (text: string) => text.split('\n').sort();

/** What we say beyond kubectl: of the operator's own conflicts, that they do no harm. Whether there are any is chance. */
const withoutRemarks = (text: string) => text.replaceAll(' (harmless: the operator tries again)', '');

/**
 * Ages and their columns change with each second, and one may pass between two commands: letter by letter at a moment when
 * they are the same, or else, where the machine is so busy that there is none, with ages that are some seconds apart.
 */
async function atOneMoment(compare: (look: (text: string) => string[]) => Promise<void>): Promise<void> {
  for (let tries = 1; tries <= 10; tries++) {
    try {
      return await compare(sorted);
    } catch {}
  }
  await compare((text) => sorted(text.replaceAll(AGE, 'AGE').replaceAll(/ +/g, ' ')));
}

const AGE = /(?<=^|[ (])(\d+[dhms])+(?=[ )]|$)/gm;

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
    runProcess(cluster.controlPlane.kubectlPath, args, ownEnvironment({ KUBECONFIG: cluster.kubeconfig }));
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
    const env = ownEnvironment({ KUBECONFIG: cluster.kubeconfig });
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

  for (const columns of customColumns) {
    for (const names of [[], ['iris']]) {
      it(`list ${names.join('')} -o custom-columns=${columns}`, async () => {
        const flags = [...names, '-o', `custom-columns=${columns}`];
        const { theirs, ours } = await both(['get', 'sdep', ...flags], ['list', ...flags]);
        assert.equal(theirs.exitCode, 0, theirs.stderr);
        assert.deepEqual(ours, theirs);
      });
    }
  }

  for (const columns of ['', 'NAME', 'NAME:{.a}{.b}']) {
    it(`list -o custom-columns=${columns} is refused`, async () => {
      const flags = ['-o', `custom-columns=${columns}`];
      const { theirs, ours } = await both(['get', 'sdep', ...flags], ['list', ...flags]);
      assert.equal(ours.stderr, theirs.stderr);
      assert.deepEqual([ours.exitCode, ours.stdout], [2, '']);
    });
  }

  it('list -o custom-columns-file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'columns-'));
    const file = path.join(folder, 'columns.txt');
    try {
      for (const [text, exitCode] of [
        ['NAME   STATE\n.metadata.name {.status.state}\n', 0],
        ['NAME\n', 2],
        ['NAME STATE\n.metadata.name\n', 2],
        ['', 2],
      ] as const) {
        writeFileSync(file, text);
        const flags = ['-o', `custom-columns-file=${file}`];
        const { theirs, ours } = await both(['get', 'sdep', ...flags], ['list', ...flags]);
        assert.deepEqual([ours.stdout, ours.stderr, ours.exitCode], [theirs.stdout, theirs.stderr, exitCode]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('list --sort-by, in every format', async () => {
    const place = await newNamespace(cluster);
    const somebody = new SomebodyElse(cluster, place);
    for (const [name, replicas, cpu, labels] of [
      ['rose', 10, '100m', { colour: 'red' }],
      ['iris', 9, '2', { colour: 'blue' }],
      ['tulip', 2, '1500m', { colour: 'green' }],
      ['aster', 3, '1', {}],
    ] as const) {
      const { metadata, ...rest } = model({ name, replicas });
      const annotated = { ...metadata, labels, annotations: { cpu } };
      await somebody.createsSeldonDeployment({ ...rest, metadata: annotated });
    }
    const settled = await cluster.run(['status', '-n', place, '-w', '--until=available', '--timeout=60s']);
    assert.equal(settled.exitCode, 0, settled.stderr);
    const NOWHERE = '.spec.predictors[*].graph.children[0].no';
    const fields = [
      '.metadata.name',
      '{.spec.predictors[0].replicas}',
      'metadata.labels.colour',
      '.metadata.annotations.cpu',
      NOWHERE,
    ];
    for (const field of fields) {
      for (const format of [
        'json',
        'name',
        'custom-columns=NAME:.metadata.name',
        'jsonpath={.items[*].metadata.name}',
      ]) {
        const flags = [`--sort-by=${field}`, '-o', format, '-n', place];
        const [theirs, ours] = [await kubectl('get', 'sdep', ...flags), await cluster.run(['list', ...flags])];
        assert.deepEqual(ours, theirs, flags.join(' '));
      }
      // kubectl loses the error of a table, and says that there are no resources.
      if (field === NOWHERE) continue;
      const flags = [`--sort-by=${field}`, '-n', place, '--no-headers'];
      const [theirs, ours] = [await kubectl('get', 'sdep', ...flags), await cluster.run(['list', ...flags])];
      const namesIn = (text: string) => text.split('\n').map((line) => line.split(' ')[0]);
      assert.deepEqual([namesIn(ours.stdout), ours.stderr], [namesIn(theirs.stdout), theirs.stderr], flags.join(' '));
    }
  });

  it('events --sort-by', async () => {
    for (const field of ['.metadata.name', '.involvedObject.name']) {
      const flags = [`--sort-by=${field}`, '-o', 'custom-columns=FIELD:{FIELD}'.replace('{FIELD}', field)];
      const { theirs, ours } = await both(['get', 'events', ...flags], ['events', ...flags]);
      assert.ok(theirs.stdout.split('\n').length > 10);
      assert.deepEqual(ours, theirs);
    }
  });

  it('names that there are not', async () => {
    const { theirs, ours } = await both(
      ['get', 'sdep', 'no', 'iris', '-o', 'name'],
      ['list', 'no', 'iris', '-o', 'name'],
    );
    assert.deepEqual(ours, theirs);
  });

  it('nothing there', async () => {
    const empty = await newNamespace(cluster);
    for (const format of ['json', 'yaml', 'name', 'custom-columns=NAME:.metadata.name,X:.x']) {
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
      await atOneMoment(async (look) => {
        const { theirs, ours } = await both(['events', ...args], ['events', ...args]);
        assert.ok(theirs.stdout.split('\n').length > 10);
        assert.deepEqual(look(withoutRemarks(ours.stdout)), look(theirs.stdout));
        assert.deepEqual([ours.stderr, ours.exitCode], [theirs.stderr, theirs.exitCode]);
      });
    }
  });

  it('events of all namespaces', async () => {
    // Those of the other namespaces are not of a SeldonDeployment.
    const ofOurs = (line: string) => line.startsWith(`${namespace} `);
    const words = (line: string) => line.split(/ {2,}/);
    await atOneMoment(async (look) => {
      const theirs = look((await kubectl('events', '-A')).stdout);
      const ours = look(withoutRemarks((await cluster.run(['events', '-A'])).stdout));
      assert.deepEqual(ours.filter(ofOurs).map(words), theirs.filter(ofOurs).map(words));
    });
  });

  it('events -o wide', async () => {
    await atOneMoment(async (look) => {
      const { theirs, ours } = await both(['get', 'events', '-o', 'wide'], ['events', '-o', 'wide']);
      assert.deepEqual(look(ours.stdout), look(theirs.stdout));
    });
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
    const table = (text: string) => text.slice(text.indexOf('\nEvents:'));
    await atOneMoment(async () => {
      const { theirs, ours } = await both(['describe', 'sdep', 'iris'], ['status', 'iris', '--show-events']);
      assert.match(table(theirs.stdout), /CreateDeployment/);
      assert.deepEqual(sorted(withoutRemarks(table(ours.stdout))), sorted(table(theirs.stdout)));
    });
  });
});

interface Named {
  metadata: { name: string };
}
