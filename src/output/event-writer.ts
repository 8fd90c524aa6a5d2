import type { Output } from '../context.ts';
import type { KubernetesEvent } from '../kubernetes/objects.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type ColourOptions, type Paint, paintFor } from './colours.ts';
import { Columns } from './columns.ts';
import { type EventColumns, eventColumns, wideEventColumns } from './event-list.ts';
import { eventConcessions, type Times } from './event-table.ts';
import { type ObjectFormat, objectStream, writtenList } from './object-format.ts';

export interface EventWriting {
  times(): Times;
  withNamespace: boolean;
  withHeader: boolean;
  showManagedFields: boolean;
  /** What decides whether types are in colours; they are in none if it is not said. */
  colours?: ColourOptions;
}

/** Writes Events as they were asked for: as the tables of kubectl, or as objects. */
export class EventWriter {
  readonly #stdout: Output;
  readonly #format: ObjectFormat | 'wide' | undefined;
  readonly #options: EventWriting & { noHeaders: boolean; to: Output };
  readonly #header: readonly string[];
  readonly #columns: Columns;
  readonly #paint: Paint;
  readonly #object: ((objects: readonly object[]) => void) | undefined;
  #headerIsDue: boolean;

  constructor(stdout: Output, format: ObjectFormat | 'wide' | undefined, options: EventWriting) {
    this.#stdout = stdout;
    this.#paint = paintFor(stdout, options.colours ?? { color: 'never' });
    this.#format = format;
    this.#options = { ...options, noHeaders: !options.withHeader, to: stdout };
    const columns = format === 'wide' ? wideEventColumns : eventColumns;
    this.#header = [...(options.withNamespace ? ['NAMESPACE'] : []), ...columns.header];
    const concessions = format === 'wide' ? [] : eventConcessions;
    this.#columns = new Columns([], stdout, { header: this.#header, concessions });
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
    else this.#object(events.map(itself));
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
    const lines = this.#columns.lines(this.#headerIsDue ? [this.#header, ...rows] : rows);
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
