import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { component, model } from './models.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { Witness } from './witness.ts';

const predictor = (more: object = {}) => ({
  name: 'p',
  graph: { name: 'classifier', type: 'MODEL' },
  componentSpecs: [component()],
  ...more,
});

const cases: { it: string; spec: object; args?: string[]; available: string[]; says: RegExp }[] = [
  {
    it: 'scales where no number is set anywhere',
    spec: { predictors: [predictor()] },
    available: ['m-p-0-classifier: 2 of 2'],
    says: /scaled \(spec\.replicas: unset -> 2\)/,
  },
  {
    it: 'scales where only the whole has a number, and down',
    spec: { replicas: 3, predictors: [predictor()] },
    args: ['--replicas=1'],
    available: ['m-p-0-classifier: 1 of 1'],
    says: /scaled \(spec\.replicas: 3 -> 1\)/,
  },
  {
    it: 'scales every predictor at the level that governs it',
    spec: {
      replicas: 1,
      predictors: [
        predictor({ traffic: 75 }),
        predictor({ name: 'q', replicas: 3, traffic: 25 }),
        predictor({ name: 'r', shadow: true, componentSpecs: [component('1.0', { replicas: 1 })] }),
      ],
    },
    available: ['m-p-0-classifier: 2 of 2', 'm-q-0-classifier: 2 of 2', 'm-r-0-classifier: 2 of 2'],
    says: /scaled \(spec\.replicas: 1 -> 2, spec\.predictors\[1\]\.replicas: 3 -> 2, spec\.predictors\[2\]\.componentSpecs\[0\]\.replicas: 1 -> 2; its pods restart\)/,
  },
  {
    it: 'says so when there is nothing to scale',
    spec: { predictors: [predictor({ replicas: 2 })] },
    available: ['m-p-0-classifier: 2 of 2'],
    says: /scaled \(already at 2 replicas\)/,
  },
  {
    it: 'scales to 0, where the operator never says Available',
    spec: { predictors: [predictor({ replicas: 1 })] },
    args: ['--replicas=0'],
    available: ['m-p-0-classifier: 0 of 0'],
    says: /available with 0 replicas/,
  },
];

export function scaleCases(server: () => ServerUnderTest): void {
  for (const { it: sentence, spec, args = [], available, says } of cases) {
    it(sentence, async () => {
      const namespace = await newNamespace(server());
      const witness = await Witness.of(server(), namespace);
      const stdin = stringify(model({ name: 'm', spec }));
      const finished = await server().run(['run', '-f', '-', '-n', namespace, '--timeout=20s', ...args], { stdin });
      witness.end();

      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.deepEqual(witness.availableBeforeDeletion(), available);
      assert.match(finished.stdout, says);
    });
  }

  it('refuses a number where an autoscaler decides, before anything is changed', async () => {
    const namespace = await newNamespace(server());
    const hpaSpec = { maxReplicas: 3, minReplicas: 1 };
    const stdin = stringify(
      model({ spec: { predictors: [predictor({ componentSpecs: [component('1.0', { hpaSpec })] })] } }),
    );
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin });

    assert.equal(finished.exitCode, 2);
    assert.match(
      finished.stderr,
      /spec\.predictors\[0\]\.componentSpecs\[0\]\.hpaSpec is set: a HorizontalPodAutoscaler decides/,
    );
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });
}
