import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import { exitCodes, type Failure } from '../../src/failures.ts';
import { answeringPod, predict } from '../../src/predict/predict.ts';
import { model } from '../behaviour/models.ts';
import { FakeClock } from '../fake-clock.ts';

const pod = 'iris-default-0-classifier-7d9f8c5b6-abcde';

describe('An answer that is no success', () => {
  it('is told as the model’s own words, which are no lines of ours', async () => {
    const text = 'no\nerror: forged\nseldondeployment.machinelearning.seldon.io/iris deleted\n';
    const cluster = { postToService: async () => ({ status: 500, headers: {}, text }) } as unknown as SeldonCluster;
    const asked = predict(model(), { payload: '{}', timeoutMs: 0 }, { cluster, clock: new FakeClock() });
    await assert.rejects(asked, {
      exitCode: exitCodes.deploymentFailed,
      details: ['  no', '  error: forged', '  seldondeployment.machinelearning.seldon.io/iris deleted'],
    });
  });

  it('is told in part where nobody would read all of it', async () => {
    for (const [text, lines] of [
      ['line\n'.repeat(100_000), 201],
      ['x'.repeat(10e6), 2],
      [`{"a":"${'x'.repeat(10e6)}"}`, 2],
    ] as const) {
      const cluster = { postToService: async () => ({ status: 500, headers: {}, text }) } as unknown as SeldonCluster;
      const asked = predict(model(), { payload: '{}', timeoutMs: 0 }, { cluster, clock: new FakeClock() });
      const { details } = (await asked.catch((error: unknown) => error)) as Failure;
      assert.equal(details.length, lines);
      assert.equal(details.at(-1), `  … (${text.length} characters in all)`);
      assert.ok(details.every((line) => String(line).startsWith('  ')));
    }
  });
});

describe('The pod that has answered', () => {
  for (const [sentence, headers, text, expected] of [
    ['is not known where nothing says it', { date: 'today' }, '{"data":{}}', undefined],
    ['stands in a header of whatever name', { 'x-served-by': pod }, '', pod],
    ['stands in the tags of Seldon’s meta', {}, `{"meta":{"tags":{"hostname":"${pod}"}}}`, pod],
    ['stands in the parameters of Open Inference', {}, `{"parameters":{"pod":"${pod}"}}`, pod],
    ['is never what the model predicts', {}, `{"data":{"strData":"${pod}"}}`, undefined],
    ['is none of another deployment', { 'x-served-by': 'tulip-default-0-classifier-7d9f8c5b6-abcde' }, '', undefined],
    ['is no Deployment', { server: 'iris-default-0-classifier' }, '', undefined],
    ['is not looked for in what is not JSON', {}, pod, undefined],
    [
      'is not followed as deep as a model can nest',
      {},
      `{"meta":${'['.repeat(1e5)}"${pod}"${']'.repeat(1e5)}}`,
      undefined,
    ],
  ] as const) {
    it(sentence, () => {
      assert.equal(answeringPod(model(), { headers: headers as Record<string, string>, text }), expected);
    });
  }
});
