import { destinationLine } from '../output/destination-line.ts';
import type { Timeline } from './timeline.ts';

/** Context kind-dev, namespace models · 2026-01-01 00:00:00 UTC; without the place where it is not known, as from a stream of an earlier version. */
export function placeAndDate({ destination, start }: Timeline): string {
  const place = destination ? [destinationLine(destination, 'none', false)] : [];
  return [...place, dateInWords(start)].join(' · ');
}

/** As whoever runs it has the time, and in UTC, in which clusters write theirs. */
function dateInWords(time: number): string {
  const utc = `${new Date(time).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
  const ahead = -new Date(time).getTimezoneOffset();
  if (ahead === 0) return utc;
  const local = new Date(time + ahead * 60_000).toISOString().replace('T', ' ').slice(0, 19);
  const two = (number: number) => String(number).padStart(2, '0');
  const offset = `${ahead < 0 ? '-' : '+'}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`;
  return `${local} ${offset} (${utc})`;
}
