import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import type { ControllerRevision } from '../../src/seldon/revision.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { component, model, modelYaml } from './models.ts';
import { startPorter } from './porter.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

const revisionsPath = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/controllerrevisions`;

/** Those that are kept, in order, by number and image. */
async function kept(server: ServerUnderTest, namespace: string): Promise<string[]> {
  const found = await list<ControllerRevision & KubernetesObject>(server, revisionsPath(namespace));
  found.sort((a, b) => (a.revision ?? 0) - (b.revision ?? 0));
  return found.map(({ revision, data }) => `${revision} ${imageOf(data?.spec)}`);
}

async function live(server: ServerUnderTest, namespace: string): Promise<SeldonDeployment | undefined> {
  return (await list<SeldonDeployment>(server, seldonPath(namespace)))[0];
}

function imageOf(spec: SeldonDeployment['spec']): string | undefined {
  return spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers?.[0]?.image?.replace('example/iris:', '');
}

export function historyCases(server: () => ServerUnderTest): void {
  /** Runs in a namespace, and makes sure of the exit code. */
  const inNamespace =
    (namespace: string) =>
    async (words: string, { stdin = '', exitCode = 0 }: { stdin?: string; exitCode?: number } = {}) => {
      const finished = await server().run([...words.split(' '), '-n', namespace], { stdin });
      assert.equal(finished.exitCode, exitCode, `${words}\n${finished.stdout}${finished.stderr}`);
      return finished;
    };
  const WAITING = '--wait --timeout=30s --fail-grace=1s';
  const nameOf = 'seldondeployment.machinelearning.seldon.io/iris';

  it('undoes an apply whose image is missing, waits for it, and can undo that in turn', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: '1.0' }) });
    const failed = await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: 'missing' }), exitCode: 5 });
    assert.match(
      failed.stderr,
      /still serves, with 1 replica; to roll back: kubectl seldon-lifecycle undo iris -n case-/,
    );

    const undone = await run('undo iris --timeout=30s');
    assert.match(undone.stdout, new RegExp(`^${nameOf} rolled back\n${nameOf} available after .*\n$`));
    assert.match(undone.stderr, /^iris: to revision 1: example\/iris:1\.0$/m);
    assert.equal(imageOf((await live(server(), namespace))?.spec), '1.0');
    assert.deepEqual(await kept(server(), namespace), ['2 missing', '3 1.0']);
    const { stdout } = await run('history iris');
    assert.match(
      stdout,
      /^\S+\/iris \nREVISION +AGE +IMAGES +REPLICAS +AVAILABLE\n2 +\d+s +example\/iris:missing +1 +<unknown>\n3 +\d+s +example\/iris:1\.0 +1 +true\n$/,
    );

    await run('undo iris --wait=false');
    assert.equal(imageOf((await live(server(), namespace))?.spec), 'missing');
    assert.deepEqual(await kept(server(), namespace), ['3 1.0', '4 missing']);
    await run('undo iris --timeout=30s');
    assert.equal(imageOf((await live(server(), namespace))?.spec), '1.0');
  });

  it('undoes an apply that crashes, and keeps the replicas that somebody has scaled to since', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: '1.0' }) });
    await run('apply -f -', { stdin: modelYaml({ tag: 'crash' }) });
    await run('scale iris --replicas=2');
    await run('undo iris --timeout=30s');
    const now = await live(server(), namespace);
    assert.deepEqual([imageOf(now?.spec), now?.spec?.predictors?.[0]?.replicas], ['1.0', 2]);
  });

  it('undoes what somebody else has changed, fields that only they have set included, and records it first', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: '1.0' }) });
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: '2.0' }) });
    await new SomebodyElse(server(), namespace).changesSeldonDeployment('iris', [
      { op: 'replace', path: '/spec/predictors/0/componentSpecs/0/spec/containers/0/image', value: 'example/iris:3.0' },
      { op: 'add', path: '/spec/annotations', value: { team: 'flowers' } },
      { op: 'add', path: '/metadata/annotations', value: { colour: 'blue', 'argocd.argoproj.io/tracking-id': 'x' } },
    ]);
    const tried = await run('undo iris --dry-run=server');
    assert.match(tried.stdout, /^-\s+- image: example\/iris:3\.0\n\+\s+- image: example\/iris:2\.0$/m);
    assert.match(tried.stdout, /iris rolled back \(server dry run\)$/m);
    assert.deepEqual(await kept(server(), namespace), ['1 1.0', '2 2.0']);

    await run('undo iris --timeout=30s');
    const now = await live(server(), namespace);
    assert.equal(imageOf(now?.spec), '2.0');
    assert.equal(now?.spec?.annotations, undefined);
    assert.deepEqual(now?.metadata.annotations, { 'argocd.argoproj.io/tracking-id': 'x' });
    assert.deepEqual(await kept(server(), namespace), ['1 1.0', '3 3.0', '4 2.0']);
    // The next apply of a file is in conflict with nobody.
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: '4.0' }) });
    await run('undo iris --to-revision=1 --timeout=30s');
    assert.equal(imageOf((await live(server(), namespace))?.spec), '1.0');
  });

  it('says that a tool which manages the spec writes it back', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: '1.0' }) });
    await server().api.call({
      method: 'PATCH',
      path: `${seldonPath(namespace)}/iris`,
      query: { fieldManager: 'argocd-controller', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: model({ tag: '2.0' }),
    });
    const undone = await run('undo iris --dry-run=server');
    assert.match(
      undone.stderr,
      /Argo CD manages the spec of seldondeployment "iris": undo the change in the Git repository that Argo CD syncs too, or Argo CD writes it back/,
    );
  });

  it('says that there is nothing to go back to, no such revision, and that it is that already', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml() });
    const nothing = await run('undo iris', { exitCode: 1 });
    assert.match(
      nothing.stderr,
      /^error: no rollout history found for seldondeployment "iris"\nA revision is recorded/m,
    );
    const missing = await run('undo iris --to-revision=7', { exitCode: 1 });
    assert.match(missing.stderr, /^error: unable to find specified revision 7 in history\n.* has: 1$/m);
    const same = await run('undo iris --to-revision=1 --wait=false');
    assert.equal(same.stdout, `${nameOf} skipped rollback (current template already matches revision 1)\n`);
    const absent = await run('undo rose', { exitCode: 1 });
    assert.match(absent.stderr, /"rose" not found/);
  });

  it('keeps no more revisions than it is told, none for an apply that changes nothing, and none with 0', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    for (const tag of ['1.0', '2.0', '3.0', '4.0', '4.0']) {
      await run('apply -f - --revision-history-limit=2', { stdin: modelYaml({ tag }) });
    }
    assert.deepEqual(await kept(server(), namespace), ['2 2.0', '3 3.0']);
    await run('apply -f - --revision-history-limit=0', { stdin: modelYaml({ tag: '5.0' }) });
    assert.deepEqual(await kept(server(), namespace), ['2 2.0', '3 3.0']);
  });

  it('asks no more than twice for the history of an apply, and not at all where nothing is changed', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    const asked = async (tag: string, words = '') => {
      const { stderr } = await run(`apply -f - -v=6${words}`, { stdin: modelYaml({ tag }) });
      return stderr.match(/^(GET|POST|PATCH|DELETE) \S+\/controllerrevisions/gm)?.map((one) => one.split(' ')[0]) ?? [];
    };
    assert.deepEqual(await asked('1.0'), []);
    assert.deepEqual(await asked('1.0', ` ${WAITING}`), []);
    assert.deepEqual(await asked('2.0', ` ${WAITING}`), ['GET', 'POST']);
    assert.deepEqual(await asked('2.0'), []);
    assert.deepEqual(await asked('3.0'), ['GET', 'POST']);
    assert.deepEqual(await asked('4.0', ` ${WAITING}`), ['GET', 'POST']);
    const { stdout } = await run('history --all-namespaces');
    assert.match(stdout, /^3 +\d+s +example\/iris:3\.0 +1 +<unknown>\n4 +\d+s +example\/iris:4\.0 +1 +true$/m);
  });

  it('loses its revisions with the deployment, and a run leaves none', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run('apply -f -', { stdin: modelYaml({ tag: '1.0' }) });
    await run('apply -f -', { stdin: modelYaml({ tag: '2.0' }) });
    assert.deepEqual(await kept(server(), namespace), ['1 1.0']);
    await run('delete iris');
    // The garbage collector takes them, in its own time.
    for (let looks = 0; looks < 100 && (await kept(server(), namespace)).length > 0; looks += 1) await sleep(100);
    assert.deepEqual(await kept(server(), namespace), []);
    await run('run -f -', { stdin: modelYaml() });
    assert.deepEqual(await kept(server(), namespace), []);
  });

  it('goes on without the right to keep revisions, says so once, and undo says which right is missing', async () => {
    const namespace = await newNamespace(server());
    const porter = await startPorter(server(), ['create controllerrevisions']);
    const { kubeconfig } = porter;
    const args = (...words: string[]) => [...words, '-n', namespace];
    const both = (tag: string) => `${modelYaml({ tag })}---\n${modelYaml({ name: 'rose', tag })}`;
    try {
      for (const tag of ['1.0', '2.0']) {
        const applied = await server().run(args('apply', '-f', '-'), { stdin: both(tag), kubeconfig });
        assert.equal(applied.exitCode, 0, applied.stderr);
        const told = applied.stderr.match(/^warning: .*undo cannot restore the previous state: .*forbidden/gm) ?? [];
        assert.equal(told.length, tag === '1.0' ? 0 : 1, applied.stderr);
      }
      // Somebody who may has recorded one.
      await inNamespace(namespace)('apply -f -', { stdin: modelYaml({ tag: '3.0' }) });
      await inNamespace(namespace)('apply -f -', { stdin: modelYaml({ tag: '4.0' }) });
      const undone = await server().run(args('undo', 'iris'), { kubeconfig });
      assert.equal(undone.exitCode, 3, undone.stderr);
      assert.match(undone.stderr, /cannot create resource "controllerrevisions" in API group "apps"/);
      assert.equal(imageOf((await live(server(), namespace))?.spec), '4.0');
    } finally {
      await porter.close();
    }
  });

  it('apply --undo-on-failure puts back what was there before, replicas too, and still fails', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    const broken = model({ tag: 'missing', replicas: 3 });
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: '1.0', replicas: 2 }) });
    const failed = await run(`apply -f - ${WAITING} --undo-on-failure`, {
      stdin: stringify({ ...broken, spec: { ...broken.spec, annotations: { team: 'flowers' } } }),
      exitCode: 5,
    });
    assert.match(failed.stderr, /cannot become available: pod .*image example\/iris:missing/);
    assert.match(failed.stderr, /still serves, with \d replicas$/m);
    assert.match(failed.stderr, /^iris: to the previous state: example\/iris:1\.0$/m);
    assert.match(failed.stdout, new RegExp(`${nameOf} rolled back\n${nameOf} available after .*\n$`));
    const now = await live(server(), namespace);
    assert.deepEqual([imageOf(now?.spec), now?.spec?.predictors?.[0]?.replicas], ['1.0', 2]);
    assert.equal(now?.spec?.annotations, undefined);
  });

  it('apply --undo-on-failure leaves what it has created, and says so; after a timeout too', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    const first = await run('apply -f - --wait --timeout=2s --undo-on-failure', {
      stdin: modelYaml({ tag: 'unready' }),
      exitCode: 4,
    });
    assert.match(first.stderr, /"iris" was created by this apply, so there is nothing to roll back to/);
    assert.equal(imageOf((await live(server(), namespace))?.spec), 'unready');
    const refused = await server().run(['apply', '-f', '-', '--undo-on-failure'], { stdin: modelYaml() });
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /^error: --undo-on-failure needs --wait$/m);
  });

  it('a plan goes back to the previous state it, in whatever step it has failed', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: '1.0' }) });
    const plan = {
      apiVersion: 'seldon-lifecycle.io/v1alpha1',
      kind: 'Plan',
      steps: [
        { apply: { filename: '-' } },
        { wait: { for: 'available' } },
        { setImage: { container: 'classifier', image: 'example/iris:missing' } },
        { wait: { for: 'available' } },
      ],
      onFailure: [{ undo: {} }, { wait: { for: 'available' } }],
    };
    const folder = mkdtempSync(path.join(tmpdir(), 'history-'));
    try {
      writeFileSync(`${folder}/plan.yaml`, stringify(plan));
      const failed = await run(`plan run -f ${folder}/plan.yaml --fail-grace=1s --timeout=30s`, {
        stdin: modelYaml({ tag: '2.0' }),
        exitCode: 5,
      });
      assert.match(failed.stdout, /rolled back \(to the previous state: example\/iris:1\.0\)/);
      assert.equal(imageOf((await live(server(), namespace))?.spec), '1.0');
      assert.deepEqual(await kept(server(), namespace), ['2 2.0', '3 missing', '4 1.0']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  /** The weights of main and canary, and the replicas of main. */
  const shares = async (namespace: string) => {
    const { predictors = [] } = (await live(server(), namespace))?.spec ?? {};
    return [...predictors.map(({ traffic }) => traffic), predictors[0]?.replicas];
  };

  /** With a share of the traffic for each of two predictors. */
  const shared = stringify(
    model({
      spec: {
        predictors: [
          ['main', 75],
          ['canary', 25],
        ].map(([name, traffic]) => ({
          name,
          traffic,
          replicas: 1,
          graph: { name: 'classifier', type: 'MODEL' },
          componentSpecs: [component()],
        })),
      },
    }),
  );

  for (const [what, steps] of [
    ['of a change of traffic', [{ traffic: { weights: { main: 10, canary: 90 } } }]],
    ['of a scaling', [{ scale: { replicas: 2, predictor: 'main' } }]],
    [
      'of a scaling and an image',
      [
        { scale: { replicas: 2, predictor: 'main' } },
        { setImage: { container: 'classifier', image: 'example/iris:2.0', predictor: 'canary' } },
      ],
    ],
  ] as const) {
    it(`a plan goes back to the previous state it, ${what}`, async () => {
      const namespace = await newNamespace(server());
      const run = inNamespace(namespace);
      await run(`apply -f - ${WAITING}`, { stdin: shared });
      const folder = mkdtempSync(path.join(tmpdir(), 'history-'));
      try {
        writeFileSync(
          `${folder}/plan.yaml`,
          stringify({
            apiVersion: 'seldon-lifecycle.io/v1alpha1',
            kind: 'Plan',
            steps: [
              { apply: { filename: '-' } },
              ...steps,
              { assert: { jsonpath: '{.deployment.metadata.name}', value: 'another' } },
            ],
            onFailure: [{ undo: {} }, { wait: { for: 'available' } }],
          }),
        );
        const failed = await run(`plan run -f ${folder}/plan.yaml`, { stdin: shared, exitCode: 5 });
        assert.match(failed.stdout, /rolled back \(to the previous state: /, failed.stderr);
        assert.deepEqual(await shares(namespace), [75, 25, 1]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
  /** The weights of each predictor that is there, by its name, and when it was restarted. */
  const asNow = async (namespace: string) => {
    const { predictors = [], annotations } = (await live(server(), namespace))?.spec ?? {};
    return { weights: Object.fromEntries(predictors.map(({ name, traffic }) => [name, traffic])), annotations };
  };
  const before = { weights: { main: 75, canary: 25 }, annotations: undefined };

  for (const [what, words, after] of [
    ['restart', 'restart iris --wait', { weights: { main: 75, canary: 25 } }],
    ['traffic', 'traffic iris main=10 canary=90 --wait', { weights: { main: 10, canary: 90 } }],
    ['promote --keep-old', 'promote iris canary --keep-old', { weights: { main: 0, canary: 100 } }],
    ['promote', 'promote iris canary', { weights: { canary: 100 } }],
  ] as const) {
    it(`undoes ${what}, in one go, and can undo that in turn`, async () => {
      const namespace = await newNamespace(server());
      const run = inNamespace(namespace);
      await run('apply -f -', { stdin: shared });
      await run('wait iris --for=available --timeout=30s');
      await run(words);
      const changed = await asNow(namespace);
      assert.deepEqual(changed.weights, after.weights);
      assert.deepEqual(await kept(server(), namespace), ['1 1.0']);
      const { stdout } = await run('history iris');
      assert.match(stdout, /^1 .*\n2 .* true\n$/m);
      await run('undo iris --timeout=30s');
      assert.deepEqual(await asNow(namespace), before);
      assert.deepEqual(await kept(server(), namespace), ['2 1.0', '3 1.0']);
      await run('undo iris --wait=false');
      assert.deepEqual(await asNow(namespace), changed);
    });
  }

  it('records nothing for a scaling, a change of traffic that is none, a dry run, or a limit of 0', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run(`apply -f - ${WAITING}`, { stdin: shared });
    await run('scale iris --replicas=2');
    await run('traffic iris main=75 canary=25');
    await run('traffic iris main=50 canary=50 --dry-run=server');
    await run('restart iris --dry-run=server');
    await run('restart iris --revision-history-limit=0');
    assert.deepEqual(await kept(server(), namespace), ['1 1.0']);
  });

  it('records each step of a plan that changes more than numbers of replicas', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    const folder = mkdtempSync(path.join(tmpdir(), 'history-'));
    try {
      const steps = [
        { apply: { filename: '-' } },
        { wait: { for: 'available' } },
        { restart: {} },
        { scale: { replicas: 2 } },
        { traffic: { weights: { main: 10, canary: 90 } } },
        { promote: { predictor: 'canary' } },
      ];
      const plan = { apiVersion: 'seldon-lifecycle.io/v1alpha1', kind: 'Plan', steps };
      writeFileSync(`${folder}/plan.yaml`, stringify(plan));
      await run(`plan run -f ${folder}/plan.yaml`, { stdin: shared });
    } finally {
      rmSync(folder, { recursive: true });
    }
    const { stdout } = await run('history iris -o wide');
    assert.match(
      stdout,
      /^1 .* main=75,canary=25 .*\n2 .* main=75,canary=25 .*\n3 .* main=10,canary=90 .*\n4 .* true +canary=100 .*\n$/m,
    );
  });

  it('says available, and not already, of what an unchanged apply leaves and the step behind it changes', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml() });
    const folder = mkdtempSync(path.join(tmpdir(), 'history-'));
    try {
      const steps = [{ apply: { filename: '-' } }, { restart: {} }, { wait: { for: 'available' } }];
      const plan = { apiVersion: 'seldon-lifecycle.io/v1alpha1', kind: 'Plan', steps };
      writeFileSync(`${folder}/plan.yaml`, stringify(plan));
      const { stdout } = await run(`plan run -f ${folder}/plan.yaml`, { stdin: modelYaml() });
      assert.match(stdout, /unchanged\n(.*\n)*.*restarted.*\n(.*\n)*.*available after /);
      assert.doesNotMatch(stdout, /already available/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('waits for a mended model while pods of the broken one are still there', async () => {
    const namespace = await newNamespace(server());
    const run = inNamespace(namespace);
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: 'missing' }), exitCode: 5 });
    await run(`apply -f - ${WAITING}`, { stdin: modelYaml({ tag: 'slow-3s' }) });
  });
}
