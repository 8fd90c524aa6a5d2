import { boundedReport } from '../output/bounded-report.ts';
import type {
  DeploymentName,
  Destination,
  NoticeReport,
  Outcome,
  PodReport,
  ProgressReport,
  ReplicasReport,
  ReportedEvent,
  StepReport,
} from '../progress/progress.ts';
import { cutShort, LONGEST_LOG_LINE } from '../text/cut-short.ts';

/** What happened in a command, from its progress reports. Times are milliseconds since 1970. */
export interface Timeline {
  /** Of what is told: whatever came before it, as connecting, is in the duration only. */
  start: number;
  end: number;
  durationMs: number;
  /** 'unfinished': the reports end before the command did. */
  outcome: Outcome | 'unfinished';
  /** Where it happened, if it is known. */
  destination: Pick<Destination, 'context' | 'server' | 'namespaces' | 'allNamespaces'> | undefined;
  deployments: DeploymentTimeline[];
  /** What was said of all of them, or none. */
  notices: TimelineNotice[];
}

export interface DeploymentTimeline extends DeploymentName {
  outcome: Outcome | 'unfinished';
  steps: TimelineStep[];
  replicas: ReplicasTimeline[];
  pods: PodTimeline[];
  events: TimelineEvent[];
  /** What was waited for, whenever that changed. */
  waiting: { time: number; message: string }[];
  notices: TimelineNotice[];
  /** What of it is still in the cluster. */
  left: string[];
}

export interface TimelineStep {
  step: string;
  /** With the name that a plan gives it. */
  title: string;
  state: 'succeeded' | 'failed' | 'skipped' | 'unfinished';
  from: number;
  to: number;
  message: string;
}

/** One Deployment; the numbers hold from their time to that of the next. */
export interface ReplicasTimeline {
  name: string;
  points: { time: number; desired: number; available: number }[];
  /** When it was not there any more. */
  gone: number | undefined;
}

export interface PodTimeline {
  name: string;
  spans: PodSpan[];
}

export interface PodSpan {
  from: number;
  to: number;
  status: string;
  ready: boolean;
  restarts: number;
}

/** A Kubernetes Event as it was told last, and each time that it was told. */
export interface TimelineEvent {
  event: ReportedEvent;
  times: number[];
}

export interface TimelineNotice {
  time: number;
  level: NoticeReport['level'];
  message: string;
}

/** Records the timeline of a command as its reports come. */
export class TimelineRecorder {
  readonly #deployments = new Map<string, DeploymentRecorder>();
  readonly #notices: TimelineNotice[] = [];
  #start: number | undefined;
  #end = 0;
  #durationMs: number | undefined;
  #outcome: Timeline['outcome'] = 'unfinished';
  #destination: Timeline['destination'];

  record(told: ProgressReport): void {
    // A saved stream may hold anything.
    const report = boundedReport(told);
    if (report.type === 'begin') {
      // The picture begins with the first that is done; a saved stream does not have this report.
      for (const deployment of report.deployments) this.#of(deployment);
      return;
    }
    this.#start = Math.min(this.#start ?? report.time, report.time);
    this.#end = Math.max(this.#end, report.time);
    if (report.type === 'summary') this.#sumUp(report);
    else if (report.type === 'object')
      this.#notices.push({ ...said(report), level: 'info', message: cutShort(report.message, LONGEST_LOG_LINE) });
    else if (report.type === 'notice' && !report.deployment) this.#notices.push(said(report));
    else if (report.deployment) this.#of(report.deployment).record(report);
  }

  /** As far as it has come. */
  timeline(): Timeline {
    const deployments = [...this.#deployments.values()].map((recorder) => recorder.until(this.#end));
    return {
      start: this.#start ?? 0,
      end: this.#end,
      durationMs: this.#durationMs ?? this.#end - (this.#start ?? 0),
      outcome: this.#outcome,
      destination: this.#destination,
      deployments,
      notices: [...this.#notices],
    };
  }

  #sumUp(summary: Extract<ProgressReport, { type: 'summary' }>): void {
    const { outcome, deployments, durationMs, context, server, namespaces, allNamespaces } = summary;
    if (server !== undefined && namespaces) {
      this.#destination = {
        server,
        namespaces,
        ...(context !== undefined && { context }),
        ...(allNamespaces && { allNamespaces }),
      };
    }
    this.#outcome = outcome;
    this.#durationMs = durationMs;
    for (const one of deployments) this.#of(one).sumUp(one);
  }

