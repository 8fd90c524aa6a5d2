import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { parse, stringify } from 'yaml';
import { commandsWithNeeds } from '../../src/lifecycle/rights/needs.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { component, modelYaml } from './models.ts';
import type { Rule } from './porter.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

/** A user of the server who may do in one namespace what rules allow, and nothing else. */
export interface Account {
  kubeconfig: string;
  close(): unknown;
}

export type AccountWith = (namespace: string, rules: Rule[]) => Promise<Account>;

type Command = (typeof commandsWithNeeds)[number];

interface Line {
  words: readonly string[];
  stdin?: string;
  exitCode?: number;
  /** It goes on until standard output matches this. */
  interruptAfter?: RegExp;
  /** Of standard output. */
  says?: RegExp;
}

interface About {
  namespace: string;
  /** For files. */
  folder: string;
  /** Of iris. */
  id: string;
}

const ROW = '{"data":{"ndarray":[[1,2]]}}';
/** Nothing more specific than spec.replicas, so that the scale subresource reaches it. */
const ofWhole = modelYaml({
  spec: {
    replicas: 1,
    predictors: [{ name: 'default', graph: { name: 'classifier', type: 'MODEL' }, componentSpecs: [component()] }],
  },
});
const plan = (folder: string) => {
  const model = path.join(folder, 'model.yaml');
  writeFileSync(model, modelYaml());
  const steps = [
    { apply: { filename: model } },
    { wait: { for: 'available' } },
    { predict: { data: JSON.parse(ROW) } },
    { scale: { replicas: 2 } },
    { wait: { for: 'scaled' } },
    { assert: { maxRestarts: 0 } },
    { logs: {} },
    { delete: {} },
  ];
  const file = path.join(folder, 'plan.yaml');
  writeFileSync(file, stringify({ apiVersion: 'seldon-lifecycle.io/v1alpha1', kind: 'Plan', steps }));
  return file;
};

/** Each with what it is for: what its Role says can be left out too. `iris` is there, but for those that make it. */
const lines: Record<Command, (about: About) => Line[]> = {
  run: () => [
    { words: ['run', '-f', '-'], stdin: modelYaml(), says: /^event|Pod/m },
    { words: ['run', '-f', '-', '--scale-through=subresource'], stdin: ofWhole },
  ],
  apply: () => [
    { words: ['apply', '-f', '-'], stdin: modelYaml() },
    { words: ['apply', '-f', '-', '--wait', '--events=tree'], stdin: modelYaml({ replicas: 2 }), says: /available/ },
  ],
  create: () => [
    { words: ['create', 'iris', '--image=example/iris:1.0', '--wait'], says: /^Deployment ID: +[0-9a-f-]{36}$/m },
    { words: ['create', 'rose', '--image=example/rose:1.0', '--wait', '--events=tree'], says: /Pod/ },
  ],
  wait: () => [
    { words: ['wait', 'iris', '--for=available'] },
    { words: ['wait', 'iris', '--for=available', '--events=tree'] },
    { words: ['wait', '--all', '--for=create'] },
  ],
  scale: () => [
    { words: ['scale', 'iris', '--replicas=2', '--wait'] },
    { words: ['scale', '--all', '--replicas=1', '--wait', '--events=tree'] },
  ],
  restart: () => [
    { words: ['restart', 'iris', '--wait'] },
    { words: ['restart', '--all', '--predictor=default', '--wait', '--events=tree'], says: /Pod/ },
  ],
  traffic: () => [{ words: ['traffic', 'iris', 'default=100', '--wait'] }],
  promote: () => [{ words: ['promote', 'iris', 'default'] }],
  delete: ({ id }) => [{ words: ['delete', id, '--events=tree'] }],
  diff: () => [{ words: ['diff', '-f', '-'], stdin: modelYaml({ replicas: 2 }), exitCode: 7 }],
  preview: () => [
    { words: ['preview', '-f', '-'], stdin: modelYaml({ name: 'rose' }), says: /^deployment.apps\/rose-\S+ +1 +yes/m },
  ],
  predict: ({ id }) => [{ words: ['predict', 'iris', '-d', ROW] }, { words: ['predict', id, '-d', ROW] }],
  list: () => [
    { words: ['list', '-o', 'wide'], says: /^iris +Available/m },
    { words: ['list', '--watch'], interruptAfter: /^iris +Available/m, exitCode: 130 },
  ],
  diagnose: () => [{ words: ['diagnose', 'iris'], says: /Available, 1 of 1 replicas available/ }],
  status: () => [
    { words: ['status', 'iris', '--show-events'], says: /Pod\/iris/ },
    { words: ['status', 'iris', '--watch', '--until=available'] },
    { words: ['status', 'iris', '-o', 'wide'], says: /RESTARTS/ },
  ],
  // Neither server has metrics-server; what may not be asked would be told as forbidden.
  top: () => [{ words: ['top', 'iris'], exitCode: 3 }],
  events: () => [
    { words: ['events', 'iris'], says: /ScalingReplicaSet/ },
    { words: ['events', 'iris', '--watch', '--until=available'], says: /ScalingReplicaSet/ },
    { words: ['events', '--watch'], interruptAfter: /ScalingReplicaSet/, exitCode: 130 },
  ],
  logs: () => [
    { words: ['logs', 'iris'] },
    { words: ['logs', 'iris', '-f', '--until=available'] },
    { words: ['logs', 'iris', '-f'], interruptAfter: /./, exitCode: 130 },
  ],
  sync: ({ folder, namespace }) => {
    writeFileSync(path.join(folder, 'rose.yaml'), modelYaml({ name: 'rose' }));
    const sync = ['sync', folder, '--owner=vision'];
    const watching = [...sync, '--watch', '--leader-elect', `--lease-namespace=${namespace}`];
    return [
      { words: watching, interruptAfter: /rose created/, exitCode: 130 },
      { words: sync },
      {
        words: ['sync', '-', '--owner=vision', '--prune', '--max-prune=100%'],
        stdin: modelYaml({ name: 'tulip' }),
        says: /rose pruned/,
      },
    ];
  },
  plan: ({ folder }) => [{ words: ['plan', 'run', '-f', plan(folder)] }],
  undo: () => [{ words: ['undo', 'iris', '--events=tree'], says: /iris rolled back\n.*iris available/s }],
  history: () => [{ words: ['history', 'iris'], says: /^2 .* example\/iris:2\.0 +1 +true$/m }],
  agent: () => [{ words: ['agent', 'ls'] }],
};

