import { isNewer } from '../cluster/resource-version.ts';
import type { KubernetesEvent } from '../kubernetes/objects.ts';
import type { ReportedEvent } from '../progress/progress.ts';

const TELLING = new Set(['Killing', 'Pulling', 'Pulled', 'BackOff']);

/** Whether it may tell why something is not as it should be: the Warnings, and what a kubelet says of its images and of killing. */
export function tellsWhy({ type, reason = '' }: Pick<KubernetesEvent, 'type' | 'reason'>): boolean {
  return type === 'Warning' || TELLING.has(reason);
}

/** Of one object; each repetition counts in its Event. */
const MOST_OF_ONE = 50;
/** Whoever watches for weeks sees pods without end; those that were told of last stand for all. */
const MOST_OBJECTS = 10_000;

/** Which Events there were of a deployment and all that it owns, as far as somebody asks. */
export class SeenEvents {
  readonly #reasons = new Set<string>();
  /** The newest Warning of each object, by its uid, with the resourceVersion of the Event. */
  readonly #warnings = new Map<string, { event: ReportedEvent; version: string }>();
  /** Of each object, by the uid of the Event: what tells why something is not as it should be. */
  readonly #ofObject = new Map<string, Map<string, ReportedEvent>>();
  readonly #listeners = new Set<() => void>();

  see(event: ReportedEvent, { metadata: { resourceVersion: version = '0' } }: KubernetesEvent): void {
    this.#reasons.add(event.reason);
    if (event.type === 'Warning' && !event.benign) this.#seeWarning(event, version);
    if (tellsWhy(event)) this.#keep(event);
    for (const listener of this.#listeners) listener();
  }

  /** What happened before anybody watched: it is evidence, and no news. */
  recall(events: readonly ReportedEvent[]): void {
    for (const event of events) {
      const isKnown = this.#ofObject.get(event.object.uid)?.has(event.uid) ?? false;
      if (!isKnown) this.#keep(event);
    }
    for (const listener of this.#listeners) listener();
  }

  /** The Warnings of the object with this uid, and what a kubelet says of its images and of killing. */
  of(uid: string): readonly ReportedEvent[] {
    return [...(this.#ofObject.get(uid)?.values() ?? [])];
  }

  hasSeen(reason: string): boolean {
    return this.#reasons.has(reason);
  }

  /** The newest Warning of the object with this uid. */
  lastWarning(uid: string): ReportedEvent | undefined {
    return this.#warnings.get(uid)?.event;
  }

  /** The newest Warning of each object that has one; what mends itself is none. */
  get warnings(): ReportedEvent[] {
    return [...this.#warnings.values()].map(({ event }) => event);
  }

  /** Calls back after each; the answer ends that. */
  onSeen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #keep(event: ReportedEvent): void {
    const { uid } = event.object;
    const kept = this.#ofObject.get(uid) ?? new Map<string, ReportedEvent>();
    kept.set(event.uid, event);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_OF_ONE) break;
      kept.delete(oldest);
    }
    keepLast(this.#ofObject, uid, kept);
  }

  /** A list and a watch bring them in no order. */
  #seeWarning(event: ReportedEvent, version: string): void {
    const { uid } = event.object;
    const known = this.#warnings.get(uid);
    const [before, after] = [known?.event.lastTime ?? 0, event.lastTime ?? 0];
    const isOld = before > after || (before === after && isNewer(known?.version ?? '0', version));
    if (!isOld) keepLast(this.#warnings, uid, { event, version });
  }
}

function keepLast<Value>(ofObjects: Map<string, Value>, uid: string, value: Value): void {
  ofObjects.delete(uid);
  ofObjects.set(uid, value);
  const [oldest = ''] = ofObjects.keys();
  if (ofObjects.size > MOST_OBJECTS) ofObjects.delete(oldest);
}
