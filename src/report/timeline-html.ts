import { duration } from '../output/age.ts';
import { escapeMarkup as text } from './escape-markup.ts';
import { extent, TimeAxis } from './time-axis.ts';
import { causeOf, type DeploymentTimeline, type ReplicasOverTime, type StepTaken, type Timeline } from './timeline.ts';
import { lookOf, type Mark, mostReplicas, type ObjectRow, objectRows, worstFirst } from './timeline-rows.ts';
import { timelineStyle } from './timeline-style.ts';

/** More deployments than this are shown closed, but for those that failed, and of these no more than FAILURES_OPEN. */
const DEPLOYMENTS_OPEN = 3;
const FAILURES_OPEN = 10;
const MOST_TICKS = 6;
const LINES_OF_A_CAUSE = 2;
/** A bar of less than these percent has no room for its word. */
const ROOM_FOR_A_WORD = 7;

/**
 * The timeline as one HTML page, without a script and with nothing to load: what failed first, then each deployment with
 * its steps, the replicas of its Deployments, the life of its pods, and its Events as marks and as a list.
 */
export function timelineHtml(timeline: Timeline): string {
  const axis = new TimeAxis(timeline);
  const deployments = worstFirst(timeline.deployments);
  const failures = deployments.filter(({ outcome }) => outcome !== 'succeeded');
  const open = new Set(deployments.length <= DEPLOYMENTS_OPEN ? deployments : failures.slice(0, FAILURES_OPEN));
  const severalNamespaces = new Set(timeline.deployments.map(({ namespace }) => namespace)).size > 1;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(titleOf(timeline))}</title>
<style>${timelineStyle}</style>
</head>
<body>
${header(timeline, failures)}
${legend}
${deployments.map((one) => deploymentHtml(one, timeline, { open: open.has(one), severalNamespaces })).join('\n')}
${timeline.deployments.length === 0 ? '' : notices(timeline, axis)}
</body>
</html>
`;
}

function titleOf({ outcome, deployments: [only, ...others], durationMs }: Timeline): string {
  const what = !only ? 'no deployment' : others.length === 0 ? only.name : `${others.length + 1} deployments`;
  return `${what} ${outcome} after ${duration(durationMs)}`;
}

function header(timeline: Timeline, failures: readonly DeploymentTimeline[]): string {
  const { outcome, deployments, start } = timeline;
  const good = outcome === 'succeeded';
  const of =
    deployments.length > 1 && failures.length > 0 ? ` · ${failures.length} of ${deployments.length} not well` : '';
  const general = causeOf(timeline);
  return `<header>
<h1><span class="${good ? 'good' : 'bad'}">${good ? '✔' : '✘'}</span> ${text(titleOf(timeline))}</h1>
<p class="muted">${text(new Date(start).toISOString().replace('T', ' ').slice(0, 19))} UTC${of}</p>
${
  general === undefined
    ? ''
    : cause(
        '',
        general,
        timeline.notices.slice(1).map(({ message }) => message),
      )
}
${failures
  .slice(0, FAILURES_OPEN)
  .map((failure) => failureOf(failure, deployments.length > 1))
  .join('\n')}
</header>`;
}

function failureOf(
  { name, namespace, notices: said, outcome, left, steps }: DeploymentTimeline,
  named: boolean,
): string {
  const at = said.findIndex(({ level }) => level === 'error');
  const failed = steps.find(({ state }) => state === 'failed' || state === 'unfinished');
  const why = said[at]?.message ?? failed?.message ?? '';
  // The event, the end of a log, what to do: the rest is in the list.
  const more = at < 0 ? [] : said.slice(at + 1, at + 1 + LINES_OF_A_CAUSE).map(({ message }) => message);
  const still = left.length > 0 && at < 0 ? [`left: ${left.join(', ')}`] : [];
  const whose = `${named ? `${namespace}/${name}: ` : ''}${failed?.title ?? ''} ${outcome}`;
  return cause(whose.trim(), why, [...more, ...still]);
}

function cause(whose: string, why: string, more: readonly string[]): string {
  const head = whose === '' ? '' : `<span class="bad">${text(whose)}</span>`;
  return `<div class="cause">${head}<b>${text(why)}</b><small>${text(more.join('\n'))}</small></div>`;
}

const legend = `<ul class="legend">${[
  ['act', 'a change'],
  ['wait', 'a wait'],
  ['failed', 'failed'],
  ['pending', 'pod not started'],
  ['starting', 'running, not ready'],
  ['ready', 'ready'],
  ['ending', 'terminating'],
]
  .map(([look, what]) => `<li><i class="${look}"></i>${what}</li>`)
  .join('')}<li><span class="mark"></span>event</li><li><span class="mark warning"></span>warning</li></ul>`;

/** Its strip is drawn on the axis of all, which shows who came after whom; inside, it has an axis of its own. */
function deploymentHtml(
  one: DeploymentTimeline,
  whole: Timeline,
  { open, severalNamespaces }: { open: boolean; severalNamespaces: boolean },
): string {
  const { name, namespace, outcome, steps } = one;
  const good = outcome === 'succeeded';
  const several = whole.deployments.length > 1;
  const together = new TimeAxis(whole);
  const axis = several ? new TimeAxis(lengthOf(one, whole)) : together;
  const taken = steps.filter(({ state }) => state !== 'skipped');
  const skipped = steps
    .filter(({ state }) => state === 'skipped')
    .map(({ step }) => step)
    .join(', ');
  const length = extent(
    taken.flatMap(({ from, to }) => [from, to]),
    whole,
  );
  const ended = length.end - length.start;
  return `<details class="deployment${good ? '' : ' failed'}"${open ? ' open' : ''}>
