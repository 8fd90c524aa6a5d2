import { duration } from '../text/age.ts';
import { escapeMarkup as text } from './escape-markup.ts';
import { TimeAxis } from './time-axis.ts';
import { causeOf, type DeploymentTimeline, type Timeline } from './timeline.ts';
import { colours } from './timeline-colours.ts';
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
  trackStyle,
  trackSvg,
} from './timeline-tracks.ts';

const WIDTH = 1_000;
const LABELS = 300;
const MARGIN = 16;
const TRACK = WIDTH - LABELS - 2 * MARGIN;
const LINE = 22;
const GAP = 2;
/** More than these have a row of their steps each, and those that failed the rest. */
const IN_FULL = 10;
const LETTERS_A_LINE = 130;

/**
 * The timeline as one SVG picture, to put into a document: what the HTML timeline shows, without the list of the Events,
 * whose texts are titles of their marks.
 */
export function timelineSvg(timeline: Timeline): string {
  const axis = new TimeAxis(timeline);
  const deployments = worstFirst(timeline.deployments);
  const inFull = new Set(
    deployments.length <= IN_FULL
      ? deployments
      : deployments.filter((one) => one.outcome !== 'succeeded').slice(0, IN_FULL),
  );
  const page = new Page(axis);
  page.header(timeline, deployments);
  for (const one of deployments) page.deployment(one, inFull.has(one), deployments.length > 1);
  page.legend();
  return page.svg();
}

/** What is drawn from the top to the bottom. */
class Page {
  readonly #axis: TimeAxis;
  readonly #parts: string[] = [];
  #y = MARGIN;

  constructor(axis: TimeAxis) {
    this.#axis = axis;
  }

  svg(): string {
    const height = this.#y + MARGIN;
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<style>${STYLE}</style>
<rect class="page" width="${WIDTH}" height="${height}"/>
${this.#parts.join('\n')}
</svg>
`;
  }

  header(timeline: Timeline, deployments: readonly DeploymentTimeline[]): void {
    const { outcome, durationMs } = timeline;
    const good = outcome === 'succeeded';
    const [only, ...others] = deployments;
    const what = only && others.length === 0 ? only.name : `${deployments.length} deployments`;
    const title = `${good ? '✔' : '✘'} ${what} ${outcome} after ${duration(durationMs)}`;
    this.#parts.push(`<title>${text(title)}</title>`);
    this.#text(MARGIN, 18, `title ${good ? 'good' : 'bad'}`, title);
    this.#text(MARGIN, 36, 'muted', placeAndDate(timeline));
    this.#y += 46;
    const general = causeOf(timeline);
    if (general !== undefined) this.#cause(general);
    for (const one of deployments.filter((deployment) => deployment.outcome !== 'succeeded').slice(0, IN_FULL)) {
      const why = causeOf(one) ?? one.steps.find(({ state }) => state === 'failed')?.message ?? '';
      this.#cause(`${others.length > 0 ? `${one.name}: ` : ''}${why}`);
    }
    this.#row('', '', axisTrack(this.#axis));
  }

  /** What the looks mean, in as many lines as it takes. */
  legend(): void {
    this.#y += 10;
    let x = MARGIN;
    for (const [look, meaning] of meanings) {
      const width = 26 + meaning.length * 7;
      if (x + width > WIDTH - MARGIN) {
        x = MARGIN;
        this.#y += LINE;
      }
      const mark = swatch(look).replace('<svg ', `<svg x="${x}" y="${this.#y + 4}" width="14" height="10" `);
      this.#parts.push(mark);
      this.#text(x + 19, 13, 'label', meaning);
      x += width + 12;
    }
    this.#y += LINE;
  }

  deployment(one: DeploymentTimeline, inFull: boolean, named: boolean): void {
    const good = one.outcome === 'succeeded';
    if (!inFull) {
      this.#row(`${good ? '✔' : '✘'} ${one.name}`, good ? '' : 'bad', stripTrack(one.steps, this.#axis));
      return;
    }
    if (named) {
      this.#y += 10;
      this.#text(MARGIN, 14, `name ${good ? '' : 'bad'}`, `${good ? '✔' : '✘'} ${one.name} ${one.outcome}`);
      this.#y += LINE;
    }
    for (const step of one.steps) {
      const took = step.state === 'skipped' ? 'skipped' : duration(step.to - step.from);
      this.#row(`${step.title}  ${took}`, step.state === 'failed' ? 'bad' : '', stepTrack(step, this.#axis));
    }
    this.#y += 6;
    for (const object of objectRows(one)) this.#object(object);
  }

  #object(object: ObjectRow): void {
    const { below, shortName, name } = object;
    this.#row(below ? `   pod ${shortName}` : name, '', objectTrack(object, this.#axis), name);
  }

  #cause(message: string): void {
    const lines = wrapped(message);
    const height = 10 + lines.length * 17;
    this.#parts.push(
      `<rect class="cause" x="${MARGIN}" y="${this.#y}" width="${WIDTH - 2 * MARGIN}" height="${height}"/>`,
    );
    this.#parts.push(`<rect class="bad" x="${MARGIN}" y="${this.#y}" width="4" height="${height}"/>`);
    for (const [index, line] of lines.entries()) this.#text(MARGIN + 12, 19 + index * 17, '', line);
    this.#y += height + 6;
  }

  /** `name` in full is what a label is too short for. */
  #row(label: string, look: string, track: Track, name = label): void {
    const height = Math.max(LINE - GAP, track.height);
    const shown = shortened(label);
    const title = shown === name ? '' : `<title>${text(name)}</title>`;
    if (shown !== '') {
      const y = this.#y + height / 2 + 5;
      this.#parts.push(`<text class="label ${look}" x="${MARGIN}" y="${y}">${title}${text(shown)}</text>`);
    }
    this.#parts.push(
      trackSvg(track, `x="${LABELS + MARGIN}" y="${this.#y + (height - track.height) / 2}" width="${TRACK}"`),
    );
    this.#y += height + GAP;
  }

  #text(x: number, below: number, look: string, content: string): void {
    this.#parts.push(`<text class="${look}" x="${x}" y="${this.#y + below}">${text(content)}</text>`);
  }
}

const STYLE = `${colours('svg')}
${trackStyle}
.page{fill:var(--page)}text{font:13px system-ui,sans-serif;fill:var(--text)}text.muted{fill:var(--muted)}.title{font-size:20px;font-weight:600}.name{font-weight:600}
.cause{fill:var(--bad-soft)}.bad,text.bad{fill:var(--bad)}.good,text.good{fill:var(--good)}`.replaceAll('\n', '');

function wrapped(message: string): string[] {
  const lines: string[] = [];
  for (const word of message.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LETTERS_A_LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.slice(0, 6);
}

function shortened(label: string): string {
  return label.length > 42 ? `${label.slice(0, 20)}…${label.slice(-21)}` : label;
}
