import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failed } from '../../../src/lifecycle/waits/answer.ts';
import { goalsInWords, goalsMet, parseGoals } from '../../../src/lifecycle/waits/goals.ts';
import { asked, inWords, type Moment, observed } from '../observed.ts';

const GONE: Moment = { deployment: '', deployments: '[]', replicaSets: '[]', pods: '[]' };
const CREATING: Moment = {
  deployment: `
    metadata: {name: m, namespace: ns, uid: u-m, generation: 1}
    spec: {predictors: [{name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]}
    status: {state: Creating, conditions: [{type: Ready, status: 'False', message: not yet}]}`,
};
const SCALED: Moment = {
  deployment: `
    metadata: {name: m, namespace: ns, uid: u-m, generation: 2}
    spec: {predictors: [{name: p, replicas: 2, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]}
    status: {state: Available, replicas: 2, deploymentStatus: {m-p-0-c: {replicas: 2, availableReplicas: 2}}}`,
  deployments: `
    - metadata: {name: m-p-0-c, uid: u-d, generation: 2, ownerReferences: [{uid: u-m}]}
      spec: {replicas: 2}
      status: {observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}`,
};

const cases: { it: string; goals: string[]; seen: Moment; broken?: boolean; answer: string }[] = [
  { it: 'is met when it is available', goals: ['available'], seen: {}, answer: 'done' },
  ...[['available'], ['jsonpath={.status.state}=Available'], ['condition=Ready!=True']].map((goals) => ({
    it: `is not met while a watch is being opened again: ${goals}`,
    goals,
    seen: { staleKinds: ['Deployment'] },
    answer: 'waiting for the API server to send the latest state of Deployments',
  })),
  { it: 'follows what somebody else asks for meanwhile', goals: ['available'], seen: SCALED, answer: 'done' },
  {
    it: 'waits for the number itself, not for the status',
    goals: ['scaled=2'],
    seen: {},
    answer: 'waiting for deployment "m-p-0-c" to be set to 2 replicas (now 1)',
  },
  { it: 'is met when it is scaled', goals: ['scaled=2'], seen: SCALED, answer: 'done' },
  { it: 'is met where it was created', goals: ['create'], seen: CREATING, answer: 'done' },
  { it: 'is met where it was created, although it is gone again', goals: ['create'], seen: GONE, answer: 'done' },
  { it: 'is met when all of it is gone', goals: ['deleted'], seen: GONE, answer: 'done' },
  {
    it: 'believes nobody that it is gone before everything was listed',
    goals: ['deleted'],
    seen: { ...GONE, unsyncedKinds: ['Pod'] },
    answer: 'waiting for the API server to list Pod',
  },
  {
    it: 'cannot be met any more when it is gone',
    goals: ['available'],
    seen: GONE,
    answer: 'failed: seldondeployment "m" was deleted',
  },
  { it: 'is met by failing, if that is wanted', goals: ['failed'], seen: CREATING, broken: true, answer: 'done' },
  {
    it: 'waits for a condition, and says how it is',
    goals: ['condition=ready'],
    seen: CREATING,
    answer: 'waiting for condition ready=True (now False: not yet)',
  },
  { it: 'knows a condition in any case', goals: ['condition=ready=false'], seen: CREATING, answer: 'done' },
  {
    it: 'knows a condition that is other than it should not be',
    goals: ['condition=Ready!=True'],
    seen: CREATING,
    answer: 'done',
  },
  {
    it: 'waits for a value',
    goals: ['jsonpath={.status.state}=Available'],
    seen: CREATING,
    answer: 'waiting for {.status.state} to be Available (now Creating)',
  },
  {
    it: 'knows a value that is other than it was',
    goals: ['jsonpath={.status.state}!=Creating'],
    seen: {},
    answer: 'done',
  },
  { it: 'is met by one of two', goals: ['scaled=7||available'], seen: {}, answer: 'done' },
  {
    it: 'waits for one of two, and names both',
    goals: ['scaled=7||jsonpath={.status.state}=Failed'],
    seen: {},
    answer:
      'waiting for deployment "m-p-0-c" to be set to 7 replicas (now 1), or {.status.state} to be Failed (now Available)',
  },
  { it: 'needs all of several', goals: ['available', 'scaled=1'], seen: {}, answer: 'done' },
  {
    it: 'names the first that is not met',
    goals: ['available', 'jsonpath={.status.state}=Failed'],
    seen: {},
    answer: 'waiting for {.status.state} to be Failed (now Available)',
  },
  {
    it: 'lets one that cannot be met any more pass where there is another',
    goals: ['available||deleted'],
    seen: GONE,
    answer: 'done',
  },
];

describe('A wait for several things', () => {
  for (const { it: sentence, goals: texts, seen, broken, answer } of cases) {
    it(sentence, () => {
      const goals = texts.map(parseGoals);
      const question = goalsMet(goals, {
        live: asked().deployment,
        isSeen: () => false,
        judge: (given) => (broken ? failed('it is broken') : given),
        valuesAt: (_, object) => [(object as { status: { state: string } }).status.state],
      });
      assert.equal(inWords(question(observed(seen))), answer);
    });
  }

  it('is told in words', () => {
    const goals = ['available||failed', 'scaled=2', "jsonpath='{.a}'!=b"].map(parseGoals);
    assert.equal(goalsInWords(goals), 'available or failed, and scaled to 2, and at {.a}!=b');
  });
});
