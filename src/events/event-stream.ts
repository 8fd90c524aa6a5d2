import type { KubernetesEvent, KubernetesObject } from '../kubernetes/objects.ts';
import type { ReportedEvent } from '../progress/progress.ts';
import { podMadeBy, podOf } from './pods-made.ts';
import { reportedEvent } from './reported-event.ts';

/** What has to be known of objects to say whose an Event is. */
export interface Ancestry {
  get(uid: string): KubernetesObject | undefined;
  /** The object's own uid and those of its owners, up to the topmost known. */
  ownerChain(uid: string): string[];
}

/** Told of an Event what this program reads of it, all that the server holds, and whether it is a repetition. */
export type EventReader = (event: ReportedEvent, whole: KubernetesEvent, isRepeated: boolean) => void;

/** Events of objects that nothing is known of are kept, newest last, up to this many. */
const MOST_UNPLACED = 10_000;
/** As many pods are remembered whose ReplicaSet has said that it made them. */
const MOST_PODS_MADE = 10_000;

/** An Event of which nobody knows yet whose it is. */
interface Unplaced {
  event: KubernetesEvent;
  /** That of the coming of all that wait. */
  order: number;
  /** What has to become known: the uid of its topmost owner, or the pod. */
  waitsFor: readonly string[];
}

/**
 * Picks from a namespace's Events those of the followed objects and of everything that they own, by uid, so that an
 * earlier object of the same name stays out. Each is reported once, and again when it is repeated. An Event that comes
 * before its object is known, or before its owner is followed, waits until it is. A pod that came and went while its
 * watch was away is known by the Event of the ReplicaSet that made it.
 */
export class EventStream {
  readonly #objects: Ancestry;
  readonly #willBeFollowed: (object: KubernetesObject) => boolean;
  readonly #followed = new Map<string, EventReader>();
  readonly #countsReported = new Map<string, number>();
  readonly #podsMade = new Map<string, EventReader>();
  /** By the Event's uid, oldest first. */
  readonly #unplaced = new Map<string, Unplaced>();
  /** The uids of Events, by what they wait for. */
  readonly #waiting = new Map<string, Set<string>>();
  #seen = 0;

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
    const uid = event.involvedObject.uid ?? '';
    const line = this.#objects.ownerChain(uid);
    const unseenPod = line.length === 1 && !this.#objects.get(uid) ? podOf(event) : undefined;
    const report =
      line.map((member) => this.#followed.get(member)).find((found) => found !== undefined) ??
      this.#podsMade.get(unseenPod ?? '');
    if (report) {
      this.#forget(event);
      this.#reportOnce(event, report);
    } else {
      this.#keep(event, line.at(-1) ?? '', unseenPod);
    }
  }

  /** Something was learned of this object: Events that waited for it are looked at again, in the order of their coming. */
  known(uid: string): void {
    const waiting = this.#waiting.get(uid);
    if (!waiting) return;
    const events = [...waiting].flatMap((event) => this.#unplaced.get(event) ?? []);
    for (const { event } of events.sort((one, other) => one.order - other.order)) this.see(event);
  }

  /** It was reported to whoever follows, though not from here: it is only when it is repeated. */
  reported(event: KubernetesEvent): void {
    const { uid, count } = reportedEvent(event);
    this.#countsReported.set(uid, count);
  }

  /** The server does not hold it any more, so it does not come again. */
  expired(uid: string): void {
    this.#countsReported.delete(uid);
  }

  #keep(event: KubernetesEvent, topmost: string, unseenPod: string | undefined): void {
    const uid = event.metadata.uid ?? '';
    const owner = this.#objects.get(topmost);
    if (owner && !this.#willBeFollowed(owner)) {
      this.#forget(event);
      return;
    }
    const order = this.#unplaced.get(uid)?.order ?? ++this.#seen;
    this.#stopWaiting(uid);
    const waitsFor = unseenPod === undefined ? [topmost] : [topmost, unseenPod];
    this.#unplaced.set(uid, { event, order, waitsFor });
    for (const one of waitsFor) this.#waiting.set(one, (this.#waiting.get(one) ?? new Set()).add(uid));
    const [oldest] = this.#unplaced.values();
    if (this.#unplaced.size > MOST_UNPLACED && oldest) this.#forget(oldest.event);
  }

  #forget({ metadata: { uid = '' } }: KubernetesEvent): void {
    this.#stopWaiting(uid);
    this.#unplaced.delete(uid);
  }

  #stopWaiting(uid: string): void {
    for (const one of this.#unplaced.get(uid)?.waitsFor ?? []) {
      const others = this.#waiting.get(one);
      others?.delete(uid);
      if (others?.size === 0) this.#waiting.delete(one);
    }
  }

  #reportOnce(event: KubernetesEvent, report: EventReader): void {
    const reported = reportedEvent(event);
    // A watch that was opened at another server may bring what is over.
    const before = this.#countsReported.get(reported.uid);
    if ((before ?? -1) >= reported.count) return;
    this.#countsReported.set(reported.uid, reported.count);
    report(reported, event, before !== undefined);
    const made = podMadeBy(event);
    if (made !== undefined) this.#rememberMade(made, report);
  }

  #rememberMade(pod: string, report: EventReader): void {
    this.#podsMade.set(pod, report);
    const [oldest = ''] = this.#podsMade.keys();
    if (this.#podsMade.size > MOST_PODS_MADE) this.#podsMade.delete(oldest);
    this.known(pod);
  }
}
