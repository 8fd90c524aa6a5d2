import type { ProgressReport, ReportedEvent, StepName } from '../../src/progress/progress.ts';
import { type Timeline, TimelineRecorder } from '../../src/report/timeline.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const deployment = { namespace: 'default', name: 'iris' };
export const POD = 'iris-default-0-classifier-7d9f8c5b6-abcde';
const DEPLOYMENT = 'iris-default-0-classifier';

/** What somebody puts into the names and messages of a cluster who means harm to those who read its reports. */
export const EVIL = `<script>alert(1)</script>"'><img src=x onerror=alert(1)> &amp; ]]> \u001b[31m\u0000\u202e\ud800`;

const at = (seconds: number) => start + seconds * 1_000;

export const step = (
  seconds: number,
  name: StepName,
  state: 'started' | 'succeeded' | 'failed' | 'skipped',
  message = '',
): ProgressReport => ({ type: 'step', time: at(seconds), deployment, step: name, state, message });

const named = (report: ProgressReport, name: string) => (report.type === 'step' ? { ...report, name } : report);

export const event = (seconds: number, more: Partial<ReportedEvent> = {}): ProgressReport => ({
  type: 'event',
  time: at(seconds),
  deployment,
  event: {
    uid: `event-${seconds}`,
    type: 'Normal',
    reason: 'Pulling',
    message: 'Pulling image',
    count: 1,
    firstTime: at(seconds),
    lastTime: at(seconds),
    source: 'kubelet',
    object: { kind: 'Pod', namespace: 'default', name: POD, uid: 'pod-1' },
    ...more,
  },
});

export const replicas = (seconds: number, desired: number, available: number, gone?: true): ProgressReport => ({
  type: 'replicas',
  time: at(seconds),
  deployment,
  object: { name: DEPLOYMENT, uid: 'deployment-1' },
  desired,
  available,
  ...(gone && { gone }),
});

export const pod = (seconds: number, status: string, ready = false, gone?: true): ProgressReport => ({
  type: 'pod',
  time: at(seconds),
  deployment,
  object: { name: POD, uid: 'pod-1' },
  status,
  ready,
  restarts: 0,
  ...(gone && { gone }),
});

export const notice = (seconds: number, level: 'info' | 'warning' | 'error', message: string): ProgressReport => ({
  type: 'notice',
  time: at(seconds),
  level,
  deployment,
  message,
});

export const summary = (
  seconds: number,
  outcome: 'succeeded' | 'failed' | 'timed-out' | 'interrupted',
): ProgressReport => ({
  type: 'summary',
  time: at(seconds),
  outcome,
  exitCode: outcome === 'succeeded' ? 0 : 5,
  durationMs: seconds * 1_000,
  deployments: [{ ...deployment, uid: 'iris-1', outcome, steps: [], events: 1, left: [] }],
});

const begin: ProgressReport = { type: 'begin', time: at(0), deployments: [deployment] };

/** A run that went well. */
export const wentWell: ProgressReport[] = [
  begin,
  step(0, 'apply', 'started'),
  step(0.01, 'apply', 'succeeded', 'serverside-applied'),
  step(0.01, 'wait-available', 'started'),
  replicas(0.1, 1, 0),
  pod(0.2, 'Pending'),
  event(0.5),
  event(0.5, { count: 2 }),
  pod(1, 'Running', true),
  replicas(1, 1, 1),
  step(1, 'wait-available', 'succeeded', 'available'),
  step(1, 'delete', 'started'),
  step(1.01, 'delete', 'succeeded'),
  pod(1.5, 'Terminating'),
  pod(2, 'Terminating', false, true),
  replicas(2, 0, 0, true),
  summary(2, 'succeeded'),
];

/** A run whose model cannot start, with that text wherever a cluster may put its own. */
export function failedWith(text: string, outcome: 'failed' | 'interrupted' = 'failed'): ProgressReport[] {
  return [
    begin,
    named(step(0, 'apply', 'started'), text),
    named(step(0.01, 'apply', 'succeeded', text), text),
    step(0.01, 'wait-available', 'started'),
    { type: 'waiting', time: at(0.1), deployment, step: 'wait-available', message: text },
    replicas(0.1, 1, 0),
    pod(0.2, text),
    event(0.5, {
      type: 'Warning',
      reason: text,
      message: text,
      object: { kind: text, namespace: '', name: text, uid: '' },
    }),
    step(3, 'wait-available', 'failed', text),
    notice(3, 'error', text),
    notice(3, 'info', 'Check the image'),
    step(3, 'scale', 'skipped'),
    summary(3, outcome),
  ];
}

export function timelineOf(reports: readonly ProgressReport[]): Timeline {
  const recorder = new TimelineRecorder();
  for (const report of reports) recorder.record(report);
  return recorder.timeline();
}
