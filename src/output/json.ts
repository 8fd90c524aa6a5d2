import type { Output } from '../context.ts';
import type { ProgressReport, ReportedEvent, StepReport } from '../progress/progress.ts';
import { harmlessJson } from '../text/escape.ts';

/**
 * One JSON object a line, on stdout and nowhere else: the contract that scripts read. Times are RFC 3339 in UTC. A file
 * to draw from (`withChanges`) has lines about replicas and pods beside it.
 */
export function jsonReader(
  stdout: Pick<Output, 'write'>,
  { withChanges = false } = {},
): (report: ProgressReport) => void {
  return (report) => {
    // Every line says itself whose it is.
    if (report.type === 'begin') return;
    if ((report.type === 'replicas' || report.type === 'pod') && !withChanges) return;
    stdout.write(`${harmlessJson(JSON.stringify(line(report)))}\n`);
  };
}

function line(report: ProgressReport): object {
  const { type, time, ...rest } = report;
  const head = { type, time: rfc3339(time) };
  if (report.type === 'object') return { ...head, type: 'notice', level: 'info', message: report.message };
  if (report.type === 'step') return { ...head, ...stepLine(report) };
  if (report.type === 'event') return { ...head, deployment: report.deployment, event: eventLine(report.event) };
  if (report.type === 'summary') return { ...head, schema: 'seldon-lifecycle/v1', ...rest };
  return { ...head, ...rest };
}

function stepLine({ type: _type, time: _time, word: _word, remark: _remark, ...rest }: StepReport): object {
  return rest;
}

function eventLine({ firstTime, lastTime, ...event }: ReportedEvent): object {
  const { uid, type, reason, message, benign, count, source, object } = event;
  return {
    uid,
    type,
    reason,
    message,
    ...(benign && { benign }),
    count,
    firstTime: rfc3339(firstTime),
    lastTime: rfc3339(lastTime),
    source,
    object,
  };
}

function rfc3339(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
