import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answeringPod } from '../../src/predict/predict.ts';
import { model } from '../behaviour/models.ts';

const pod = 'iris-default-0-classifier-7d9f8c5b6-abcde';

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
  ] as const) {
    it(sentence, () => {
      assert.equal(answeringPod(model(), { headers: headers as Record<string, string>, text }), expected);
    });
  }
});
