import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { textReader } from '../../src/output/text.ts';
import { WaitingLines } from '../../src/output/waiting-lines.ts';
import type {
  DeploymentSummary,
  ProgressReader,
  ProgressReport,
  ReportedEvent,
  StepName,
} from '../../src/progress/progress.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';

const iris = { namespace: 'default', name: 'iris' };
const SECOND = 1_000;

describe('text output', () => {
  let clock: FakeClock;
  let stdout: CapturedOutput;
  let stderr: CapturedOutput;
  let reader: ProgressReader;

  beforeEach(async () => {
    clock = new FakeClock();
    stdout = new CapturedOutput();
    stderr = new CapturedOutput();
    reader = await textReader({ stdout, stderr, clock }, new WaitingLines(stderr, clock));
  });

  function read(report: Unclocked<ProgressReport>): void {
    reader({ ...report, time: clock.now() } as ProgressReport);
  }

  const done: [step: StepName, message: string, expected: string][] = [
    ['create-namespace', 'created', 'namespace/default created\n'],
    ['apply', 'serverside-applied', 'seldondeployment.machinelearning.seldon.io/iris serverside-applied\n'],
    ['wait-available', 'condition met', 'seldondeployment.machinelearning.seldon.io/iris condition met\n'],
    ['scale', 'scaled', 'seldondeployment.machinelearning.seldon.io/iris scaled\n'],
    ['wait-deleted', '', 'seldondeployment.machinelearning.seldon.io "iris" deleted from default namespace\n'],
  ];
  for (const [step, message, expected] of done) {
    it(`says on stdout that ${step} is done, in kubectl's words`, () => {
      read({ type: 'step', deployment: iris, step, state: 'succeeded', durationMs: 1, message });
      assert.equal(stdout.text, expected);
      assert.equal(stderr.text, '');
    });
  }

  it('says nothing of a step that begins, is skipped or has failed: the error says it', () => {
    read({ type: 'step', deployment: iris, step: 'apply', state: 'started' });
    read({ type: 'step', deployment: iris, step: 'apply', state: 'failed', durationMs: 1, message: 'conflict' });
    read({ type: 'step', deployment: iris, step: 'scale', state: 'skipped' });
    assert.equal(stdout.text + stderr.text, '');
  });

  it('writes notices to stderr, with their level unless they only inform, and escaped', () => {
    read({ type: 'notice', level: 'info', message: 'to remove it: kubectl delete' });
    read({ type: 'notice', level: 'warning', message: 'lost the watch' });
    read({ type: 'notice', level: 'error', message: 'admission said \u001b[2J' });
    assert.equal(stdout.text, '');
    assert.equal(stderr.text, 'to remove it: kubectl delete\nwarning: lost the watch\nerror: admission said ^[[2J\n');
  });

  it('writes events as rows of one table, whose header comes once, with the first', async () => {
    read({ type: 'event', deployment: iris, event: event(clock.now(), { reason: 'Scheduled' }) });
    await clock.advance(65 * SECOND);
    const repeated = { count: 3, firstTime: clock.now() - 65 * SECOND, lastTime: clock.now() - SECOND };
    const mounting = { uid: 'event-2', type: 'Warning', reason: 'FailedMount', message: 'no\nsuch secret' };
    read({ type: 'event', deployment: iris, event: event(clock.now(), { ...repeated, ...mounting }) });
    assert.equal(
      stdout.text,
      `\
LAST SEEN           TYPE      REASON              OBJECT                                            MESSAGE
0s                  Normal    Scheduled           Pod/iris-default-0-classifier-7d9f8b-x2x4q        Assigned
1s (x3 over 65s)    Warning   FailedMount         Pod/iris-default-0-classifier-7d9f8b-x2x4q        no\\nsuch secret
`,
    );
    assert.equal(stderr.text, '');
  });

  it('says nothing of a wait that is over within a second', async () => {
    read({ type: 'waiting', deployment: iris, step: 'wait-available', message: 'pod x to be ready' });
    await clock.advance(999);
    read({ type: 'step', deployment: iris, step: 'wait-available', state: 'failed', durationMs: 999 });
    await clock.advance(60 * SECOND);
    assert.equal(stderr.text, '');
    assert.equal(clock.pending, 0);
  });

  it('says what it waits for after a second, and again every 30 seconds with how long it lasts', async () => {
    read({ type: 'waiting', deployment: iris, step: 'wait-available', message: 'pod x to be ready' });
    await clock.advance(SECOND);
    assert.equal(stderr.text, 'default/iris: waiting for pod x to be ready\n');
    await clock.advance(60 * SECOND);
    assert.equal(
      stderr.text,
      'default/iris: waiting for pod x to be ready\n' +
        'default/iris: waiting for pod x to be ready (for 31s)\n' +
        'default/iris: waiting for pod x to be ready (for 61s)\n',
    );
  });

  it('says the newest of two waits only', async () => {
    read({ type: 'waiting', deployment: iris, step: 'wait-available', message: 'the deployment' });
    await clock.advance(500);
    read({ type: 'waiting', deployment: iris, step: 'wait-available', message: 'the pod \u001b[31m' });
    await clock.advance(SECOND);
    assert.equal(stderr.text, 'default/iris: waiting for the pod ^[[31m\n');
  });

  it('says the waits of several deployments side by side', async () => {
    const wine = { namespace: 'default', name: 'wine' };
    read({ type: 'waiting', deployment: iris, step: 'wait-available', message: 'a' });
    read({ type: 'waiting', deployment: wine, step: 'wait-available', message: 'b' });
    read({ type: 'step', deployment: iris, step: 'wait-available', state: 'succeeded', durationMs: 1, message: '' });
    await clock.advance(SECOND);
    assert.equal(stderr.text, 'default/wine: waiting for b\n');
  });

  it('passes on the newest repeat of an event once a second', async () => {
    const counted = (count: number) => event(clock.now(), { count, firstTime: clock.now(), lastTime: clock.now() });
    for (const count of [1, 2, 3, 4]) read({ type: 'event', deployment: iris, event: counted(count) });
    await clock.advance(SECOND);
    const rows = stdout.text.split('\n').slice(1, -1);
    assert.deepEqual(
      rows.map((row) => row.split('   ')[0]),
      ['0s', '1s (x4 over 1s)'],
    );
  });

  it('holds no repeat back from the end', () => {
    for (const count of [1, 2]) read({ type: 'event', deployment: iris, event: event(clock.now(), { count }) });
    read({ type: 'summary', outcome: 'failed', exitCode: 2, durationMs: 3, deployments: [] });
    assert.match(stdout.text, /^0s \(x2 over 0s\) /m);
    assert.equal(clock.pending, 0);
  });

  describe('of routine events, as the many of a real start and deletion', () => {
    const routine = (uid: string, count: number) => ({
      ...event(clock.now(), { count, uid, reason: 'Unhealthy', message: 'Readiness probe failed' }),
      routine: true as const,
    });
    const told = async (isTTY: boolean) => {
      const output = new CapturedOutput({ isTTY });
      const waiting = new WaitingLines(stderr, clock);
      reader = await textReader({ stdout: output, stderr, clock, color: 'never' }, waiting, 'telling', true);
      for (const [uid, count] of [
        ['a', 1],
        ['a', 21],
        ['b', 2],
      ] as const) {
        read({ type: 'event', deployment: iris, event: routine(uid, count) });
      }
      read({ type: 'event', deployment: iris, event: event(clock.now(), { uid: 'c', reason: 'Failed' }) });
      read({ type: 'summary', outcome: 'succeeded', exitCode: 0, durationMs: 3, deployments: [] });
      return output.text;
    };

    it('only counts them on a terminal, and says how to see them', async () => {
      const text = await told(true);
      assert.match(text, /^\(23 routine events are not shown: --events=all shows them\)$/m);
      assert.doesNotMatch(text, /Unhealthy/);
      assert.match(text, /Failed/);
    });

    it('leaves none out in a pipe', async () => {
      const text = await told(false);
      assert.match(text, /Unhealthy/);
      assert.doesNotMatch(text, /routine/);
    });
  });

  it('sums up each deployment, with how long each step took', () => {
    const steps: DeploymentSummary['steps'] = [
      { step: 'apply', state: 'succeeded', durationMs: 80 },
      { step: 'wait-available', state: 'failed', durationMs: 65_000 },
    ];
    const wine = summary({ name: 'wine', outcome: 'timed-out', steps, events: 1, left: ['pod/x', 'pod/y'] });
    read({ type: 'summary', outcome: 'timed-out', exitCode: 4, durationMs: 65_000, deployments: [summary(), wine] });
    assert.equal(
      stdout.text,
      `
NAMESPACE   NAME   OUTCOME     APPLY   AVAILABLE   EVENTS   LEFT
default     iris   succeeded   12ms    4.2s        17       0
default     wine   timed-out   80ms    65s         1        2
timed-out in 65s
`,
    );
    assert.equal(stderr.text, '');
  });

  it('sums up one that did not get as far as its first step', () => {
    const deployments = [summary({ outcome: 'interrupted', steps: [{ step: 'apply', state: 'skipped' }], events: 0 })];
    read({ type: 'summary', outcome: 'interrupted', exitCode: 130, durationMs: 3, deployments });
    assert.match(stdout.text, /^default +iris +interrupted +0 +0$/m);
  });

  it('has nothing to sum up when nothing was begun', () => {
    read({ type: 'summary', outcome: 'failed', exitCode: 2, durationMs: 3, deployments: [] });
    assert.equal(stdout.text + stderr.text, '');
  });

  describe('about several deployments', () => {
    const begin = (...names: string[]) => {
      const deployments = names.map((name) => {
        const [namespace = '', own = ''] = name.split('/');
        return { namespace, name: own };
      });
      read({ type: 'begin', deployments });
    };

    it('says in a column of its own whose an event is', () => {
      begin('default/iris', 'default/wine');
      read({ type: 'event', deployment: iris, event: event(clock.now(), {}) });
      assert.match(stdout.text, /^DEPLOYMENT +LAST SEEN .*\niris +0s +Normal +Scheduled +Pod\/iris-/);
    });

    it('says the namespace too where they are in several', () => {
      begin('default/iris', 'other/iris');
      read({ type: 'event', deployment: iris, event: event(clock.now(), {}) });
      read({ type: 'step', deployment: iris, step: 'scale', state: 'succeeded', durationMs: 1, message: 'scaled' });
      assert.match(stdout.text, /^default\/iris +0s /m);
      assert.match(stdout.text, /\/iris scaled \(in namespace default\)$/m);
    });

    it('says whose a notice is, unless it is about all of them', () => {
      begin('default/iris', 'default/wine');
      read({ type: 'notice', level: 'warning', deployment: iris, message: 'a' });
      read({ type: 'notice', level: 'info', message: 'b' });
      assert.equal(stderr.text, 'warning: iris: a\nb\n');
    });
  });

  it('marks a Warning that mends itself', () => {
    const conflict = event(clock.now(), { type: 'Warning', reason: 'UpdateFailed', message: 'a', benign: true });
    read({ type: 'event', deployment: iris, event: conflict });
    assert.match(stdout.text, /UpdateFailed .* a \(harmless: the operator tries again\)$/m);
  });

  it('says no wait any more after the summary', async () => {
    read({ type: 'waiting', deployment: iris, step: 'wait-available', message: 'a' });
    read({ type: 'summary', outcome: 'interrupted', exitCode: 130, durationMs: 3, deployments: [] });
    await clock.advance(60 * SECOND);
    assert.equal(stderr.text, '');
    assert.equal(clock.pending, 0);
  });

  it('paints, where there are colours, types, outcomes and what errors begin with, and nothing else', async () => {
    reader = await textReader({ stdout, stderr, clock, color: 'always' }, new WaitingLines(stderr, clock));
    read({ type: 'event', deployment: iris, event: event(clock.now(), { type: 'Warning', message: 'no' }) });
    read({ type: 'event', deployment: iris, event: event(clock.now(), { uid: 'event-2' }) });
    read({ type: 'notice', level: 'error', message: 'it failed' });
    assert.deepEqual(painted(stdout.text), ['33 Warning']);
    assert.equal(stripVTControlCharacters(stdout.text).split('\n')[1]?.indexOf('Scheduled'), 30);
    assert.equal(stderr.text, '\u001b[31merror:\u001b[39m it failed\n');
    stdout.text = '';
    const wine = summary({ name: 'wine', outcome: 'timed-out' });
    read({ type: 'summary', outcome: 'timed-out', exitCode: 4, durationMs: 65_000, deployments: [summary(), wine] });
    assert.deepEqual(painted(stdout.text), ['32 succeeded', '31 timed-out', '31 timed-out']);
    assert.match(stripVTControlCharacters(stdout.text), /^default +wine +timed-out +12ms/m);
  });
});

