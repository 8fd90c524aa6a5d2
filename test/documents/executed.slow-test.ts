import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { samples } from '../../src/manifests/samples.ts';
import { modelYaml } from '../behaviour/models.ts';
import { startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import type { ServerUnderTest } from '../behaviour/server-under-test.ts';
import { callsIn, otherCommandsIn } from './command-lines.ts';
import { elsewhere, others, surroundings } from './surroundings.ts';

const root = path.resolve(import.meta.dirname, '../..');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`),
];
const texts = documents.map((name) => readFileSync(path.join(root, name), 'utf8'));
const calls = new Map(texts.flatMap(callsIn).map((words) => [words.join(' '), words]));
const typed = new Set(texts.flatMap(otherCommandsIn));
// What an npm script is given after -- is its own affair.
const known = (line: string) =>
  others[line.replace(/ -- .*/, '').replace(/^docker run .*/, 'docker run')] !== undefined;

describe('Every command line of the documents', () => {
  it('of other programs is known, and done somewhere or not for a reason', () => {
    assert.deepEqual(
      [...typed].filter((line) => !known(line)),
      [],
    );
  });

  it('that the tables name is in a document', () => {
    const told = [...Object.keys(surroundings), ...Object.keys(elsewhere)];
    assert.deepEqual(
      told.filter((line) => !calls.has(line)),
      [],
    );
  });
});

describe('In a sandbox and a folder with the files that the documents speak of, one does as is said:', {
  concurrency: 6,
}, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
  const here = process.cwd();
  const model = modelYaml().replace('name: iris', 'name: iris\n  labels: {team: vision}');
  before(() => {
    writeFiles(folder, model);
    process.chdir(folder);
  });
  after(() => {
    process.chdir(here);
    rmSync(folder, { recursive: true });
  });

  for (const [line, words] of calls) {
    if (elsewhere[line] !== undefined) continue;
    const { namespace, ingressClass, first = [], stdin, until, meanwhile, exitCode = 0 } = surroundings[line] ?? {};
    it(line || '(no word)', async () => {
      const server = await startSandboxUnderTest({ podMetrics: true });
      try {
        if (namespace) await makeNamespace(server, namespace);
        if (ingressClass) await makeIngressClass(server, ingressClass);
        for (const args of first) {
          const prepared = await server.run(args);
          assert.equal(prepared.exitCode, 0, `${args.join(' ')}: ${prepared.stderr}`);
        }
        const [ended] = await Promise.all([
          // What the shell or the CI system would put there.
          server.run(
            words.map((word) => word.replaceAll(/\$\w+/g, '1')),
            {
              ...(stdin === 'model' && { stdin: model }),
              ...(until && { interruptAfter: until }),
            },
          ),
          meanwhile?.(server),
        ]);
        assert.equal(ended.exitCode, exitCode, `${ended.stderr}\n${ended.stdout}`);
      } finally {
        await server.stop();
      }
    });
  }
});

async function makeNamespace({ api }: ServerUnderTest, name: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await api.call({ method: 'POST', path: '/api/v1/namespaces', body });
}

async function makeIngressClass({ api }: ServerUnderTest, name: string): Promise<void> {
  const spec = { controller: 'example.com/ingress' };
  const body = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec };
  await api.call({ method: 'POST', path: '/apis/networking.k8s.io/v1/ingressclasses', body });
}

function writeFiles(folder: string, model: string): void {
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  cpSync(path.join(root, 'demo'), path.join(folder, 'demo'), { recursive: true });
  write('model.yaml', model);
  write('models/vision/iris.yaml', model);
  write('canary.yaml', samples.canary.replace('iris-canary', 'iris'));
  write('models/wine.yaml', modelYaml({ name: 'wine' }));
  write('plan.yaml', planOf(texts.join('\n')));
  write('payload.json', '{"data":{"ndarray":[[5.1,3.5,1.4,0.2]]}}');
  write('rows.csv', 'a,b\n1,2\n3,4\n');
  write('feedback.json', '{"reward":1,"request":{"data":{"ndarray":[[1]]}}}');
  write('broken.yaml', modelYaml({ tag: 'missing' }));
  for (const tag of ['1.1', '1.2']) write(`changed-${tag}.yaml`, model.replace(/(image: \S+):\S+/, `$1:${tag}`));
}

/** The plan that the documents print, with values to set. */
function planOf(text: string): string {
  const plans = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) => yaml);
  const plan = plans.find((yaml) => parse(yaml)?.kind === 'Plan') ?? '';
  return plan.replace('hold: {for: 20s}', 'hold: {for: 1s}');
}
