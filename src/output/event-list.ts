import { reportedEvent } from '../events/reported-event.ts';
import type { KubernetesEvent } from '../kubernetes/objects.ts';
import { escapeTerminal } from '../text/escape.ts';
import { eventHeader, lastSeen, messageOf, type Times } from './event-table.ts';

/** A table of Events: its header, and the cells of a row. */
export interface EventColumns {
  header: readonly string[];
  row(event: KubernetesEvent, times: Times): string[];
}

/** The columns of `kubectl events`. */
export const eventColumns: EventColumns = {
  header: eventHeader,
  row: (event, times) => {
    const reported = reportedEvent(event);
    const { type, reason, object } = reported;
    const cells = [lastSeen(reported, times), type, reason, `${object.kind}/${object.name}`, messageOf(reported)];
    return cells.map(escapeTerminal);
  },
};

/** The columns of `kubectl get events -o wide` (printEvent in pkg/printers/internalversion/printers.go). */
export const wideEventColumns: EventColumns = {
  header: ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'SUBOBJECT', 'SOURCE', 'MESSAGE', 'FIRST SEEN', 'COUNT', 'NAME'],
  row: (event, times) => {
    const { type, reason, message, count, firstTime, lastTime, object } = reportedEvent(event);
    const cells = [
      times.text(lastTime),
      type,
      reason,
      [object.kind.toLowerCase(), ...(object.name ? [object.name] : [])].join('/'),
      event.involvedObject.fieldPath ?? '',
      sourceOf(event),
      message,
      times.text(firstTime),
      String(count),
      event.metadata.name,
    ];
    return cells.map(escapeTerminal);
  },
};

/** component, host: the parts that there are, of whichever API the Event came by. */
function sourceOf({ source, reportingComponent = '', reportingInstance = '' }: KubernetesEvent): string {
  const parts = [source?.component || reportingComponent, source?.host || reportingInstance];
  return parts.filter((part) => part !== '').join(', ');
}

/** The lines of the table with which `kubectl describe` ends (DescribeEvents in pkg/describe/describe.go). */
export function describedEvents(events: readonly KubernetesEvent[], times: Times): string[] {
  if (events.length === 0) return ['Events:  <none>'];
  const rows = events.map((event) => {
    const reported = reportedEvent(event);
    const { fieldPath } = event.involvedObject;
    const message = `${fieldPath ? `${fieldPath}: ` : ''}${reported.message}`;
    return [reported.type, reported.reason, lastSeen(reported, times), reported.source, message].map(escapeTerminal);
  });
  const header = ['Type', 'Reason', 'Age', 'From', 'Message'];
  const all = [header, header.map((cell) => '-'.repeat(cell === 'Age' ? 4 : cell.length)), ...rows];
  const widths = header.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd((widths[index] ?? 0) + 2))).join('')}`;
  return ['Events:', ...all.map(line)];
}