  #of({ namespace, name }: DeploymentName): DeploymentRecorder {
    const key = `${namespace}/${name}`;
    const recorder = this.#deployments.get(key) ?? new DeploymentRecorder({ namespace, name });
    this.#deployments.set(key, recorder);
    return recorder;
  }
}

/** The timeline of one deployment, while it lasts. */
class DeploymentRecorder {
  readonly #timeline: DeploymentTimeline;
  readonly #replicas = new Map<string, ReplicasTimeline>();
  readonly #pods = new Map<string, PodTimeline & { gone: boolean }>();
  readonly #events = new Map<string, TimelineEvent>();

  constructor(deployment: DeploymentName) {
    this.#timeline = {
      ...deployment,
      outcome: 'unfinished',
      steps: [],
      replicas: [],
      pods: [],
      events: [],
      waiting: [],
      notices: [],
      left: [],
    };
  }

  record(report: Exclude<ProgressReport, { type: 'begin' | 'object' | 'summary' }>): void {
    if (report.type === 'step') this.#step(report);
    else if (report.type === 'waiting') this.#waiting(report);
    else if (report.type === 'event') this.#event(report.time, report.event);
    else if (report.type === 'replicas') this.#replicasChange(report);
    else if (report.type === 'pod') this.#podChange(report);
    else if (report.type === 'notice') this.#timeline.notices.push(said(report));
  }

  sumUp({ outcome, left = [] }: { outcome: Outcome; left?: string[] }): void {
    this.#timeline.outcome = outcome;
    this.#timeline.left = left;
  }

  until(end: number): DeploymentTimeline {
    for (const step of this.#timeline.steps) if (step.state === 'unfinished') step.to = end;
    for (const { spans, gone } of this.#pods.values()) {
      const last = spans.at(-1);
      if (last && !gone) last.to = end;
    }
    return {
      ...this.#timeline,
      replicas: [...this.#replicas.values()],
      pods: [...this.#pods.values()].map(({ name, spans }) => ({ name, spans })),
      events: [...this.#events.values()].map(({ event, times }) => ({ event, times: [...times] })),
    };
  }

  #step({ step, name, state, time, durationMs, message = '' }: StepReport): void {
    const { steps } = this.#timeline;
    const title = name === undefined ? step : `${step}: ${name}`;
    if (state === 'started') steps.push({ step, title, state: 'unfinished', from: time, to: time, message });
    else if (state === 'skipped') steps.push({ step, title, state, from: time, to: time, message });
    else {
      const begun = steps.findLast((one) => one.step === step && one.state === 'unfinished');
      const ended = { step, title, state, from: begun?.from ?? time - (durationMs ?? 0), to: time, message };
      if (begun) Object.assign(begun, ended);
      else steps.push(ended);
    }
  }

  #waiting({ time, message }: { time: number; message: string }): void {
    if (this.#timeline.waiting.at(-1)?.message !== message) this.#timeline.waiting.push({ time, message });
  }

  #event(time: number, event: ReportedEvent): void {
    const seen = this.#events.get(event.uid);
    if (!seen) this.#events.set(event.uid, { event, times: [time] });
    else {
      seen.event = event;
      seen.times.push(time);
    }
  }

  #replicasChange({ object, time, desired, available, gone }: ReplicasReport): void {
    const line = this.#replicas.get(object.uid) ?? { name: object.name, points: [], gone: undefined };
    this.#replicas.set(object.uid, line);
    if (gone) line.gone = time;
    else line.points.push({ time, desired, available });
  }

  #podChange({ object, time, status, ready, restarts, gone }: PodReport): void {
    const pod = this.#pods.get(object.uid) ?? { name: object.name, spans: [], gone: false };
    this.#pods.set(object.uid, pod);
    const last = pod.spans.at(-1);
    if (last) last.to = time;
    if (gone) pod.gone = true;
    else pod.spans.push({ from: time, to: time, status, ready, restarts });
  }
}

function said({ time, message, ...rest }: { time: number; message: string; level?: NoticeReport['level'] }) {
  return { time, message, level: rest.level ?? ('info' as const) };
}

/** Why a deployment failed, or the command before it came to any; undefined where nothing did. */
export function causeOf({ notices }: { notices: readonly TimelineNotice[] }): string | undefined {
  return notices.find(({ level }) => level === 'error')?.message;
}
