import type { KubernetesEvent } from '../cluster/objects.ts';
import type { ReportedEvent } from '../lifecycle/progress.ts';
import { reportedEvent } from './reported-event.ts';

/** What has to be known of objects to say whose an Event is. */
export interface Ancestry {
  get(uid: string): unknown;
  /** The object's own uid and those of its owners, up to the topmost known. */
  ancestry(uid: string): string[];
}

/** Events of objects that nothing is known of are kept, newest last, up to this many. */
const MOST_UNPLACED = 10_000;

/**
 * Picks from a namespace's Events those of the followed objects and of everything that they own, by uid, so that an
 * earlier object of the same name stays out. Each is reported once, and again when it is repeated. An Event that comes
 * before its object is known waits until it is.
 */
export class EventStream {
  readonly #objects: Ancestry;
  readonly #followed = new Map<string, (event: ReportedEvent) => void>();
  readonly #countsReported = new Map<string, number>();
  readonly #unplaced = new Map<string, KubernetesEvent>();

  constructor(objects: Ancestry) {
    this.#objects = objects;
  }

  /** From now on, and for the Events seen before, reports those of the object with this uid and of what it owns. */
  follow(uid: string, report: (event: ReportedEvent) => void): void {
    this.#followed.set(uid, report);
    this.placeAgain();
  }

  /** An Event that the server holds, new or repeated. */
  see(event: KubernetesEvent): void {
    const uid = event.metadata.uid ?? '';
    const report = this.#followerOf(event);
    if (report) {
      this.#unplaced.delete(uid);
      this.#reportOnce(event, report);
    } else if (this.#isSomebodyElses(event)) {
      this.#unplaced.delete(uid);
    } else {
      this.#unplaced.set(uid, event);
      const oldest = this.#unplaced.keys().next().value;
      if (this.#unplaced.size > MOST_UNPLACED && oldest !== undefined) this.#unplaced.delete(oldest);
    }
  }

  /** Looks again at the Events whose object was not known, after objects have become known. */
  placeAgain(): void {
    for (const event of [...this.#unplaced.values()]) this.see(event);
  }

  #followerOf(event: KubernetesEvent): ((event: ReportedEvent) => void) | undefined {
    const line = this.#objects.ancestry(event.involvedObject.uid ?? '');
    const followed = line.find((uid) => this.#followed.has(uid));
    return followed === undefined ? undefined : this.#followed.get(followed);
  }

  /** Known only when the whole line of owners is there and ends in an object that is not followed. */
  #isSomebodyElses(event: KubernetesEvent): boolean {
    if (this.#followed.size === 0) return false;
    const topmost = this.#objects.ancestry(event.involvedObject.uid ?? '').at(-1) ?? '';
    return this.#objects.get(topmost) !== undefined;
  }

  #reportOnce(event: KubernetesEvent, report: (event: ReportedEvent) => void): void {
    const reported = reportedEvent(event);
    if (this.#countsReported.get(reported.uid) === reported.count) return;
    this.#countsReported.set(reported.uid, reported.count);
    report(reported);
  }
}
