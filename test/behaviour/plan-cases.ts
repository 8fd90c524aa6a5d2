import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { type ModelOptions, model, modelYaml } from './models.ts';
import { linesOf, notices, summaryOf } from './reports.ts';
import { type CommandOptions, list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';
import { Witness } from './witness.ts';

const HEAD = 'apiVersion: seldon-lifecycle.io/v1alpha1\nkind: Plan\n';
const AVAILABLE = "jsonpath: '{.deployments[*].status.availableReplicas}'";

export function planCases(server: () => ServerUnderTest): void {
  const live = async (namespace: string) => await list<SeldonDeployment>(server(), seldonPath(namespace));

  /** Runs `plan run` of a plan that has this model beside it. */
  async function plan(
    namespace: string,
    text: string,
    { args = [], of = {}, ...options }: { args?: string[]; of?: ModelOptions } & CommandOptions = {},
  ) {
    const folder = mkdtempSync(path.join(tmpdir(), 'plan-'));
    try {
      writeFileSync(path.join(folder, 'model.yaml'), modelYaml(of));
      writeFileSync(path.join(folder, 'payload.json'), '{"data":{"ndarray":[[1,2,3.5]]}}');
      writeFileSync(path.join(folder, 'plan.yaml'), `${HEAD}${text}`);
      const file = path.join(folder, 'plan.yaml');
      return await server().run(['plan', 'run', '-f', file, '-n', namespace, ...args], options);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const asJson = ['-o', 'json'];
  const stepsOf = (summary: ReturnType<typeof summaryOf>): string[] =>
    summary.deployments[0].steps.map(({ step, state }: { step: string; state: string }) => `${step} ${state}`);

  it('tells no value of the environment that it sends and the server repeats in its own error, nor does -v', async () => {
    const steps = `steps:\n  - apply: {filename: model.yaml}\n  - patch: {patch: {metadata: {labels: {a: "\${token}"}}}}\n`;
    const text = `values: {token: {env: CI_TOKEN}}\n${steps}`;
    const token = 'open sesame 8675309';
    for (const args of [[], ['-v=9'], asJson]) {
      const finished = await plan(await newNamespace(server()), text, { args, env: { CI_TOKEN: token } });
      assert.notEqual(finished.exitCode, 0, finished.stderr);
      assert.match(finished.stdout + finished.stderr, /Invalid value: \\*"\*\*\*\\*": a valid label must be/);
      assert.ok(!`${finished.stdout}${finished.stderr}`.includes(token), finished.stdout + finished.stderr);
    }
  });

  it('is in no conflict with its own patch the second time, of whichever type', async () => {
    for (const patch of [
      '{type: json, patch: [{op: replace, path: /spec/predictors/0/replicas, value: 2}]}',
      '{patch: {metadata: {labels: {tested: "yes"}}, spec: {replicas: 2}}}',
    ]) {
      const namespace = await newNamespace(server());
      const text = `steps:\n  - apply: {filename: model.yaml}\n  - patch: ${patch}\n`;
      for (const time of ['first', 'second', 'third']) {
        const finished = await plan(namespace, text);
        assert.equal(finished.exitCode, 0, `the ${time} time: ${finished.stderr}`);
      }
    }
  });

  it('tells a step by the name that the plan gives it too, in JSON and in JUnit', async () => {
    const namespace = await newNamespace(server());
    const folder = mkdtempSync(path.join(tmpdir(), 'plan-report-'));
    try {
      const junit = path.join(folder, 'plan.xml');
      const text = `steps:
  - {name: the first version, apply: {filename: model.yaml}}
  - wait: {for: available}
  - {name: away with it, delete: {}}
`;
      const finished = await plan(namespace, text, { args: [...asJson, `--report=${junit}`] });
      assert.equal(finished.exitCode, 0, finished.stderr);
      const told = linesOf(finished).flatMap(({ type, step, name, state }) =>
        type === 'step' && state === 'succeeded' ? [`${step}: ${name}`] : [],
      );
      const named = ['apply: the first version', 'delete: away with it', 'wait-deleted: away with it'];
      assert.deepEqual(told, [named[0], 'wait-available: undefined', named[1], named[2]]);
      const cases = [...readFileSync(junit, 'utf8').matchAll(/<testcase name="([^"]*)"/g)].map(([, name]) => name);
      assert.deepEqual(cases, [named[0], 'wait-available', named[1], named[2]]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('goes from 1 replica to 3 and back by plan, with an assertion and a prediction after each', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const finished = await plan(
      namespace,
      `values:
  most: {default: 2}
steps:
  - apply: {filename: model.yaml}
  - wait: {for: available}
  - assert: {${AVAILABLE}, value: 1, noWarnings: true}
  - predict: {data: {data: {ndarray: [[1, 2, 3.5]]}}}
  - scale: {replicas: '\${most}'}
  - wait: {for: scaled}
  - assert: {${AVAILABLE}, value: '\${most}', maxRestarts: 0}
  - predict: {data: '{"data":{"ndarray":[[1,2,3.5]]}}', predictor: default}
  - scale: {replicas: 1}
  - wait: {for: scaled}
  - assert: {${AVAILABLE}, value: 1, maxRestarts: 0}
  - predict: {filename: payload.json}
  - hold: {for: 100ms}
  - logs: {tail: 2, container: classifier}
  - delete:
`,
      { args: [...asJson, '--set', 'most=3'], of: { tag: 'slow-300ms' } },
    );
    await witness.end();
    assert.equal(finished.exitCode, 0, finished.stdout);
    const summary = summaryOf(finished);
    const waited = 'scale wait-scaled assert predict';
    const expected = `apply wait-available assert predict ${waited} ${waited} hold logs delete wait-deleted`;
    assert.deepEqual(
      stepsOf(summary),
      expected.split(' ').map((step) => `${step} succeeded`),
    );
    assert.deepEqual(summary.deployments[0].left, []);
    const counts = witness.moments.flatMap(({ deployments }) =>
      [...deployments.values()].map(({ status }) => status?.availableReplicas ?? 0),
    );
    assert.equal(Math.max(...counts), 3);
    assert.deepEqual(witness.availableBeforeDeletion(), ['iris-default-0-classifier: 1 of 1']);
    assert.equal(notices(finished).match(/info: \{"data":\{"names":\["sum"\],"ndarray":\[\[6\.5\]\]\}/g)?.length, 3);
    assert.match(notices(finished), /info: \[pod\/iris-default-0-classifier-\S+\/classifier\] /);
    assert.match(notices(finished), /to try it: kubectl seldon-lifecycle predict iris -d @payload\.json -n case-\d+$/m);
    assert.deepEqual(await live(namespace), []);
  });

  it('changes an image and a label by plan, and waits for what comes of it', async () => {
    const namespace = await newNamespace(server());
    const finished = await plan(
      namespace,
      `steps:
  - apply: {filename: model.yaml}
  - wait: {for: available}
  - setImage: {container: classifier, image: 'example/iris:2.0'}
  - wait: {for: [available, event=ScalingReplicaSet]}
  - assert: {jsonpath: '{.pods[*].spec.containers[0].image}', value: 'example/iris:2.0'}
  - patch: {patch: {metadata: {labels: {team: vision}}}}
  - patch: {type: json, patch: [{op: add, path: /metadata/annotations, value: {a: b}}]}
  - wait: {for: 'jsonpath={.metadata.labels.team}=vision'}
  - assert: {jsonpath: '{.deployment.metadata.annotations.a}', value: b}
  - scale: {replicas: 2}
  - wait: {for: scaled=2}
`,
    );
    assert.equal(finished.exitCode, 0, finished.stdout + finished.stderr);
    const [iris] = await live(namespace);
    assert.equal(iris?.spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers?.[0]?.image, 'example/iris:2.0');
    assert.equal(iris?.spec?.predictors?.[0]?.replicas, 2);
    // All of it is ours as if it had been applied, so the file can be applied again.
    const again = await server().run(['apply', '-f', '-', '-n', namespace], { stdin: modelYaml() });
    assert.equal(again.exitCode, 0, again.stderr);
  });

  it('does what is under onFailure and finally when a step of a plan fails, and says which', async () => {
    const namespace = await newNamespace(server());
    const finished = await plan(
      namespace,
      `steps:
  - apply: {filename: model.yaml}
  - wait: {for: available}
  - name: as many as there should be
    assert: {${AVAILABLE}, value: 2}
  - scale: {replicas: 2}
onFailure:
  - logs: {tail: 1}
finally:
  - delete: {}
`,
      { args: asJson },
    );
    assert.equal(finished.exitCode, 5);
    const summary = summaryOf(finished);
    assert.deepEqual(stepsOf(summary), [
      'apply succeeded',
      'wait-available succeeded',
      'assert failed',
      'logs succeeded',
      'delete succeeded',
      'wait-deleted succeeded',
      'scale skipped',
    ]);
    assert.match(notices(finished), /error: assertion failed for .*: \{\.deployments\S+ is 1, not 2$/m);
    assert.match(notices(finished), /info: in step assert "as many as there should be" at \S+plan\.yaml:6:5$/m);
    assert.deepEqual(await live(namespace), []);
  });

  it('does what is under finally after an interruption of a plan, and not what is under onFailure', async () => {
    const namespace = await newNamespace(server());
    const finished = await plan(
      namespace,
      'steps:\n  - apply: {filename: model.yaml}\n  - hold: {for: 10m}\nonFailure:\n  - logs: {}\nfinally:\n  - delete:\n',
      { args: asJson, interruptAfter: /"step":"hold","state":"started"/ },
    );
    assert.equal(finished.exitCode, 130);
    const told = ['apply succeeded', 'hold failed', 'delete succeeded', 'wait-deleted succeeded'];
    assert.deepEqual(stepsOf(summaryOf(finished)), told);
    assert.deepEqual(await live(namespace), []);
  });

  it('ends a step of a plan when its own time is up', async () => {
    const namespace = await newNamespace(server());
    const steps = 'steps:\n  - apply: {filename: model.yaml}\n  - wait: {for: available}\n    timeout: 300ms\n';
    const finished = await plan(namespace, `${steps}finally: [delete: {}]\n`, { of: { tag: 'slow-1m' } });
    assert.equal(finished.exitCode, 4, finished.stderr);
    assert.match(finished.stderr, /^error: timed out after 300ms waiting for .* to be available: still waiting for/m);
  });

  it('says with --dry-run what a plan would do, and changes nothing', async () => {
    const namespace = await newNamespace(server());
    const text = `steps:
  - apply: {filename: model.yaml}
  - wait: {for: available}
  - scale: {replicas: 3}
  - wait: {for: scaled}
  - hold: {prompt: true}
  - delete: {}
`;
    const iris = 'seldondeployment.machinelearning.seldon.io/iris';
    for (const [dryRun, suffix] of [
      ['client', '(dry run)'],
      ['server', '(server dry run)'],
    ]) {
      const finished = await plan(namespace, text, { args: [`--dry-run=${dryRun}`] });
      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.deepEqual(finished.stdout.split('\n').slice(0, 6), [
        `${iris} serverside-applied ${suffix}`,
        `${iris} would wait for: available (dry run)`,
        `${iris} scaled ${suffix} (spec.predictors[0].replicas: 1 -> 3)`,
        `${iris} would wait for: scaled (dry run)`,
        `${iris} would be held until you press Enter (dry run)`,
        `seldondeployment.machinelearning.seldon.io "iris" deleted from ${namespace} namespace (dry run)`,
      ]);
    }
    assert.deepEqual(await live(namespace), []);
  });

  it('refuses a plan with mistakes, all of them at once, and one that would wait for Enter, and changes nothing', async () => {
    const namespace = await newNamespace(server());
    const wrong = await plan(
      namespace,
      'steps:\n  - apply: {filename: model.yaml}\n  - wiat: {for: available}\n  - scale: {replicas: -1}\n',
    );
    assert.equal(wrong.exitCode, 2);
    assert.match(
      wrong.stderr,
      /^error: there are 2 mistakes in the plan \S+plan\.yaml\n\S+:5:5: unknown field "wiat".*\n/,
    );
    const prompt = await plan(namespace, 'steps:\n  - apply: {filename: model.yaml}\n  - hold: {prompt: true}\n');
    assert.equal(prompt.exitCode, 2);
    assert.match(prompt.stderr, /^error: \S+plan\.yaml:5:5: the step hold waits for Enter, but there is no terminal/);
    assert.deepEqual(await live(namespace), []);
  });

  it('leaves a deployment alone that exists where a plan deletes, and changes it where it does not', async () => {
    const namespace = await newNamespace(server());
    await server().api.call({ method: 'POST', path: seldonPath(namespace), body: model({ replicas: 2 }) });
    const apply = 'steps:\n  - apply: {filename: model.yaml}\n  - wait: {for: available}\n';
    const refused = await plan(namespace, `${apply}  - delete:\n`);
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /already exists in namespace/);
    assert.equal((await plan(namespace, apply, { args: ['--force-conflicts'] })).exitCode, 0);
    assert.equal((await live(namespace))[0]?.spec?.predictors?.[0]?.replicas, 1);
  });

  it('holds a run before its deletion for as long as is said', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, ...asJson, '--hold=700ms'];
    const finished = await server().run(args, { stdin: modelYaml() });
    assert.equal(finished.exitCode, 0, finished.stdout);
    const hold = linesOf(finished).find(({ step, state }) => step === 'hold' && state === 'succeeded');
    // A timer may come up to a millisecond before its time by the clock on the wall.
    assert.ok(hold?.durationMs >= 699, hold?.durationMs);
    assert.ok(stepsOf(summaryOf(finished)).indexOf('hold succeeded') === 4);
  });

  it('refuses to hold a run until Enter where there is no terminal', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '--hold'], { stdin: modelYaml() });
    assert.equal(finished.exitCode, 2);
    assert.match(finished.stderr, /^error: --hold waits for Enter, but there is no terminal.*\n.*--hold=10m\n/);
    assert.deepEqual(await live(namespace), []);
  });

  it('ends the hold of a model that breaks meanwhile, with the cause', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    const args = ['run', '-f', '-', '-n', namespace, ...asJson, '--hold=5m', '--fail-grace=1s'];
    const patch = [
      {
        op: 'replace',
        path: '/spec/predictors/0/componentSpecs/0/spec/containers/0/image',
        value: 'example/iris:missing',
      },
    ];
    const finished = await server().run(args, {
      stdin: modelYaml(),
      onceSeen: {
        text: /"step":"hold","state":"started"/,
        act: () => somebody.changesSeldonDeployment('iris', patch),
      },
    });
    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(
      notices(finished),
      /error: seldondeployment "iris" .* failed during the hold: pod .*, container classifier: /,
    );
  });

  it('says what a held model lacks meanwhile, and at the end of its hold', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    const args = ['run', '-f', '-', '-n', namespace, ...asJson, '--hold=1500ms', '--fail-fast=false'];
    const image = '/spec/predictors/0/componentSpecs/0/spec/containers/0/image';
    const finished = await server().run(args, {
      stdin: modelYaml(),
      onceSeen: {
        text: /"step":"hold","state":"started"/,
        act: () =>
          somebody.changesSeldonDeployment('iris', [{ op: 'replace', path: image, value: 'example/iris:missing' }]),
      },
    });
    assert.equal(finished.exitCode, 0, finished.stdout);
    assert.match(finished.stdout, /the end of the hold \(1\.5s\); not available now: .*container classifier: /);
    assert.match(notices(finished), /^warning: not available at the end of the hold: waiting for /m);
  });

  it('ends the hold of a model that somebody deletes', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    const finished = await server().run(['run', '-f', '-', '-n', namespace, ...asJson, '--hold=5m'], {
      stdin: modelYaml(),
      onceSeen: {
        text: /"step":"hold","state":"started"/,
        act: () => somebody.deletesSeldonDeployment('iris', 'Background'),
      },
    });
    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(notices(finished), /error: .* failed during the hold: seldondeployment "iris" (was|is being) deleted/);
  });
}