/** A report without its time, whichever it is. */
type Unclocked<Report> = Report extends unknown ? Omit<Report, 'time'> : never;

function event(now: number, differences: Partial<ReportedEvent>): ReportedEvent {
  return {
    uid: 'event-1',
    type: 'Normal',
    reason: 'Scheduled',
    message: 'Assigned',
    count: 1,
    firstTime: now,
    lastTime: now,
    source: 'default-scheduler',
    object: { kind: 'Pod', namespace: 'default', name: 'iris-default-0-classifier-7d9f8b-x2x4q', uid: 'pod-1' },
    ...differences,
  };
}

function summary(differences: Partial<DeploymentSummary> = {}): DeploymentSummary {
  return {
    ...iris,
    uid: 'iris-1',
    outcome: 'succeeded',
    steps: [
      { step: 'apply', state: 'succeeded', durationMs: 12 },
      { step: 'wait-available', state: 'succeeded', durationMs: 4_250 },
      { step: 'scale', state: 'skipped' },
    ],
    events: 17,
    left: [],
    ...differences,
  };
}

/** What is in a colour, after the number of that colour. */
function painted(text: string): string[] {
  const parts = text.split('\u001b[').slice(1);
  return parts.filter((part) => !part.startsWith('39m')).map((part) => part.replace('m', ' '));
}
