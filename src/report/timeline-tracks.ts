import { duration } from '../text/age.ts';
import { escapeMarkup as text } from './escape-markup.ts';
import type { TimeAxis } from './time-axis.ts';
import type { ReplicasTimeline, TimelineStep } from './timeline.ts';
import { type Look, lookOf, type Mark, mostReplicas, type ObjectRow } from './timeline-rows.ts';

const MOST_TICKS = 6;
const HEIGHT = 20;
/** Where replicas are drawn as a line. */
const LINE_HEIGHT = 46;
const STRIP_HEIGHT = 16;
/** A bar of less than these percent has no room for its word. */
const ROOM_FOR_A_WORD = 7;
/** A bar ends at such a percent of a row behind which what came of the step has room. */
const ROOM_BEHIND = 62;
/** A bar of less than these percent is drawn three pixels wide, so that it can be seen. */
const THREE_PIXELS = 0.5;

/**
 * What happened in one row, drawn over time. All of it stands in percent, so that a track is as wide as there is room,
 * and its texts are as large as ever. `height` is in pixels.
 */
export interface Track {
  height: number;
  content: string;
}

/** A track as an SVG element; `place` says where it stands and how wide it is. */
export function trackSvg({ height, content }: Track, place: string): string {
  return `<svg class="track" ${place} height="${height}">${content}</svg>`;
}

export function axisTrack(axis: TimeAxis): Track {
  const ticks = axis.ticks(MOST_TICKS).map(({ at, label }) => {
    // The last one would stand out of the picture.
    const anchor = at > 94 ? ' text-anchor="end"' : '';
    return `<text class="tick" x="${at}%" y="12"${anchor}>${label}</text>`;
  });
  return { height: 18, content: ticks.join('') };
}

/** A step as a bar, with a line where it has failed: the moment to look at. */
export function stepTrack(step: TimelineStep, axis: TimeAxis): Track {
  const failed = step.state === 'failed' || step.state === 'unfinished';
  const behind = axis.at(step.to) <= ROOM_BEHIND && !failed ? said(step.message, axis.at(step.to)) : '';
  const end = failed ? `<rect class="end" x="${axis.at(step.to)}%" y="-3" width="2" height="${HEIGHT + 3}"/>` : '';
  return onBackground(
    HEIGHT,
    stepBar(step, axis, IN_ROW, behind === '' && !failed ? step.message : '') + end + behind,
    axis,
  );
}

/** In an element of its own, which cuts it off at the end of the row. */
function said(message: string, at: number): string {
  if (message === '') return '';
  return `<svg x="${at}%" width="${round(100 - at)}%"><text class="said" x="6" y="${HEIGHT - 6}">${text(message)}</text></svg>`;
}

/** All steps in one thin row. */
export function stripTrack(steps: readonly TimelineStep[], axis: TimeAxis): Track {
  const bars = steps.map((step) => stepBar(step, axis, IN_STRIP, step.title));
  return { height: STRIP_HEIGHT, content: `${background}${bars.join('')}` };
}

/** The replicas of a Deployment or the life of a pod, and the Events as marks. */
export function objectTrack({ replicas, spans, marks }: ObjectRow, axis: TimeAxis): Track {
  const height = replicas ? LINE_HEIGHT : HEIGHT;
  const life = spans.map((one) => {
    const restarts = one.restarts > 0 ? `, ${one.restarts === 1 ? '1 restart' : `${one.restarts} restarts`}` : '';
    const title = `${one.status}${one.ready ? ', ready' : ''}${restarts}, ${duration(one.to - one.from)}`;
    const word = one.ready ? 'Ready' : one.status;
    return bar({ look: lookOf(one), word, title, from: one.from, to: one.to }, axis, IN_ROW);
  });
  const shown = marks.map((mark) => markOf(mark, axis, replicas ? height - 5 : height / 2));
  return onBackground(height, [replicas ? lines(replicas, axis) : '', ...life, ...shown].join(''), axis);
}

const background = '<rect class="background" width="100%" height="100%" rx="3"/>';

function onBackground(height: number, content: string, axis: TimeAxis): Track {
  const grid = axis
    .ticks(MOST_TICKS)
    .map(({ at }) => `<rect class="grid" x="${at}%" width="1" height="100%"/>`)
    .join('');
  return { height, content: `${background}${grid}${content}` };
}

interface Place {
  y: number;
  height: number;
  /** How round the corners are. */
  rx: number;
}

const IN_ROW: Place = { y: 2, height: HEIGHT - 4, rx: 3 };
const IN_STRIP: Place = { y: 0, height: STRIP_HEIGHT, rx: 0 };

/** The waits of a run can be told apart by their colours; what else is waited for looks as the first. */
function lookOfStep({ step, state }: TimelineStep): StepLook {
  if (state !== 'succeeded') return 'failing';
  if (step === 'wait-scaled' || step === 'wait-deleted') return step;
  return /^(wait|hold)/.test(step) ? 'wait' : 'act';
}

function stepBar(one: TimelineStep, axis: TimeAxis, place: Place, word: string): string {
  const { title, state, from, to, message } = one;
  if (state === 'skipped') return '';
  const told = `${title} ${state} ${duration(to - from)}${message ? `: ${message}` : ''}`;
  return bar({ look: lookOfStep(one), word, title: told, from, to }, axis, place);
}

