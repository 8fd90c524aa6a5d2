import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observation } from '../../src/lifecycle/waits/observation.ts';
import type { ReportedEvent } from '../../src/progress/progress.ts';
import type { Assertion } from '../../src/steps/assert.ts';
import { untrue } from '../../src/steps/assert.ts';

const pod = (name: string, restartCount: number) => ({
  metadata: { name },
  status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: true, restartCount }] },
});
const seen: Observation = {
  deployment: { metadata: { name: 'iris', labels: { a: 'b' } }, status: { state: 'Available' } },
  gone: false,
  owned: {
    deployments: [{ metadata: { name: 'd' }, status: { availableReplicas: 3 } }],
    replicaSets: [],
    pods: [pod('p1', 0), pod('p2', 2)],
    others: [],
  },
  events: () => [],
  now: 0,
  unsyncedKinds: [],
  staleKinds: [],
};
const warning = {
  reason: 'BackOff',
  message: 'back-off restarting',
  object: { kind: 'Pod', namespace: 'n', name: 'p2', uid: '2' },
} as ReportedEvent;

const cases: [sentence: string, assertion: Partial<Assertion>, wrong: string[]][] = [
  ['a path that is as it should be', { jsonpath: '{.deployments[*].status.availableReplicas}', value: '3' }, []],
  ['several values, joined', { jsonpath: '{.pods[*].status.phase}', value: 'Running Running' }, []],
  [
    'a path that is otherwise',
    { jsonpath: '.deployment.status.state', value: 'Failed' },
    ['.deployment.status.state is Available, not Failed'],
  ],
  ['a path that leads nowhere', { jsonpath: '{.pods[7].status}', value: 'x' }, ['{.pods[7].status} is not set, not x']],
  ['anything at all at a path', { jsonpath: '{.deployment.metadata.labels.a}' }, []],
  [
    'nothing at a path',
    { jsonpath: '{.deployment.metadata.labels.b}' },
    ['there is nothing at {.deployment.metadata.labels.b}'],
  ],
  ['warnings', { noWarnings: true }, ['a warning event BackOff of Pod/p2: back-off restarting']],
  ['restarts that are allowed', { maxRestarts: 2 }, []],
  ['too many restarts', { maxRestarts: 1 }, ['2 restarts, where at most 1 are allowed: pod p2, container c: 2']],
  [
    'all that is wrong',
    { jsonpath: '{.deployment.status.state}', value: 'Failed', maxRestarts: 0 },
    [
      '{.deployment.status.state} is Available, not Failed',
      '2 restarts, where at most 0 are allowed: pod p2, container c: 2',
    ],
  ],
];

describe('An assertion says', () => {
  for (const [sentence, assertion, wrong] of cases) {
    it(sentence, () => {
      const whole = { jsonpath: undefined, value: undefined, noWarnings: false, maxRestarts: undefined, ...assertion };
      assert.deepEqual(untrue(whole, seen, assertion.noWarnings ? [warning] : []), wrong);
    });
  }
});
