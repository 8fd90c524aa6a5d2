import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsonReader } from '../../src/output/json.ts';
import type { ProgressReport, ReportedEvent } from '../../src/progress/progress.ts';
import { CapturedOutput } from '../captured-output.ts';
import { assertOutputDescribed } from '../printed-json.ts';

const time = Date.parse('2026-01-01T00:00:00.250Z');
const deployment = { namespace: 'default', name: 'iris' };
const event: ReportedEvent = {
  uid: 'event-1',
  type: 'Normal',
  reason: 'Scheduled',
  message: 'assigned',
  count: 3,
  firstTime: time - 20_000,
  lastTime: time - 1_000,
  source: 'default-scheduler',
  object: { kind: 'Pod', namespace: 'default', name: 'iris-abc', uid: 'pod-1' },
};

const cases: [name: string, report: ProgressReport, expected: string][] = [
  [
    'a step that has begun has no duration',
    { type: 'step', time, deployment, step: 'apply', state: 'started' },
    '{"type":"step","time":"2026-01-01T00:00:00.250Z","deployment":{"namespace":"default","name":"iris"},"step":"apply","state":"started"}\n',
  ],
  [
    'a step that has ended says how long it took',
    { type: 'step', time, deployment, step: 'scale', state: 'succeeded', durationMs: 12, message: 'scaled' },
    '{"type":"step","time":"2026-01-01T00:00:00.250Z","deployment":{"namespace":"default","name":"iris"},"step":"scale","state":"succeeded","durationMs":12,"message":"scaled"}\n',
  ],
  [
    'an apply says what it really did',
    {
      type: 'step',
      time,
      deployment,
      step: 'apply',
      state: 'succeeded',
      durationMs: 12,
      message: 'serverside-applied',
      result: 'created',
    },
    '{"type":"step","time":"2026-01-01T00:00:00.250Z","deployment":{"namespace":"default","name":"iris"},"step":"apply","state":"succeeded","durationMs":12,"message":"serverside-applied","result":"created"}\n',
  ],
  [
    'a wait says what is waited for',
    { type: 'waiting', time, deployment, step: 'wait-scaled', message: '1 of 2 replicas available' },
    '{"type":"waiting","time":"2026-01-01T00:00:00.250Z","deployment":{"namespace":"default","name":"iris"},"step":"wait-scaled","message":"1 of 2 replicas available"}\n',
  ],
  [
    'an event is written in full',
    { type: 'event', time, deployment, event },
    '{"type":"event","time":"2026-01-01T00:00:00.250Z","deployment":{"namespace":"default","name":"iris"},"event":{"uid":"event-1","type":"Normal","reason":"Scheduled","message":"assigned","count":3,"firstTime":"2025-12-31T23:59:40.250Z","lastTime":"2025-12-31T23:59:59.250Z","source":"default-scheduler","object":{"kind":"Pod","namespace":"default","name":"iris-abc","uid":"pod-1"}}}\n',
  ],
  [
    'an unknown time of an event is null, so that the field is always there',
    { type: 'event', time, deployment, event: { ...event, firstTime: undefined, lastTime: undefined } },
    '{"type":"event","time":"2026-01-01T00:00:00.250Z","deployment":{"namespace":"default","name":"iris"},"event":{"uid":"event-1","type":"Normal","reason":"Scheduled","message":"assigned","count":3,"firstTime":null,"lastTime":null,"source":"default-scheduler","object":{"kind":"Pod","namespace":"default","name":"iris-abc","uid":"pod-1"}}}\n',
  ],
  [
    'a notice has its level',
    { type: 'notice', time, level: 'warning', message: 'the watch was lost' },
    '{"type":"notice","time":"2026-01-01T00:00:00.250Z","level":"warning","message":"the watch was lost"}\n',
  ],
  [
    'text stays on its line and is not changed',
    { type: 'notice', time, level: 'error', message: 'one\ntwo\u001b[31m' },
    '{"type":"notice","time":"2026-01-01T00:00:00.250Z","level":"error","message":"one\\ntwo\\u001b[31m"}\n',
  ],
  [
    'the summary names its schema and every deployment',
    {
      type: 'summary',
      time,
      outcome: 'failed',
      exitCode: 5,
      durationMs: 5_012,
      deployments: [
        {
          ...deployment,
          uid: 'iris-1',
          outcome: 'failed',
          steps: [
            { step: 'apply', state: 'succeeded', durationMs: 12 },
            { step: 'scale', state: 'skipped' },
          ],
          events: 17,
          left: ['pod/iris-abc'],
        },
      ],
    },
    '{"type":"summary","time":"2026-01-01T00:00:00.250Z","schema":"seldon-lifecycle/v1","outcome":"failed","exitCode":5,"durationMs":5012,"deployments":[{"namespace":"default","name":"iris","uid":"iris-1","outcome":"failed","steps":[{"step":"apply","state":"succeeded","durationMs":12},{"step":"scale","state":"skipped"}],"events":17,"left":["pod/iris-abc"]}]}\n',
  ],
];

describe('JSON output', () => {
  for (const [name, report, expected] of cases) {
    it(name, () => {
      const stdout = new CapturedOutput();
      jsonReader(stdout)(report);
      assert.equal(stdout.text, expected);
      assertOutputDescribed(stdout.text);
    });
  }

  it('writes each report as one whole line at once, for whoever reads along', () => {
    const writes: string[] = [];
    const read = jsonReader({ write: (text) => writes.push(text) });
    for (const [, report] of cases) read(report);
    assert.deepEqual(
      writes,
      cases.map(([, , expected]) => expected),
    );
  });
});