<summary><span class="name">${text(severalNamespaces ? `${namespace}/${name}` : name)}</span><span class="strip">${steps
    .map((step) => bar(step, together))
    .join('')}</span><span class="how ${good ? 'good' : 'bad'}">${good ? '✔' : '✘'} ${text(outcome)}${
    taken.length > 0 ? ` <span class="muted">${duration(ended)}</span>` : ''
  }</span></summary>
<div class="inside" style="--tick:${tickWidth(axis)}%">
<div class="rows">
<div class="row"><span class="axis-label"></span>${axisHtml(axis)}</div>
${taken.map((step) => stepRow(step, axis)).join('\n')}
${skipped === '' ? '' : row(skipped, 'skipped', 'skipped', '')}
</div>
${objectsHtml(one, axis)}
${several ? `<details><summary>all events</summary>${log(one, axis)}</details>` : log(one, axis)}
</div>
</details>`;
}

/** From its first step to whatever came last of it. */
function lengthOf(
  { steps, events, notices: said }: DeploymentTimeline,
  whole: Timeline,
): { start: number; end: number } {
  const taken = steps.filter(({ state }) => state !== 'skipped');
  if (taken.length === 0) return whole;
  const times = [...events.flatMap((event) => event.times), ...said.map(({ time }) => time)];
  const { start, end } = extent(
    taken.flatMap(({ from, to }) => [from, to]),
    whole,
  );
  return { start, end: extent([end, ...times], whole).end };
}

function axisHtml(axis: TimeAxis): string {
  const ticks = axis.ticks(MOST_TICKS).map(({ at, label }) => {
    // The last one would stand out of the page.
    const where = at > 94 ? `right:${round(100 - at)}%` : `left:${at}%`;
    return `<span style="${where}">${label}</span>`;
  });
  return `<div class="axis">${ticks.join('')}</div>`;
}

function tickWidth(axis: TimeAxis): number {
  return axis.ticks(MOST_TICKS)[1]?.at ?? 100;
}

function stepRow(step: StepTaken, axis: TimeAxis): string {
  return row(step.title, duration(step.to - step.from), '', bar(step, axis) + ending(step, axis));
}

/** A line where a step has failed: the moment to look at. */
function ending({ state, to }: StepTaken, axis: TimeAxis): string {
  return state === 'failed' || state === 'unfinished' ? `<i class="end" style="left:${axis.at(to)}%"></i>` : '';
}

function bar({ step, title, state, from, to, message }: StepTaken, axis: TimeAxis): string {
  if (state === 'skipped') return '';
  const look = state !== 'succeeded' ? 'failed' : /^(wait|hold)/.test(step) ? 'wait' : 'act';
  return span(look, from, to, '', `${title} ${state} ${duration(to - from)}${message ? `: ${message}` : ''}`, axis);
}

function span(look: string, from: number, to: number, word: string, title: string, axis: TimeAxis): string {
  const [left, right] = [axis.at(from), axis.at(to)];
  const narrow = right - left < ROOM_FOR_A_WORD;
  const style = `left:${left}%;width:${round(right - left)}%`;
  return `<i class="bar ${look}${narrow ? ' narrow' : ''}" style="${style}" title="${text(title)}">${
    narrow ? '' : text(word)
  }</i>`;
}

function objectsHtml(one: DeploymentTimeline, axis: TimeAxis): string {
  const rows = objectRows(one).map((object) => objectRow(object, axis));
  return rows.length === 0 ? '' : `<div class="rows">\n${rows.join('\n')}\n</div>`;
}

function objectRow(object: ObjectRow, axis: TimeAxis): string {
  const { kind, name, shortName, below, replicas, spans, marks } = object;
  const life = spans.map((one) => {
    const restarts = one.restarts > 0 ? `, ${one.restarts} restarts` : '';
    const title = `${one.status}${one.ready ? ', ready' : ''}${restarts}, ${duration(one.to - one.from)}`;
    return span(lookOf(one), one.from, one.to, one.ready ? 'Ready' : one.status, title, axis);
  });
  const content = [replicas ? replicasHtml(replicas, axis) : '', ...life, ...marks.map((mark) => markHtml(mark, axis))];
  const kindOf = kind === 'SeldonDeployment' ? 'SeldonDeployment' : kind === 'Pod' ? 'pod' : kind;
  const classes = `${below ? 'below' : 'group'}${replicas ? ' with-line' : ''}`;
  const label = below ? `pod ${shortName}` : name;
  return row(label, below ? '' : kindOf, classes, content.join(''), { tall: replicas !== undefined, title: name });
}

function row(
  label: string,
  aside: string,
  classes: string,
  content: string,
  { tall = false, title = '' }: { tall?: boolean; title?: string } = {},
): string {
  const hint = title === '' ? '' : ` title="${text(title)}"`;
  return `<div class="row ${classes}"><div class="label"><span${hint}>${text(label)}</span><span class="muted">${text(
    aside,
  )}</span></div><div class="track${tall ? ' tall' : ''}">${content}</div></div>`;
}

function markHtml({ time, warning, text: said }: Mark, axis: TimeAxis): string {
  const title = `+${axis.since(time)} ${said}`;
  return `<i class="mark${warning ? ' warning' : ''}" style="left:${axis.at(time)}%" title="${text(title)}"></i>`;
}

/** The available replicas as an area, the desired ones as a dashed line, and both as numbers where they change. */
function replicasHtml({ points, gone }: ReplicasOverTime, axis: TimeAxis): string {
  const most = mostReplicas(points);
  const until = gone === undefined ? 100 : axis.at(gone);
  const y = (count: number) => round(96 - (count / most) * 68);
  const x = (time: number) => round(axis.at(time) * 10);
  const line = (of: (point: ReplicasOverTime['points'][number]) => number) => {
    const [first, ...others] = points;
    if (!first) return '';
    const begin = `M${x(first.time)} ${y(of(first))}`;
    return `${begin}${others.map((point) => `H${x(point.time)}V${y(of(point))}`).join('')}H${until * 10}`;
  };
  const available = line((point) => point.available);
  const begin = points[0] ? x(points[0].time) : 0;
  return `<svg class="lines" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true"><path class="available" d="${available}V96H${begin}Z"/><path class="desired" d="${line(
    (point) => point.desired,
  )}"/></svg>${numbers(points, until, axis)}`;
}

