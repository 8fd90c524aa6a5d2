import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { parse } from 'yaml';
import { programCommands } from '../../src/cli/program-commands.ts';
import { modelYaml } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';

interface Changing {
  args: string[];
  /** What lets the server check it and change nothing. */
  dryRun?: string;
  /** What makes -o json one object a line. */
  json?: string;
  /** What the first line says besides. */
  remark?: string;
  /** Whether it changes what is there already. */
  existing?: true;
  /** What it is told instead, to act in all namespaces, on nothing. */
  everywhere?: string[];
}

const APPLIED = ['-f', '-'];
const NOTHING = ['-l', 'destination-cases=none'];
const PLAN = `apiVersion: seldon-lifecycle.io/v1alpha1
kind: Plan
steps:
- apply: {filename: model.yaml}
- delete: {}
`;

/** Every command of the program; undefined for one that changes nothing in a cluster. */
const commands: Readonly<Record<string, Changing | undefined>> = {
  run: {
    args: ['run', ...APPLIED],
    remark: ': models are deleted at the end and after Ctrl-C, and kept after a failure',
  },
  apply: { args: ['apply', ...APPLIED], dryRun: '--dry-run=server', json: '--wait' },
  create: { args: ['create', 'NAME', '--image=example/iris:1.0'], dryRun: '--dry-run=server', json: '--wait' },
  scale: {
    args: ['scale', 'iris', '--replicas=2'],
    dryRun: '--dry-run=client',
    json: '--wait',
    existing: true,
    everywhere: ['scale', ...NOTHING, '--replicas=2'],
  },
  undo: {
    args: ['undo', 'iris', '--to-revision=1', '--wait=false'],
    dryRun: '--dry-run=server',
    existing: true,
    everywhere: ['undo', ...NOTHING],
  },
  restart: {
    args: ['restart', 'iris'],
    dryRun: '--dry-run=server',
    json: '--wait',
    existing: true,
    everywhere: ['restart', ...NOTHING],
  },
  traffic: {
    args: ['traffic', 'iris', 'default=100'],
    dryRun: '--dry-run=server',
    json: '--wait',
    existing: true,
    everywhere: ['traffic', ...NOTHING, 'default=100'],
  },
  promote: {
    args: ['promote', 'iris', 'default'],
    dryRun: '--dry-run=server',
    existing: true,
    everywhere: ['promote', ...NOTHING, 'default'],
  },
  delete: {
    args: ['delete', 'iris'],
    dryRun: '--dry-run=server',
    existing: true,
    everywhere: ['delete', ...NOTHING],
  },
  'plan run': { args: ['plan', 'run', '-f', 'PLAN'], dryRun: '--dry-run=client' },
  sync: {
    args: ['sync', '-', '--owner=destination-cases'],
    dryRun: '--dry-run=server',
    everywhere: ['sync', '-', '--owner=destination-cases', '--dry-run=server'],
  },
  diff: undefined,
  preview: undefined,
  wait: undefined,
  history: undefined,
  list: undefined,
  predict: undefined,
  'agent manifest': undefined,
  'agent ls': undefined,
  'plan validate': undefined,
  'plan show': undefined,
  'plan schema': undefined,
  diagnose: undefined,
  status: undefined,
  top: undefined,
  events: undefined,
  logs: undefined,
  report: undefined,
  doctor: undefined,
  completion: undefined,
  'completion install': undefined,
  sample: undefined,
  schema: undefined,
  'sandbox start': undefined,
  version: undefined,
};

const SUFFIXES = { '--dry-run=server': ' (server dry run)', '--dry-run=client': ' (dry run)' };

export function destinationCases(server: () => ServerUnderTest): void {
  it('says on what it acts of every command, or that it changes nothing', async () => {
    const names = (await programCommands()).map(({ name }) => name);
    assert.deepEqual(Object.keys(commands).toSorted(), names.toSorted());
  });

  const kubeconfig = () => parse(readFileSync(server().kubeconfig, 'utf8'));
  const context = () => kubeconfig()['current-context'];
  const address = () => kubeconfig().clusters[0].cluster.server;
  const firstLine = ({ stderr }: { stderr: string }) => stderr.split('\n')[0];

  for (const [name, changing] of Object.entries(commands)) {
    if (!changing) continue;
    const { args, dryRun, json, existing, everywhere, remark } = changing;
    it(`says in the first line of ${name} on which cluster and namespace it acts, and in JSON in the summary`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'destination-'));
      try {
        writeFileSync(path.join(folder, 'model.yaml'), modelYaml());
        writeFileSync(path.join(folder, 'plan.yaml'), PLAN);
        const namespace = await newNamespace(server());
        const stdin = modelYaml();
        let runs = 0;
        const run = async (words: readonly string[]) => {
          runs += 1;
          const meant = new Map([
            ['PLAN', path.join(folder, 'plan.yaml')],
            // A name is made once.
            ['NAME', `iris-${runs}`],
          ]);
          const given = words.map((word) => meant.get(word) ?? word);
          const finished = await server().run(given, { stdin });
          assert.equal(finished.exitCode, 0, finished.stderr);
          return finished;
        };
        const inNamespace = (...more: string[]) => run([...args, '-n', namespace, ...more]);
        if (existing) await run(['apply', '-f', '-', '-n', namespace]);

        const line = `Context ${context()}, namespace ${namespace}`;
        if (dryRun) {
          const suffix = SUFFIXES[dryRun as keyof typeof SUFFIXES];
          assert.equal(firstLine(await inNamespace(dryRun)), `${line}${suffix}`);
        }
        if (everywhere) {
          const suffix = everywhere.includes('--dry-run=server') ? SUFFIXES['--dry-run=server'] : '';
          assert.equal(firstLine(await run([...everywhere, '-A'])), `Context ${context()}, all namespaces${suffix}`);
        }
        const inJson = await inNamespace('-o', 'json', ...(json ? [json] : dryRun ? [dryRun] : []));
        assert.doesNotMatch(inJson.stderr, /Context/);
        const summary = JSON.parse(inJson.stdout.trimEnd().split('\n').at(-1) ?? '');
        assert.deepEqual(
          [summary.type, summary.context, summary.server, summary.namespaces],
          ['summary', context(), address(), [namespace]],
        );
        assert.equal(firstLine(await inNamespace()), `${line}${remark ?? ''}`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it('names every namespace that files name, and the server where that is another than the context’s', async () => {
    const [one, two] = [await newNamespace(server()), await newNamespace(server())];
    const stdin = `${modelYaml({ namespace: one })}---\n${modelYaml({ namespace: two })}`;
    const args = ['apply', '-f', '-', '--dry-run=server', '--server', address()];
    const finished = await server().run(args, { stdin });
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(
      firstLine(finished),
      `Context ${context()}, server ${address()}, namespaces ${one}, ${two} (server dry run)`,
    );
  });

  it('says it beside the objects of -o name and yaml, and nothing beside those of -o json', async () => {
    const namespace = await newNamespace(server());
    const args = ['apply', '-f', '-', '-n', namespace, '--dry-run=server'];
    const stderr = async (format: string) =>
      (await server().run([...args, '-o', format], { stdin: modelYaml() })).stderr;
    const line = `Context ${context()}, namespace ${namespace} (server dry run)\n`;
    assert.deepEqual([await stderr('name'), await stderr('yaml'), await stderr('json')], [line, line, '']);
  });
}
