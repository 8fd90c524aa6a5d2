import type { ReportedEvent } from '../../progress/progress.ts';

/** The Events of one object that were seen, in no order. */
export type EventsOf = (uid: string) => readonly ReportedEvent[];

/** The newest of them, if there is any. */
export function newest(
  events: readonly ReportedEvent[],
  isMeant: (event: ReportedEvent) => boolean,
): ReportedEvent | undefined {
  return events.filter(isMeant).reduce<ReportedEvent | undefined>((last, event) => {
    return last && (last.lastTime ?? 0) > (event.lastTime ?? 0) ? last : event;
  }, undefined);
}

/** The newest answer of a probe. That nobody listened yet is what every container says while it starts: any other tells more. */
export function newestAnswer(
  events: readonly ReportedEvent[],
  isMeant: (event: ReportedEvent) => boolean,
): ReportedEvent | undefined {
  const listens = (event: ReportedEvent) => isMeant(event) && !/connection refused/.test(event.message);
  return newest(events, listens) ?? newest(events, isMeant);
}
