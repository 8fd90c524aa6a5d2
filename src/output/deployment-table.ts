import type { Output } from '../context.ts';
import type { Overview } from '../lifecycle/overview/overview.ts';
import { imagesIn } from '../seldon/revision.ts';
import { sharesTraffic, trafficInWords } from '../seldon/traffic.ts';
import { urlOf } from '../seldon/url.ts';
import { age } from '../text/age.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type Paint, plain } from './colours.ts';
import { Columns } from './columns.ts';
import { atTheEnd, type Concession } from './fit.ts';

export interface DeploymentColumns {
  namespace: boolean;
  wide: boolean;
  /** By uid: why those are not available that are not, by the stable word of the diagnosis. */
  reasons?: ReadonlyMap<string, string> | undefined;
  labels: boolean;
}

const NONE = '<none>';

export function deploymentHeader({ namespace, wide, reasons, labels }: DeploymentColumns): string[] {
  return [
    ...(namespace ? ['NAMESPACE'] : []),
    ...['NAME', 'STATE', 'READY', 'REPLICAS', 'URL', 'AGE'],
    ...(reasons ? ['REASON'] : []),
    ...(wide ? ['PREDICTORS', 'IMAGES', 'DESCRIPTION'] : []),
    ...(labels ? ['LABELS'] : []),
  ];
}

const concessions: readonly Concession[] = [
  { column: 'DESCRIPTION', to: 30, by: atTheEnd },
  { column: 'LABELS', to: 30, by: atTheEnd },
  { column: 'IMAGES', to: 24 },
  { column: 'URL', leaveOut: true },
  { column: 'PREDICTORS', to: 20, by: atTheEnd },
  { column: 'REPLICAS', leaveOut: true },
  { column: 'NAME', to: 24 },
  { column: 'NAMESPACE', to: 12 },
  { column: 'DESCRIPTION', leaveOut: true },
  { column: 'IMAGES', leaveOut: true },
  { column: 'LABELS', to: 12, by: atTheEnd },
  { column: 'NAME', to: 12 },
];

/** Of a table of deployments, which fits the terminal that it is written to. */
export function deploymentLines(asked: DeploymentColumns, stdout: Output): Columns {
  return new Columns([], stdout, { header: deploymentHeader(asked), concessions });
}

/** The cells of a deployment's row. `now` is in milliseconds since 1970. */
export function deploymentRow(
  { deployment, state, pods }: Overview,
  columns: DeploymentColumns,
  now: number,
  paint: Paint = plain,
): string[] {
  const { metadata, spec, status } = deployment;
  const created = Date.parse(metadata.creationTimestamp ?? '');
  const { predictors = [] } = spec ?? {};
  // Only where there is something to share, so that a name alone stays a name.
  const traffic = sharesTraffic({ predictors })
    ? trafficInWords({ predictors }, ',')
    : predictors.map(({ name }) => name).join(',');
  const labels = Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const cells = [
    ...(columns.namespace ? [metadata.namespace ?? ''] : []),
    metadata.name,
    state,
    pods ? `${pods.available}/${pods.desired}` : '<unknown>',
    pods ? String(pods.there) : '<unknown>',
    urlOf(deployment) ?? NONE,
    Number.isNaN(created) ? '<unknown>' : age(now - created),
    ...(columns.reasons ? [columns.reasons.get(metadata.uid ?? '') ?? NONE] : []),
    ...(columns.wide ? [traffic || NONE, imagesIn(deployment).join(',') || NONE, status?.description || NONE] : []),
    ...(columns.labels ? [labels.sort().join(',') || NONE] : []),
  ];
  const states = columns.namespace ? 2 : 1;
  return cells.map((cell, index) =>
    index === states ? paintState(escapeTerminal(cell), paint) : escapeTerminal(cell),
  );
}

/** Green where it serves, red where it cannot; what is under way has no colour. */
export function paintState(state: string, paint: Paint): string {
  if (state === 'Available') return paint('green', state);
  return state === 'Failed' ? paint('red', state) : state;
}

/** The rows of a table that goes on: of a deployment a new one whenever more than its age is different. */
export class ChangedRows {
  readonly #asked: DeploymentColumns;
  readonly #columns: Columns;
  readonly #last = new Map<string, string>();
  #headerIsDue: boolean;

  readonly #paint: Paint;

  constructor(asked: DeploymentColumns, withHeader: boolean, stdout: Output, paint: Paint = plain) {
    this.#columns = deploymentLines(asked, stdout);
    this.#paint = paint;
    this.#asked = asked;
    this.#headerIsDue = withHeader;
  }

  /** The lines to write now. */
  of(overviews: readonly Overview[], now: number): string[] {
    const changed = overviews.filter((overview) => {
      const uid = overview.deployment.metadata.uid ?? '';
      const text = deploymentRow(overview, this.#asked, 0).join('\t');
      const isNew = this.#last.get(uid) !== text;
      this.#last.set(uid, text);
      return isNew;
    });
    if (changed.length === 0) return [];
    const rows = changed.map((overview) => deploymentRow(overview, this.#asked, now, this.#paint));
    const lines = this.#columns.lines(this.#headerIsDue ? [deploymentHeader(this.#asked), ...rows] : rows);
    this.#headerIsDue = false;
    return lines;
  }
}
