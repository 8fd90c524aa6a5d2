import { BadInput } from '../failures.ts';
import type { DeploymentName, ProgressReport, StepName } from '../progress/progress.ts';
import { inputLimits, TooMuchInput } from '../reading/input-limits.ts';
import { takeJson } from '../reading/json-values.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';

/**
 * The progress reports in a saved stream, of --report FILE.ndjson or of -o json. Lines of a kind that is not known are
 * left out, and so is a last line that was cut short. Throws BadInput for a line that is none, and TooMuchInput.
 */
export function readReports(name: string, text: string, mostValues: number = inputLimits.values): ProgressReport[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    // Of a line only what is read of it is kept, so that a budget for each is enough.
    const tooMuch = takeJson(line, new ReadingBudget({ values: mostValues }));
    if (tooMuch) throw new TooMuchInput(`${name}:${index + 1}:1: ${tooMuch}`);
    const value = parsed(line);
    if (value !== undefined) return reportOf(value) ?? [];
    if (index === lines.length - 1) return [];
    throw new BadInput(`${name}:${index + 1}:1: this line is not a JSON object`, {
      hint: 'Expected a file that --report FILE.ndjson or -o json has written',
    });
  });
}

/** Everything is checked: it may come from anywhere, and becomes part of a page. */
type Json = Readonly<Record<string, unknown>>;

function parsed(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function reportOf(line: Json): ProgressReport | undefined {
  const time = timeOf(line.time);
  if (time === undefined) return undefined;
  const deployment = deploymentOf(line.deployment);
  if (line.type === 'notice') {
    const level = word(line.level, ['info', 'warning', 'error'] as const) ?? 'info';
    return { type: 'notice', time, level, ...(deployment && { deployment }), message: textOf(line.message) };
  }
  if (line.type === 'summary') return summaryOf(line, time);
  if (!deployment) return undefined;
  const step = textOf(line.step) as StepName;
  const message = textOf(line.message);
  if (line.type === 'waiting') return { type: 'waiting', time, deployment, step, message };
  if (line.type === 'step') {
    const state = word(line.state, ['started', 'succeeded', 'failed', 'skipped'] as const);
    const name = typeof line.name === 'string' ? { name: line.name } : {};
    return (
      state && {
        type: 'step',
        time,
        deployment,
        step,
        ...name,
        state,
        durationMs: durationOf(line.durationMs, time),
        message,
      }
    );
  }
  if (line.type === 'event') return eventOf(objectOf(line.event), time, deployment);
  return changeOf(line, time, deployment);
}

function changeOf(line: Json, time: number, deployment: DeploymentName): ProgressReport | undefined {
  const { name, uid } = objectOf(line.object);
  const object = { name: textOf(name), uid: textOf(uid) };
  const gone = line.gone === true ? { gone: true as const } : {};
  if (line.type === 'replicas') {
    const [desired, available] = [numberOf(line.desired), numberOf(line.available)];
    return { type: 'replicas', time, deployment, object, desired, available, ...gone };
  }
  if (line.type === 'pod') {
    const state = { status: textOf(line.status), ready: line.ready === true, restarts: numberOf(line.restarts) };
    return { type: 'pod', time, deployment, object, ...state, ...gone };
  }
  if (line.type === 'field') {
    const value = (one: unknown) => (typeof one === 'string' ? one : undefined);
    return { type: 'field', time, deployment, path: textOf(line.path), from: value(line.from), to: value(line.to) };
  }
  return undefined;
}

function eventOf(event: Json, time: number, deployment: DeploymentName): ProgressReport {
  const { kind, namespace, name, uid } = objectOf(event.object);
  return {
    type: 'event',
    time,
    deployment,
    event: {
      uid: textOf(event.uid),
      type: textOf(event.type),
      reason: textOf(event.reason),
      message: textOf(event.message),
      ...(event.benign === true && { benign: true }),
      count: numberOf(event.count),
      firstTime: timeOf(event.firstTime),
      lastTime: timeOf(event.lastTime),
      source: textOf(event.source),
      object: { kind: textOf(kind), namespace: textOf(namespace), name: textOf(name), uid: textOf(uid) },
    },
  };
}

function summaryOf(line: Json, time: number): ProgressReport {
  const deployments = Array.isArray(line.deployments) ? line.deployments.map(objectOf) : [];
  return {
    type: 'summary',
    time,
    outcome: outcome(line.outcome),
    exitCode: numberOf(line.exitCode),
    durationMs: numberOf(line.durationMs),
    ...destinationOf(line),
    deployments: deployments.flatMap((one) => {
      const name = deploymentOf(one);
      const left = Array.isArray(one.left) ? one.left.map(textOf) : [];
      const end = { uid: undefined, outcome: outcome(one.outcome), steps: [], events: numberOf(one.events), left };
      return name ? [{ ...name, ...end }] : [];
    }),
  };
}

/** Of a stream that an earlier version has written nothing is known. */
function destinationOf({ context, server, namespaces, allNamespaces }: Json) {
  if (typeof server !== 'string' || !Array.isArray(namespaces)) return {};
  return {
    ...(typeof context === 'string' && { context }),
    server,
    namespaces: namespaces.map(textOf),
    ...(allNamespaces === true && { allNamespaces: true as const }),
  };
}

function outcome(value: unknown) {
  return word(value, ['succeeded', 'failed', 'timed-out', 'interrupted'] as const) ?? 'failed';
}

function word<T extends string>(value: unknown, words: readonly T[]): T | undefined {
  return words.find((one) => one === value);
}

function deploymentOf(value: unknown): DeploymentName | undefined {
  const { namespace, name } = objectOf(value);
  return typeof name === 'string' ? { namespace: textOf(namespace), name } : undefined;
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return time >= 0 && time < END_OF_TIME ? time : undefined;
}

/** The year 10000, from which on times are written otherwise. */
const END_OF_TIME = Date.UTC(10_000);

/** Nothing began before 1970. */
function durationOf(value: unknown, end: number): number {
  return Math.min(Math.max(0, numberOf(value)), end);
}