function bar(
  { look, word, title, from, to }: { look: string; word: string; title: string; from: number; to: number },
  axis: TimeAxis,
  { y, height, rx }: Place,
): string {
  const at = axis.at(from);
  const percent = axis.at(to) - at;
  const width = percent < THREE_PIXELS ? '3' : `${round(percent)}%`;
  const label = percent < ROOM_FOR_A_WORD || word === '' ? '' : `<text x="6" y="${height - 4}">${text(word)}</text>`;
  const place = `x="${at}%" y="${y}" width="${width}" height="${height}"`;
  return `<svg class="bar ${look}" ${place}><title>${text(title)}</title>${filled(look, rx)}${label}</svg>`;
}

/** What has failed is hatched, and can be told by more than its hue. */
function filled(look: string, rx: number): string {
  const hatch = '<line class="hatch" x1="-16" x2="100%" y1="8" y2="8" transform="translate(16) skewX(-45)"/>';
  return `<rect width="100%" height="100%" rx="${rx}"/>${look === 'failing' ? hatch : ''}`;
}

function markOf({ time, warning, text: said }: Mark, axis: TimeAxis, y: number): string {
  const title = text(`+${axis.since(time)} ${said}`);
  return `<svg class="mark" x="${axis.at(time)}%" y="${y}"><title>${title}</title>${warning ? WARNING : EVENT}</svg>`;
}

const EVENT = `<rect class="event" x="-4" y="-4" width="8" height="8" transform="rotate(45)"/>`;
const WARNING = `<circle class="warning" r="6"/>`;

type StepLook = 'act' | 'wait' | 'wait-scaled' | 'wait-deleted' | 'failing';

/** What the looks mean, for the legends. */
export const meanings = [
  ['act', 'change'],
  ['wait', 'wait'],
  ['wait-scaled', 'wait until scaled'],
  ['wait-deleted', 'wait until deleted'],
  ['failing', 'failed'],
  ['pending', 'pod not started'],
  ['starting', 'running, not ready'],
  ['ready', 'ready'],
  ['ending', 'terminating'],
  ['event', 'event'],
  ['warning', 'warning'],
] as const;

/** What a legend shows of a bar or a mark. */
export function swatch(look: Look | StepLook | 'event' | 'warning'): string {
  if (look === 'event') return `<svg class="mark" viewBox="-7 -5 14 10">${EVENT}</svg>`;
  if (look === 'warning') return `<svg class="mark" viewBox="-7 -5 14 10">${WARNING}</svg>`;
  return `<svg class="${look}">${filled(look, 2)}</svg>`;
}

/** The available replicas as an area, the desired ones as a dashed line, and both as numbers where they change. */
function lines({ points, gone }: ReplicasTimeline, axis: TimeAxis): string {
  const [first, ...others] = points;
  if (!first) return '';
  const most = mostReplicas(points);
  const until = gone === undefined ? 100 : axis.at(gone);
  const y = (count: number) => round(LINE_HEIGHT - 2 - (count / most) * (LINE_HEIGHT - 15));
  const x = (time: number) => round(axis.at(time) * 10);
  const line = (of: (point: ReplicasTimeline['points'][number]) => number) =>
    `M${x(first.time)} ${y(of(first))}${others.map((point) => `H${x(point.time)}V${y(of(point))}`).join('')}H${until * 10}`;
  const area = `${line((point) => point.available)}V${y(0)}H${x(first.time)}Z`;
  const paths = `<path class="available" d="${area}"/><path class="desired" d="${line((point) => point.desired)}"/>`;
  const stretched = `viewBox="0 0 1000 ${LINE_HEIGHT}" preserveAspectRatio="none" width="100%" height="${LINE_HEIGHT}"`;
  return `<svg ${stretched}>${paths}</svg>${numbers(points, until, axis)}`;
}

/** Where one has no room before the next, the next says more. */
function numbers(points: ReplicasTimeline['points'], until: number, axis: TimeAxis): string {
  return points
    .map(({ time, desired, available }, index) => {
      const next = points[index + 1];
      const room = (next ? axis.at(next.time) : until) - axis.at(time);
      if (room < ROOM_FOR_A_WORD / 2) return '';
      const title = `<title>${available} of ${desired} replicas available</title>`;
      return `<text class="number" x="${axis.at(time)}%" dx="3" y="10">${title}${available}/${desired}</text>`;
    })
    .join('');
}

function round(number: number): number {
  return Math.round(number * 1_000) / 1_000;
}

export const trackStyle = `.track,.mark{overflow:visible}
.track text{font-size:11px;fill:var(--text)}.track .tick{fill:var(--muted)}.track .bar text{fill:var(--on-light-bar)}.track .act text{fill:var(--on-bar)}.track .failing text{fill:var(--on-bad)}.track .said{fill:var(--muted)}
.background{fill:var(--track)}.grid{fill:var(--grid)}.end{fill:var(--bad)}
.act{fill:var(--act)}.wait{fill:var(--wait)}.wait-scaled{fill:var(--wait-scaled)}.wait-deleted{fill:var(--wait-deleted)}.failing{fill:var(--bad)}.pending{fill:var(--pending)}.starting{fill:var(--starting)}
.ready{fill:var(--ready)}.ending{fill:var(--ending)}.done{fill:var(--done)}
.hatch{stroke:#000;stroke-opacity:.18;stroke-width:16;stroke-dasharray:4 7}
.available{fill:var(--ready);fill-opacity:.35;stroke:var(--ready);stroke-width:1.5;vector-effect:non-scaling-stroke}
.desired{fill:none;stroke:var(--text);stroke-width:1.5;stroke-dasharray:4 3;vector-effect:non-scaling-stroke}
.event{fill:var(--mark)}.warning{fill:var(--bad)}.mark *{stroke:var(--card);stroke-width:1.5}`;
