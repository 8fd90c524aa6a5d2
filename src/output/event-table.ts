import type { ReportedEvent } from '../progress/progress.ts';
import { age } from '../text/age.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type Paint, plain } from './colours.ts';
import type { Concession } from './fit.ts';

/** The header of `kubectl events`. */
export const eventHeader = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];

/** How a table of Events fits a terminal: what is repeated is said shorter, then names are. */
export const eventConcessions: readonly Concession[] = [
  { column: 'LAST SEEN', to: 10, by: (cell) => cell.replace(/ (over|since) .*\)$/, ')') },
  { column: 'OBJECT', to: 32 },
  { column: 'NAMESPACE', to: 12 },
  { column: 'DEPLOYMENT', to: 12 },
  { column: 'OBJECT', to: 24 },
];

/** The cells of one row, as `kubectl events` prints them. `now` is in milliseconds since 1970. */
export function eventRow(event: ReportedEvent, now: number, paint: Paint = plain): string[] {
  const type = escapeTerminal(event.type);
  return [
    lastSeen(event, ages(now)),
    type === 'Warning' && !event.benign ? paint('yellow', type) : type,
    escapeTerminal(event.reason),
    `${escapeTerminal(event.object.kind)}/${escapeTerminal(event.object.name)}`,
    escapeTerminal(messageOf(event)),
  ];
}

export function messageOf({ message, benign }: ReportedEvent): string {
  return benign ? `${message} (harmless: the operator tries again)` : message;
}

/** How times are written: see ages and timestamps. */
export interface Times {
  text(time: number | undefined): string;
  /** Between the count of a repeated Event and when it first happened. */
  since: string;
}

/** As kubectl writes times: how long ago they were at `now`, in milliseconds since 1970. */
export function ages(now: number): Times {
  return { text: (time) => (time === undefined ? '<unknown>' : age(now - time)), since: 'over' };
}

/** Absolute times, which stay true in a log: RFC 3339 in UTC, to the second as Events have them. */
export const timestamps: Times = {
  text: (time) => (time === undefined ? '<unknown>' : new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')),
  since: 'since',
};

/** 12m, or of a repeated one 12m (x3 over 20m). */
export function lastSeen({ count, firstTime, lastTime }: ReportedEvent, { text, since }: Times): string {
  const first = text(firstTime);
  return count > 1 ? `${text(lastTime)} (x${count} ${since} ${first})` : first;
}
