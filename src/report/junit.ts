import { escapeMarkup } from './escape-markup.ts';
import { extent } from './time-axis.ts';
import { causeOf, type DeploymentTimeline, type Timeline, type TimelineNotice, type TimelineStep } from './timeline.ts';

interface Case {
  suite: string;
  name: string;
  durationMs: number;
  result?: { element: 'failure' | 'error'; type: string; message: string; text: string } | 'skipped';
  output: string;
}

/**
 * The timeline as JUnit XML, in the form that CI systems read: a suite for each deployment, a test case for each of its
 * steps. A step that failed or timed out is a failure, one that was cut off an error; what went wrong before any step is
 * the one case of a suite of its own. No two cases have the same classname and name, of which some of those systems keep
 * one only, and with it one result.
 */
export function junitXml(timeline: Timeline): string {
  const suites = timeline.deployments.map((deployment) => ({
    name: suiteName(deployment),
    start: extent([timeline.end, ...deployment.steps.map(({ from }) => from)], timeline).start,
    cases: casesOf(deployment),
  }));
  const problem = causeOf(timeline);
  if (problem !== undefined || suites.length === 0) {
    const failed = timeline.outcome !== 'succeeded';
    const text = noticeLines(timeline.notices);
    const result = { element: 'error', type: timeline.outcome, message: problem ?? timeline.outcome, text } as const;
    const one = { suite: PROGRAM, name: 'command', durationMs: 0, output: '' };
    suites.push({ name: PROGRAM, start: timeline.start, cases: [failed ? { ...one, result } : one] });
  }
  tellApart(suites.flatMap(({ cases }) => cases));
  const total = count(suites.flatMap(({ cases }) => cases));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({
      name: PROGRAM,
      time: seconds(timeline.durationMs),
      tests: total.tests,
      failures: total.failures,
      errors: total.errors,
    })}>`,
    ...suites.flatMap(({ name, start, cases }) => suiteXml(name, start, cases)),
    '</testsuites>',
    '',
  ].join('\n');
}

const PROGRAM = 'kubectl seldon-lifecycle';

function casesOf(deployment: DeploymentTimeline): Case[] {
  return deployment.steps.map((step) => {
    const result = resultOf(step, deployment);
    return {
      suite: suiteName(deployment),
      name: step.title,
      durationMs: step.to - step.from,
      ...(result && { result }),
      output: outputOf(step, deployment),
    };
  });
}

/** A step that comes again gets a number: scale, scale (2). */
function tellApart(cases: readonly Case[]): void {
  /** With the number that was given last to another one of it. */
  const taken = new Map<string, number>();
  const asRead = ({ suite, name }: Case) => escapeMarkup(`${suite}\n${name}`).replaceAll(/[\n\t]/g, ' ');
  for (const one of cases) {
    const { name } = one;
    const first = asRead(one);
    let number = taken.get(first) ?? 1;
    for (; taken.has(asRead(one)); number += 1) one.name = `${name} (${number + 1})`;
    taken.set(asRead(one), 1).set(first, number);
  }
}

function suiteName({ namespace, name }: DeploymentTimeline): string {
  return `${namespace}/${name}`;
}

function resultOf({ state, message }: TimelineStep, { outcome, notices }: DeploymentTimeline): Case['result'] {
  if (state === 'succeeded') return undefined;
  if (state === 'skipped') return 'skipped';
  const cutOff = state === 'unfinished' || outcome === 'interrupted';
  const element = cutOff ? 'error' : 'failure';
  const type = state === 'unfinished' ? 'unfinished' : outcome;
  return { element, type, message: message || `the step is ${type}`, text: noticeLines(notices) };
}

/** The message, and the Events that came while the step was under way. */
function outputOf({ from, to, message }: TimelineStep, { events }: DeploymentTimeline): string {
  const during = events.flatMap(({ event, times }) =>
    times
      .filter((time) => time >= from && time <= to)
      .map((time) => ({
        time,
        line: `${event.type} ${event.reason} ${event.object.kind}/${event.object.name}: ${event.message}`,
      })),
  );
  during.sort((a, b) => a.time - b.time);
  return [...(message ? [message] : []), ...during.map(({ line }) => line)].join('\n');
}

function noticeLines(notices: readonly TimelineNotice[]): string {
  return notices.map(({ level, message }) => (level === 'info' ? message : `${level}: ${message}`)).join('\n');
}

function suiteXml(name: string, start: number, cases: readonly Case[]): string[] {
  const { tests, failures, errors, skipped } = count(cases);
  const milliseconds = cases.reduce((sum, one) => sum + one.durationMs, 0);
  // Without the part below a second and the zone, as the schema wants it.
  const timestamp = new Date(start).toISOString().slice(0, 19);
  const head = { name, tests, failures, errors, time: seconds(milliseconds), skipped, timestamp };
  return [`  <testsuite${attributes(head)}>`, ...cases.flatMap(caseXml), '  </testsuite>'];
}

function caseXml({ suite, name, durationMs, result, output }: Case): string[] {
  const open = `    <testcase${attributes({ name, time: seconds(durationMs), classname: suite })}`;
  const inside = [
    ...(result === 'skipped' ? ['      <skipped/>'] : result ? [resultXml(result)] : []),
    ...(output === '' ? [] : [`      <system-out>${escapeMarkup(output)}</system-out>`]),
  ];
  return inside.length === 0 ? [`${open}/>`] : [`${open}>`, ...inside, '    </testcase>'];
}

function resultXml({ element, type, message, text }: Exclude<Case['result'], 'skipped' | undefined>): string {
  return `      <${element}${attributes({ type, message })}>${escapeMarkup(text)}</${element}>`;
}

function count(cases: readonly Case[]) {
  const of = (element: string) =>
    cases.filter(({ result }) => typeof result === 'object' && result.element === element).length;
  return {
    tests: cases.length,
    failures: of('failure'),
    errors: of('error'),
    skipped: cases.filter(({ result }) => result === 'skipped').length,
  };
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeMarkup(String(value))}"`)
    .join('');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}
