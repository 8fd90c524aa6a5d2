import type { ReportedEvent } from '../progress/progress.ts';

/** Which Events there were of a deployment and all that it owns, as far as its steps ask. */
export class SeenEvents {
  readonly #byReason = new Map<string, ReportedEvent>();
  /** The newest Warning of each object, by its uid. */
  readonly #warnings = new Map<string, ReportedEvent>();
  readonly #listeners = new Set<() => void>();

  see(event: ReportedEvent): void {
    this.#byReason.set(event.reason, event);
    if (event.type === 'Warning' && !event.benign) this.#warnings.set(event.object.uid, event);
    for (const listener of this.#listeners) listener();
  }

  /** The newest one of this reason. */
  ofReason(reason: string): ReportedEvent | undefined {
    return this.#byReason.get(reason);
  }

  /** The newest Warning of the object with this uid. */
  lastWarning(uid: string): ReportedEvent | undefined {
    return this.#warnings.get(uid);
  }

  /** The newest Warning of each object that has one; what mends itself is none. */
  get warnings(): ReportedEvent[] {
    return [...this.#warnings.values()];
  }

  /** Calls back after each; the answer ends that. */
  onSeen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
