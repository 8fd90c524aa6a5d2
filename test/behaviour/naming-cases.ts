import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { component, model } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { Witness } from './witness.ts';

const hashed = (name: string) => `seldon-${createHash('md5').update(name).digest('hex')}`;

const predictor = (more: object = {}) => ({
  name: 'p',
  graph: { name: 'classifier', type: 'MODEL' },
  componentSpecs: [component()],
  ...more,
});
const other = { name: 'other', image: 'example/other:1.0' };
const sklearn = { name: 'classifier', implementation: 'SKLEARN_SERVER', modelUri: 'gs://example/iris' };
const explainer = { type: 'AnchorTabular', containerSpec: { name: 'explainer', image: 'example/explainer:1.0' } };
const longName = `m${'-long'.repeat(11)}`;
const longerName = `m${'-long'.repeat(14)}`;

const cases: { it: string; name?: string; spec: object; deployments: string[] }[] = [
  {
    it: 'a name that is over 63 characters with those of predictor and container',
    name: longName,
    spec: { predictors: [predictor()] },
    deployments: [hashed(`${longName}-p-0-classifier`)],
  },
  {
    it: 'a name that is over 63 characters itself, with everything that can come along',
    name: longerName,
    spec: {
      annotations: { 'seldon.io/engine-separate-pod': 'true' },
      predictors: [predictor({ traffic: 100, explainer }), predictor({ name: 'q', shadow: true })],
    },
    deployments: ['p-0-classifier', 'p-explainer', 'p-svc-orch', 'q-0-classifier', 'q-svc-orch'].map((rest) =>
      hashed(`${longerName}-${rest}`),
    ),
  },
  {
    it: 'a prepackaged server, whose container the stored spec does not show',
    spec: { predictors: [predictor({ graph: sklearn, componentSpecs: [] })] },
    deployments: ['m-p-0-classifier'],
  },
  {
    it: 'prepackaged servers beside a container, which go into the first componentSpec',
    spec: {
      predictors: [
        predictor({
          graph: { ...sklearn, name: 'first', children: [{ ...sklearn, name: 'second' }] },
          componentSpecs: [{ spec: { containers: [other] } }],
        }),
      ],
    },
    deployments: ['m-p-0-other-first-second'],
  },
  {
    it: 'a componentSpec with a name of its own',
    spec: { predictors: [predictor({ componentSpecs: [component('1.0', { metadata: { name: 'mine' } })] })] },
    deployments: ['m-p-0-mine'],
  },
  {
    it: 'several componentSpecs, and several containers in one',
    spec: {
      predictors: [
        predictor({
          graph: { name: 'classifier', type: 'MODEL', children: [{ name: 'other', type: 'MODEL' }] },
          componentSpecs: [
            {
              spec: {
                containers: [
                  { name: 'classifier', image: 'example/iris:1.0' },
                  { ...other, name: 'helper' },
                ],
              },
            },
            { spec: { containers: [other] } },
          ],
        }),
      ],
    },
    deployments: ['m-p-0-classifier-helper', 'm-p-1-other'],
  },
  {
    it: 'a predictor without an executor, whose Service has another name',
    spec: {
      predictors: [predictor({ annotations: { 'seldon.io/no-engine': 'true', 'seldon.io/svc-name': 'mine' } })],
    },
    deployments: ['m-p-0-classifier'],
  },
];

/** The names that the operator gives its Deployments: a run finds what it waits for by them. */
export function namingCases(server: () => ServerUnderTest): void {
  for (const { it: sentence, name = 'm', spec, deployments } of cases) {
    it(`knows the Deployments of ${sentence}`, async () => {
      const namespace = await newNamespace(server());
      const witness = await Witness.of(server(), namespace);
      const args = ['run', '-f', '-', '-n', namespace, '--timeout=20s', '--include-explainer'];
      const finished = await server().run(args, { stdin: stringify(model({ name, spec })) });
      await witness.end();

      assert.equal(finished.exitCode, 0, finished.stderr);
      const expected = deployments.map((deployment) => `${deployment}: 2 of 2`).sort();
      assert.deepEqual(witness.availableBeforeDeletion(), expected);
    });
  }
}