/** Where one has no room before the next, the next says more. */
function numbers(points: ReplicasOverTime['points'], until: number, axis: TimeAxis): string {
  return points
    .map(({ time, desired, available }, index) => {
      const next = points[index + 1];
      const room = (next ? axis.at(next.time) : until) - axis.at(time);
      if (room < ROOM_FOR_A_WORD / 2) return '';
      const title = `${available} of ${desired} replicas available`;
      return `<span class="number" style="left:${axis.at(time)}%" title="${title}">${available}/${desired}</span>`;
    })
    .join('');
}

interface Entry {
  time: number;
  look: string;
  reason: string;
  object: string;
  message: string;
}

/** All that was said, in its order: Events, each once, what was waited for, and notices. */
function log({ events, waiting, notices: said, name }: DeploymentTimeline, axis: TimeAxis): string {
  const entries: Entry[] = [
    ...events.map(({ event, times }) => ({
      time: times[0] ?? 0,
      look: event.type === 'Warning' && !event.benign ? 'warning' : 'event',
      reason: event.reason,
      object: `${event.object.kind}/${event.object.name}`,
      message: `${event.message}${event.count > 1 ? ` (×${event.count})` : ''}`,
    })),
    ...waiting.map(({ time, message }) => ({ time, look: 'waiting', reason: 'waiting', object: '', message })),
    ...said.map(({ time, level, message }) => ({ time, look: level, reason: level, object: name, message })),
  ];
  return list(entries, axis);
}

function notices({ notices: said }: Timeline, axis: TimeAxis): string {
  if (said.length === 0) return '';
  const entries = said.map(({ time, level, message }) => ({ time, look: level, reason: level, object: '', message }));
  return `<h2>Of all of it</h2>${list(entries, axis)}`;
}

function list(entries: readonly Entry[], axis: TimeAxis): string {
  if (entries.length === 0) return '';
  const items = [...entries]
    .sort((a, b) => a.time - b.time)
    .map(
      ({ time, look, reason, object, message }) =>
        `<li class="${text(look)}"><time>+${axis.since(time)}</time><span class="reason">${text(reason)}</span><span class="object">${text(
          object,
        )}</span><span class="text">${text(message)}</span></li>`,
    );
  return `<ol class="log">\n${items.join('\n')}\n</ol>`;
}

function round(number: number): number {
  return Math.round(number * 1_000) / 1_000;
}
