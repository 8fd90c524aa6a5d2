import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadInput } from '../../../src/failures.ts';
import { parseUntil, untilMet } from '../../../src/lifecycle/overview/until.ts';
import { inWords, type Moment, observed } from '../observed.ts';

const gone: Moment = { deployment: 'null', gone: true, deployments: '[]', replicaSets: '[]', pods: '[]' };
const none = `
  - metadata: {name: m-p-0-c, uid: u-d, generation: 1}
    spec: {replicas: 1}
    status: {observedGeneration: 1}`;

const cases: [until: string, answer: string, moment: Moment][] = [
  ['available', 'done', {}],
  ['available', 'waiting for deployment "m-p-0-c": 0 of 1 new replicas made', { deployments: none }],
  ['available', 'failed: the seldondeployment was deleted', gone],
  ['scaled=1', 'done', {}],
  ['scaled=2', 'waiting for deployment "m-p-0-c" to be asked for 2 replicas', {}],
  ['deleted', 'done', gone],
  ['deleted', 'waiting for pod/m-p-0-c-1-x and 2 more to be gone', {}],
];

describe('The end of a watched status', () => {
  for (const [until, answer, moment] of cases) {
    it(`${until}: ${answer}`, () => assert.equal(inWords(untilMet(parseUntil(until), observed(moment))), answer));
  }

  it('is one of three', () => {
    for (const text of ['', 'ready', 'scaled', 'scaled=', 'scaled=x', 'scaled=-1']) {
      assert.throws(() => parseUntil(text), BadInput);
    }
  });
});
