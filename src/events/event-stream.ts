import type { KubernetesEvent, KubernetesObject } from '../cluster/objects.ts';
import type { ReportedEvent } from '../lifecycle/progress.ts';
import { reportedEvent } from './reported-event.ts';

/** What has to be known of objects to say whose an Event is. */
export interface Ancestry {
  get(uid: string): KubernetesObject | undefined;
  /** The object's own uid and those of its owners, up to the topmost known. */
  ancestry(uid: string): string[];
}

/** Told of an Event what this program reads of it, and all that the server holds. */
export type EventReader = (event: ReportedEvent, whole: KubernetesEvent) => void;

/** Events of objects that nothing is known of are kept, newest last, up to this many. */
const MOST_UNPLACED = 10_000;

/**
 * Picks from a namespace's Events those of the followed objects and of everything that they own, by uid, so that an
 * earlier object of the same name stays out. Each is reported once, and again when it is repeated. An Event that comes
 * before its object is known, or before its owner is followed, waits until it is.
 */
export class EventStream {
  readonly #objects: Ancestry;
  readonly #willBeFollowed: (object: KubernetesObject) => boolean;
  readonly #followed = new Map<string, EventReader>();
  readonly #countsReported = new Map<string, number>();
  /** By the Event's uid, in the order in which they were seen; `topmost` is the uid that has to become known. */
  readonly #unplaced = new Map<string, { event: KubernetesEvent; topmost: string }>();
  readonly #waitingFor = new Map<string, Set<string>>();

  /** `willBeFollowed` tells an object whose following may still begin, so that its Events are kept. */
  constructor(objects: Ancestry, willBeFollowed: (object: KubernetesObject) => boolean = () => true) {
    this.#objects = objects;
    this.#willBeFollowed = willBeFollowed;
  }

  /** From now on, and for the Events seen before, reports those of the object with this uid and of what it owns. */
  follow(uid: string, report: EventReader): void {
    this.#followed.set(uid, report);
    this.known(uid);
  }

  /** An Event that the server holds, new or repeated. */
  see(event: KubernetesEvent): void {
    const line = this.#objects.ancestry(event.involvedObject.uid ?? '');
    const report = line.map((uid) => this.#followed.get(uid)).find((found) => found !== undefined);
    if (report) {
      this.#forget(event);
      this.#reportOnce(event, report);
    } else {
      this.#keep(event, line.at(-1) ?? '');
    }
  }

  /** Something was learned of this object: Events that waited for it are looked at again, in the order of their coming. */
  known(uid: string): void {
    const waiting = this.#waitingFor.get(uid);
    if (!waiting) return;
    for (const [eventUid, { event }] of [...this.#unplaced]) if (waiting.has(eventUid)) this.see(event);
  }

  /** The server does not hold it any more, so it does not come again. */
  expired(uid: string): void {
    this.#countsReported.delete(uid);
  }

  #keep(event: KubernetesEvent, topmost: string): void {
    const uid = event.metadata.uid ?? '';
    const owner = this.#objects.get(topmost);
    if (owner && !this.#willBeFollowed(owner)) {
      this.#forget(event);
      return;
    }
    const place = this.#unplaced.get(uid)?.topmost;
    if (place !== undefined && place !== topmost) this.#waitingFor.get(place)?.delete(uid);
    this.#unplaced.set(uid, { event, topmost });
    this.#waitingFor.set(topmost, (this.#waitingFor.get(topmost) ?? new Set()).add(uid));
    const [oldest] = this.#unplaced.values();
    if (this.#unplaced.size > MOST_UNPLACED && oldest) this.#forget(oldest.event);
  }

  #forget({ metadata: { uid = '' } }: KubernetesEvent): void {
    const topmost = this.#unplaced.get(uid)?.topmost;
    if (topmost === undefined) return;
    this.#unplaced.delete(uid);
    const others = this.#waitingFor.get(topmost);
    others?.delete(uid);
    if (others?.size === 0) this.#waitingFor.delete(topmost);
  }

  #reportOnce(event: KubernetesEvent, report: EventReader): void {
    const reported = reportedEvent(event);
    // A watch that was opened at another server may bring what is over.
    if ((this.#countsReported.get(reported.uid) ?? -1) >= reported.count) return;
    this.#countsReported.set(reported.uid, reported.count);
    report(reported, event);
  }
}