/** These find what they make already, or refuse it. */
const makers: readonly Command[] = ['run', 'create', 'plan'];

/** Of these there has to be a revision before. */
const changed: readonly Command[] = ['undo', 'history'];

/** A Role of doctor --print-role carries its command whole and quiet. */
export function roleCases(server: () => ServerUnderTest, accountWith: AccountWith): void {
  for (const command of commandsWithNeeds) {
    it(`${command}: does all that it does, and complains of nothing, with the Role of --for=${command}`, async () => {
      const namespace = await newNamespace(server());
      const folder = mkdtempSync(path.join(tmpdir(), 'role-'));
      const admin = async (words: string[], stdin: string) => {
        const finished = await server().run([...words, '-n', namespace], { stdin });
        assert.equal(finished.exitCode, 0, finished.stderr);
      };
      if (!makers.includes(command)) await admin(['apply', '-f', '-', '--wait'], modelYaml());
      if (changed.includes(command)) await admin(['apply', '-f', '-', '--wait'], modelYaml({ tag: '2.0' }));
      const [there] = await list<SeldonDeployment>(server(), seldonPath(namespace));
      const printed = await server().run(['doctor', '--print-role', `--for=${command}`, '-n', namespace]);
      const { rules } = parse(printed.stdout) as { rules: Rule[] };
      const account = await accountWith(namespace, rules);
      try {
        const about = { namespace, folder, id: there?.metadata.uid ?? '' };
        for (const { words, stdin = '', exitCode = 0, interruptAfter, says = /^/ } of lines[command](about)) {
          const finished = await server().run([...words, '-n', namespace], {
            stdin,
            kubeconfig: account.kubeconfig,
            ...(interruptAfter && { interruptAfter }),
          });
          const told = `${words.join(' ')}\n${finished.stdout}${finished.stderr}`;
          assert.equal(finished.exitCode, exitCode, told);
          assert.doesNotMatch(
            told,
            /continuing without the right|forbidden|^warning:|cannot be seen|may be missing/im,
            told,
          );
          assert.match(finished.stdout, says, told);
        }
      } finally {
        await account.close();
        rmSync(folder, { recursive: true });
      }
    });
  }

  for (const [command, words] of [
    ['wait', ['wait', 'iris', '--for=available']],
    ['scale', ['scale', 'iris', '--replicas=2', '--wait']],
    ['delete', ['delete', 'iris']],
  ] as const) {
    it(`${command}: does not complain that it may not read Events that it would not show`, async () => {
      const namespace = await newNamespace(server());
      const applied = await server().run(['apply', '-f', '-', '--wait', '-n', namespace], { stdin: modelYaml() });
      assert.equal(applied.exitCode, 0, applied.stderr);
      const printed = await server().run(['doctor', '--print-role', `--for=${command}`, '-n', namespace]);
      const { rules } = parse(printed.stdout) as { rules: Rule[] };
      const account = await accountWith(
        namespace,
        rules.filter(({ resources }) => !resources.includes('events')),
      );
      try {
        const args = [...words, '-n', namespace];
        const quiet = await server().run(args, { kubeconfig: account.kubeconfig });
        assert.equal(quiet.exitCode, 0, quiet.stderr);
        assert.doesNotMatch(quiet.stdout + quiet.stderr, /events|continuing without the right/);
        if (command === 'delete') return;
        const shown = await server().run([...args, '--events=tree'], { kubeconfig: account.kubeconfig });
        assert.match(shown.stderr, /continuing without the right to \w+ events in .*: no events are shown/);
      } finally {
        await account.close();
      }
    });
  }
}
