import { duration } from '../output/age.ts';
import { escapeMarkup as text } from './escape-markup.ts';
import { TimeAxis } from './time-axis.ts';
import { causeOf, type DeploymentTimeline, type ReplicasOverTime, type StepTaken, type Timeline } from './timeline.ts';
import { colours } from './timeline-colours.ts';
import { lookOf, mostReplicas, type ObjectRow, objectRows, worstFirst } from './timeline-rows.ts';

const WIDTH = 1_000;
const LABELS = 300;
const MARGIN = 16;
const TRACK = WIDTH - LABELS - 2 * MARGIN;
const ROW = 22;
const LINE_ROW = 46;
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
    this.#y += 28;
    const general = causeOf(timeline);
    if (general !== undefined) this.#cause(general);
    for (const one of deployments.filter((deployment) => deployment.outcome !== 'succeeded').slice(0, IN_FULL)) {
      const why = causeOf(one) ?? one.steps.find(({ state }) => state === 'failed')?.message ?? '';
      this.#cause(`${others.length > 0 ? `${one.name}: ` : ''}${why}`);
    }
    this.#ticks();
  }

  deployment(one: DeploymentTimeline, inFull: boolean, named: boolean): void {
    const good = one.outcome === 'succeeded';
    if (!inFull) {
      const bars = one.steps.map((step) => this.#bar(step)).join('');
      this.#row(ROW, `${good ? '✔' : '✘'} ${one.name}`, good ? '' : 'bad', bars);
      return;
    }
    if (named) {
      this.#y += 10;
      this.#text(MARGIN, 14, `name ${good ? '' : 'bad'}`, `${good ? '✔' : '✘'} ${one.name} ${one.outcome}`);
      this.#y += ROW;
    }
    for (const step of one.steps) {
      const took = step.state === 'skipped' ? 'skipped' : duration(step.to - step.from);
      this.#row(ROW, `${step.title}  ${took}`, step.state === 'failed' ? 'bad' : '', this.#bar(step));
    }
    this.#y += 6;
    for (const object of objectRows(one)) this.#object(object);
  }

  #object(object: ObjectRow): void {
    const { below, shortName, name, replicas, spans, marks } = object;
    const height = replicas ? LINE_ROW : ROW;
    const life = spans.map((span) => {
      const word = span.ready ? 'Ready' : span.status;
      return this.#rect(
        lookOf(span),
        span.from,
        span.to,
        word,
        `${name}: ${span.status} ${duration(span.to - span.from)}`,
      );
    });
    const shown = marks.map(({ time, warning, text: said }) => {
      const cy = replicas ? height - 5 : ROW / 2;
      const shape = warning ? `<circle r="6"/>` : `<rect x="-4" y="-4" width="8" height="8" transform="rotate(45)"/>`;
      const title = `<title>${text(`+${this.#axis.since(time)} ${said}`)}</title>`;
      return `<g class="mark${warning ? ' warning' : ''}" transform="translate(${this.#x(time)} ${cy})">${title}${shape}</g>`;
    });
    const content = [replicas ? this.#replicas(replicas) : '', ...life, ...shown].join('');
    this.#row(height, below ? `   pod ${shortName}` : name, '', content);
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

  #ticks(): void {
    this.#y += 16;
    for (const { at, label } of this.#axis.ticks(8)) {
      const anchor = at > 95 ? 'end' : 'start';
      const x = LABELS + MARGIN + (at / 100) * TRACK;
      this.#parts.push(`<text class="tick" x="${round(x)}" y="${this.#y}" text-anchor="${anchor}">${label}</text>`);
    }
    this.#y += 6;
  }

  /** `content` is drawn from the row's upper edge. */
  #row(height: number, label: string, look: string, content: string): void {
    const track = `<rect class="track" x="${LABELS + MARGIN}" y="1" width="${TRACK}" height="${height - 3}"/>`;
    const grid = this.#axis
      .ticks(8)
      .map(({ at }) => `<path class="grid" d="M${round(LABELS + MARGIN + (at / 100) * TRACK)} 1v${height - 3}"/>`);
    const name = `<text class="label ${look}" x="${MARGIN}" y="15">${text(shortened(label))}</text>`;
    this.#parts.push(`<g transform="translate(0 ${this.#y})">${track}${grid.join('')}${name}${content}</g>`);
    this.#y += height;
  }

  #bar({ step, title, state, from, to, message }: StepTaken): string {
    if (state === 'skipped') return '';
    const look = state !== 'succeeded' ? 'failing' : /^(wait|hold)/.test(step) ? 'wait' : 'act';
    return this.#rect(look, from, to, '', `${title} ${state} ${duration(to - from)}${message ? `: ${message}` : ''}`);
  }

  #rect(look: string, from: number, to: number, word: string, title: string): string {
    const [x, end] = [this.#x(from), this.#x(to)];
    const width = Math.max(2, round(end - x));
    const fits = word !== '' && width > word.length * 7 + 8;
    const label = fits ? `<text class="on ${look}" x="${round(x + 5)}" y="15">${text(word)}</text>` : '';
    return `<rect class="${look}" x="${x}" y="3" width="${width}" height="${ROW - 7}" rx="3"><title>${text(title)}</title></rect>${label}`;
  }

  #replicas({ points, gone }: ReplicasOverTime): string {
    const most = mostReplicas(points);
    const bottom = LINE_ROW - 4;
    const y = (count: number) => round(bottom - (count / most) * (LINE_ROW - 20));
    const until = gone === undefined ? LABELS + MARGIN + TRACK : this.#x(gone);
    const line = (of: (point: ReplicasOverTime['points'][number]) => number) =>
      points
        .map(
          (point, index) => `${index === 0 ? `M${this.#x(point.time)} ` : `H${this.#x(point.time)}V`}${y(of(point))}`,
        )
        .join('') + (points.length > 0 ? `H${until}` : '');
    const begin = points[0] ? this.#x(points[0].time) : 0;
    const numbers = points.map(({ time, desired, available }, index) => {
      const next = points[index + 1];
      const room = (next ? this.#x(next.time) : until) - this.#x(time);
      return room < 26 ? '' : `<text class="number" x="${this.#x(time) + 3}" y="12">${available}/${desired}</text>`;
    });
    const available = line((point) => point.available);
    const area = available === '' ? '' : `<path class="available" d="${available}V${bottom}H${begin}Z"/>`;
    return `${area}<path class="desired" d="${line((point) => point.desired)}"/>${numbers.join('')}`;
  }

  #x(time: number): number {
    return round(LABELS + MARGIN + (this.#axis.at(time) / 100) * TRACK);
  }

  #text(x: number, below: number, look: string, content: string): void {
    this.#parts.push(`<text class="${look}" x="${x}" y="${this.#y + below}">${text(content)}</text>`);
  }
}

const STYLE = `${colours('svg')}
.page{fill:var(--page)}text{font:13px system-ui,sans-serif;fill:var(--text)}.title{font-size:20px;font-weight:600}.name{font-weight:600}
.tick{font-size:11px;fill:var(--muted)}.number{font-size:11px}text.on{font-size:11px;fill:var(--on-light-bar)}
.track{fill:var(--track)}.grid{stroke:var(--grid);fill:none}.cause{fill:var(--bad-soft)}
.bad,text.bad{fill:var(--bad)}.good,text.good{fill:var(--good)}
.act{fill:var(--act)}.wait{fill:var(--wait)}.ready{fill:var(--ready)}.starting{fill:var(--starting)}.pending{fill:var(--pending)}
.ending{fill:var(--ending)}.done{fill:var(--done)}.failing{fill:var(--bad)}text.on.failing{fill:var(--card)}
.available{fill:var(--ready);fill-opacity:.35;stroke:var(--ready)}.desired{fill:none;stroke:var(--text);stroke-width:1.5;stroke-dasharray:4 3}
.mark{fill:var(--mark);stroke:var(--card);stroke-width:1.5}.mark.warning{fill:var(--bad)}`.replaceAll('\n', '');

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

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
