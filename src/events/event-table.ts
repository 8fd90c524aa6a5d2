import type { ReportedEvent } from '../lifecycle/progress.ts';
import { age } from '../output/age.ts';
import { type Paint, plain } from '../output/colours.ts';
import { escapeTerminal } from '../output/escape.ts';

/** The header of `kubectl events`. */
export const eventHeader = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];

/** The cells of one row, as `kubectl events` prints them. `now` is in milliseconds since 1970. */
export function eventRow(event: ReportedEvent, now: number, paint: Paint = plain): string[] {
  const type = escapeTerminal(event.type);
  return [
    lastSeen(event, now),
    type === 'Warning' && !event.benign ? paint('yellow', type) : type,
    escapeTerminal(event.reason),
    `${escapeTerminal(event.object.kind)}/${escapeTerminal(event.object.name)}`,
    `${escapeTerminal(event.message)}${event.benign ? ' (harmless: the operator tries again)' : ''}`,
  ];
}

/** 12m, or of a repeated one 12m (x3 over 20m). */
function lastSeen({ count, firstTime, lastTime }: ReportedEvent, now: number): string {
  const first = ageOf(firstTime, now);
  return count > 1 ? `${ageOf(lastTime, now)} (x${count} over ${first})` : first;
}

function ageOf(time: number | undefined, now: number): string {
  return time === undefined ? '<unknown>' : age(now - time);
}
