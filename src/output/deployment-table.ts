import type { Overview } from '../lifecycle/overview/overview.ts';
import { age } from '../text/age.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type Paint, plain } from './colours.ts';
import { Columns } from './columns.ts';
import { table } from './table.ts';

export interface DeploymentColumns {
  namespace: boolean;
  wide: boolean;
  labels: boolean;
}

const NONE = '<none>';

export function deploymentHeader({ namespace, wide, labels }: DeploymentColumns): string[] {
  return [
    ...(namespace ? ['NAMESPACE'] : []),
    ...['NAME', 'STATE', 'READY', 'REPLICAS', 'URL', 'AGE'],
    ...(wide ? ['PREDICTORS', 'DESCRIPTION'] : []),
    ...(labels ? ['LABELS'] : []),
  ];
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
  const predictors = (spec?.predictors ?? []).map(({ name }) => name);
  const labels = Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const cells = [
    ...(columns.namespace ? [metadata.namespace ?? ''] : []),
    metadata.name,
    state,
    pods ? `${pods.available}/${pods.desired}` : '<unknown>',
    pods ? String(pods.there) : '<unknown>',
    status?.address?.url || NONE,
    Number.isNaN(created) ? '<unknown>' : age(now - created),
    ...(columns.wide ? [predictors.join(',') || NONE, status?.description || NONE] : []),
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
  readonly #columns = new Columns();
  readonly #last = new Map<string, string>();
  #headerIsDue: boolean;

  readonly #paint: Paint;

  constructor(asked: DeploymentColumns, withHeader: boolean, paint: Paint = plain) {
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
    const lines = table(this.#headerIsDue ? [deploymentHeader(this.#asked), ...rows] : rows, this.#columns);
    this.#headerIsDue = false;
    return lines;
  }
}
