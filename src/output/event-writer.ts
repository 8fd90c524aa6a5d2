import type { Output } from '../context.ts';
import type { KubernetesEvent } from '../kubernetes/objects.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type ColourSurroundings, type Paint, paintFor } from './colours.ts';
import { Columns } from './columns.ts';
import { type EventColumns, eventColumns, wideEventColumns } from './event-list.ts';
import type { Times } from './event-table.ts';
import { type ObjectFormat, objectStream, writtenList } from './object-format.ts';
import { table } from './table.ts';

export interface EventWriting {
  times(): Times;
  withNamespace: boolean;
  withHeader: boolean;
  showManagedFields: boolean;
  /** What decides whether types are in colours; they are in none if it is not said. */
  colours?: ColourSurroundings;
}

/** Writes Events as they were asked for: as the tables of kubectl, or as objects. */
export class EventWriter {
  readonly #stdout: Output;
  readonly #format: ObjectFormat | 'wide' | undefined;
  readonly #options: EventWriting & { to: Output };
  readonly #columns: Columns;
  readonly #paint: Paint;
  readonly #object: ((object: object) => void) | undefined;
  #headerIsDue: boolean;

  constructor(stdout: Output, format: ObjectFormat | 'wide' | undefined, options: EventWriting) {
    this.#stdout = stdout;
    this.#columns = new Columns([], stdout);
    this.#paint = paintFor(stdout, options.colours ?? { color: 'never' });
    this.#format = format;
    this.#options = { ...options, to: stdout };
    this.#headerIsDue = options.withHeader;
    if (typeof format === 'object') this.#object = objectStream((text) => stdout.write(text), format, this.#options);
  }

  /** All that there are. */
  list(events: readonly KubernetesEvent[]): void {
    if (typeof this.#format !== 'object') this.#rows(events);
    else this.#stdout.write(writtenList(events.map(itself), this.#format, this.#options));
  }

  /** Those that have come by now. */
  more(events: readonly KubernetesEvent[]): void {
    if (!this.#object) this.#rows(events);
    else for (const event of events) this.#object(itself(event));
  }

  #rows(events: readonly KubernetesEvent[]): void {
    if (events.length === 0) return;
    const { times, withNamespace } = this.#options;
    const columns: EventColumns = this.#format === 'wide' ? wideEventColumns : eventColumns;
    const row = (event: KubernetesEvent) => columns.row(event, times());
    const rows = events.map((event) => [
      ...(withNamespace ? [escapeTerminal(event.metadata.namespace ?? '')] : []),
      ...row(event).map((cell, index) => (isWarning(cell, columns.header[index]) ? this.#paint('yellow', cell) : cell)),
    ]);
    const header = [...(withNamespace ? ['NAMESPACE'] : []), ...columns.header];
    const lines = table(this.#headerIsDue ? [header, ...rows] : rows, this.#columns);
    this.#headerIsDue = false;
    this.#stdout.write(`${lines.join('\n')}\n`);
  }
}

function isWarning(cell: string, heading: string | undefined): boolean {
  return heading === 'TYPE' && cell === 'Warning';
}

/** Items of a list do not say what they are. */
function itself(event: KubernetesEvent): KubernetesEvent {
  return { ...event, apiVersion: 'v1', kind: 'Event' };
}
