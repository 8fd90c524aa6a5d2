import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Advice } from '../../../src/advice/advice.ts';
import { PLAIN_INVOCATION } from '../../../src/advice/invocation.ts';
import { writtenLines } from '../../../src/advice/written-advice.ts';
import type { Finding } from '../../../src/lifecycle/diagnosis/finding.ts';
import { causeOf, linesThatMatter } from '../../../src/lifecycle/failing/cause.ts';
import type { StepDeps } from '../../../src/lifecycle/step.ts';
import type { ReportedEvent } from '../../../src/progress/progress.ts';

const finding: Finding = {
  reason: 'CrashLoopBackOff',
  key: 'iris-1/classifier: crash',
  fails: 'now',
  why: 'pod iris-1, container classifier: exits with code 1',
  advice: 'Read the end of its log',
  pod: { name: 'iris-1', uid: 'u', container: 'classifier', log: 'current' },
};

const warning = (container: string, message: string, lastTime: number): ReportedEvent => ({
  uid: message,
  type: 'Warning',
  reason: 'Unhealthy',
  message,
  count: 1,
  firstTime: lastTime,
  lastTime,
  source: 'kubelet',
  object: { kind: 'Pod', namespace: 'ns', name: 'iris-1', uid: 'u' },
  container,
});

const deps = (lines: string[], events: ReportedEvent[] = [], now = 33_000) =>
  ({
    cluster: { podLog: async () => lines, serverClock: { now: () => now } },
    events: { of: () => events },
  }) as unknown as Pick<StepDeps, 'cluster' | 'events'>;

const model = { name: 'iris', namespace: 'ns' };
const LOGS = 'kubectl seldon-lifecycle logs iris -c classifier -n ns';
const inWords = (lines: readonly Advice[]) => writtenLines(lines, PLAIN_INVOCATION);

describe('What a person needs to know of a failure', () => {
  it('is the log of the container, with whose it is once, and of a line that is endless only what can be read', async () => {
    const endless = `Traceback: ${'0.123456 '.repeat(400_000)}ValueError: shape`;
    const cause = await causeOf([finding], model, deps(['loading', endless]));
    const details = inWords(cause.details);
    assert.equal(details[0], 'log of iris-1, container classifier:');
    assert.equal(details[1], '  loading');
    assert.match(
      details[2] ?? '',
      /^ {2}Traceback: [0-9. ]+ … \[3598028 characters left out\] … [0-9. ]+ValueError: shape$/,
    );
    assert.ok((details[2]?.length ?? 0) < 2_200);
    assert.equal(inWords([cause.hint ?? ''])[0], `Read the end of its log (${LOGS})`);
  });

  it('is the Event of the container that is at fault, not of another in its pod', async () => {
    const events = [warning('classifier', 'model', 1), warning('seldon-container-engine', 'engine', 2)];
    const { details } = await causeOf([finding], model, deps([], events, 1_000));
    assert.deepEqual(details, ['event: Unhealthy Pod/iris-1: model']);
  });

  it('is how often and how long the Event came', async () => {
    const event = { ...warning('classifier', 'failed', 32_000), count: 7, firstTime: 1_000 };
    const { details } = await causeOf([{ ...finding, event }], model, deps([]));
    assert.deepEqual(details, ['event: Unhealthy Pod/iris-1: failed (x7 over 31.0s)']);
    const later = await causeOf([{ ...finding, event }], model, deps([], [], 122_000));
    assert.deepEqual(later.details, ['event: Unhealthy Pod/iris-1: failed (x7 over 31.0s, 90s ago)']);
    const once = await causeOf([{ ...finding, event: { ...event, count: 1 } }], model, deps([], [], 122_000));
    assert.deepEqual(once.details, ['event: Unhealthy Pod/iris-1: failed (90s ago)']);
  });

  it('is also what else is wrong', async () => {
    const other = { ...finding, key: 'other', why: 'pod iris-2: Evicted' };
    const { details } = await causeOf([finding, other], model, deps([]));
    assert.deepEqual(inWords(details), ['also: pod iris-2: Evicted', `  Read the end of its log (${LOGS})`]);
  });
});

describe('The lines of a log that matter', () => {
  const shutdown = ['Shutting down', 'Waiting for workers', 'Bye'];
  const cases: [name: string, lines: string[], matter: string[]][] = [
    ['are its last five, where none speaks of an error', ['1', '2', '3', '4', '5', '6'], ['2', '3', '4', '5', '6']],
    [
      'are a traceback to the exception, not what comes after it',
      [
        'loading',
        'Traceback (most recent call last):',
        '  File "a.py", line 1, in load',
        "FileNotFoundError: '/mnt/models/model.joblib'",
        ...shutdown,
      ],
      [
        'Traceback (most recent call last):',
        '  File "a.py", line 1, in load',
        "FileNotFoundError: '/mnt/models/model.joblib'",
      ],
    ],
    [
      'are the last error with what leads to it',
      ['1', '2', '3', '4', '5', 'ERROR: no such bucket', ...shutdown],
      ['2', '3', '4', '5', 'ERROR: no such bucket'],
    ],
    ['are none of an empty one', [], []],
  ];
  for (const [name, lines, matter] of cases) it(name, () => assert.deepEqual(linesThatMatter(lines), matter));
});
