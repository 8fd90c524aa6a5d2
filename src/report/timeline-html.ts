import { duration } from '../text/age.ts';
import { version } from '../version.ts';
import { escapeMarkup as text } from './escape-markup.ts';
import { extent, TimeAxis } from './time-axis.ts';
import { causeOf, type DeploymentTimeline, type Timeline } from './timeline.ts';
import { pageStyle } from './timeline-page-style.ts';
import { placeAndDate } from './timeline-place.ts';
import { type ObjectRow, objectRows, worstFirst } from './timeline-rows.ts';
import {
  axisTrack,
  meanings,
  objectTrack,
  stepTrack,
  stripTrack,
  swatch,
  type Track,
  trackSvg,
} from './timeline-tracks.ts';

/** More deployments than this are shown closed, but for those that failed, and of these no more than FAILURES_OPEN. */
const DEPLOYMENTS_OPEN = 3;
const FAILURES_OPEN = 10;
/** Of what is said below a cause: its first lines are an Event, its last ones the end of a log and what to do. */
const FIRST_LINES = 2;
const LAST_LINES = 8;

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
<style>${pageStyle}</style>
</head>
<body>
${header(timeline, failures)}
<main>
${legend}
${deployments.length > 1 ? axisOfAll(axis) : ''}
${deployments.map((one) => deploymentHtml(one, timeline, { open: open.has(one), severalNamespaces })).join('\n')}
${timeline.deployments.length === 0 ? '' : notices(timeline, axis)}
</main>
</body>
</html>
`;
}

function titleOf({ outcome, deployments: [only, ...others], durationMs }: Timeline): string {
  const what = !only ? 'no deployment' : others.length === 0 ? only.name : `${others.length + 1} deployments`;
  return `${what} ${outcome} after ${duration(durationMs)}`;
}

function header(timeline: Timeline, failures: readonly DeploymentTimeline[]): string {
  const { outcome, deployments } = timeline;
  const good = outcome === 'succeeded';
  const of =
    deployments.length > 1 && failures.length > 0
      ? ` · ${failures.length} of ${deployments.length} not successful`
      : '';
  const general = causeOf(timeline);
  return `<header>
<h1><span class="${good ? 'good' : 'bad'}">${good ? '✔' : '✘'}</span> ${text(titleOf(timeline))}</h1>
<p class="muted">${text(placeAndDate(timeline))}${of}</p>
<p class="muted">kubectl-seldon-lifecycle ${text(version)}</p>
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

/** Over the strips of several deployments, which are drawn on the axis of all. */
function axisOfAll(axis: TimeAxis): string {
  return `<div class="axis"><span></span>${trackSvg(axisTrack(axis), 'width="100%"')}<span></span></div>`;
}

function failureOf(
  { name, namespace, notices: said, outcome, left, steps }: DeploymentTimeline,
  named: boolean,
): string {
  const at = said.findIndex(({ level }) => level === 'error');
  const failed = steps.find(({ state }) => state === 'failed' || state === 'unfinished');
  const why = said[at]?.message ?? failed?.message ?? '';
  const more = at < 0 ? [] : shortened(said.slice(at + 1).map(({ message }) => message));
  const still = left.length > 0 && at < 0 ? [`left: ${left.join(', ')}`] : [];
  const whose = `${named ? `${namespace}/${name}: ` : ''}${failed?.title ?? ''} ${outcome}`;
  return cause(whose.trim(), why, [...more, ...still]);
}

/** All of it is in the list. */
function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= FIRST_LINES + LAST_LINES) return lines;
  return [...lines.slice(0, FIRST_LINES), '…', ...lines.slice(-LAST_LINES)];
}

function cause(whose: string, why: string, more: readonly string[]): string {
  const head = whose === '' ? '' : `<span class="bad">${text(whose)}</span>`;
  return `<div class="cause">${head}<b>${text(why)}</b><small>${text(more.join('\n'))}</small></div>`;
}

const legend = `<ul class="legend">${meanings.map(([look, what]) => `<li>${swatch(look)}${what}</li>`).join('')}</ul>`;

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
<summary><h2 class="name">${text(severalNamespaces ? `${namespace}/${name}` : name)}</h2>${trackSvg(
    stripTrack(steps, together),
    'width="100%"',
  )}<span class="how ${good ? 'good' : 'bad'}">${good ? '✔' : '✘'} ${text(outcome)}${
    taken.length > 0 ? ` <span class="muted">${duration(ended)}</span>` : ''
  }</span></summary>
<div class="inside">
<div class="rows">
${row('', '', '', axisTrack(axis))}
${taken.map((step) => row(step.title, duration(step.to - step.from), '', stepTrack(step, axis))).join('\n')}
${skipped === '' ? '' : row(skipped, 'skipped', 'skipped')}
</div>
${objectsHtml(one, axis)}
${several ? `<details><summary>All events</summary>${log(one, axis)}</details>` : `<h3>All events</h3>${log(one, axis)}`}
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

function objectsHtml(one: DeploymentTimeline, axis: TimeAxis): string {
  const rows = objectRows(one).map((object) => objectRow(object, axis));
  return rows.length === 0 ? '' : `<div class="rows">\n${rows.join('\n')}\n</div>`;
}

function objectRow(object: ObjectRow, axis: TimeAxis): string {
  const { kind, name, shortName, below } = object;
  const kindOf = kind === 'Pod' ? 'pod' : kind;
  const label = below ? `pod ${shortName}` : name;
  return row(label, below ? '' : kindOf, below ? 'below' : 'group', objectTrack(object, axis), name);
}

function row(label: string, aside: string, classes: string, track?: Track, title = ''): string {
  const hint = title === '' ? '' : ` title="${text(title)}"`;
  const labels = `<div class="label"><span${hint}>${text(label)}</span><span class="muted">${text(aside)}</span></div>`;
  return `<div class="row ${classes}">${labels}${track ? trackSvg(track, 'width="100%"') : ''}</div>`;
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
  return `<h2>Messages of the whole command</h2>${list(entries, axis)}`;
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
