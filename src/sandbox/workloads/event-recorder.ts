import { ApiFailure } from '../api-server/api-failure.ts';
import { createObject } from '../api-server/create-object.ts';
import type { KubernetesObject } from '../api-server/objects.ts';
import type { ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';
import { microTimestamp, timestamp } from '../api-server/timestamps.ts';
import { updateObject } from '../api-server/update-object.ts';

export type EventSource = { component: string; host?: string };

export type RecordedEvent = { type: 'Normal' | 'Warning'; reason: string; message: string };

/** Ten different messages with one reason within ten minutes are told as one from then on. */
const similarLimit = 10;
const similarWindow = 600_000;

/**
 * Writes Events as client-go's recorder does: a repeated event raises the count of the first one.
 * https://github.com/kubernetes/client-go/blob/master/tools/record/events_cache.go
 */
export class EventRecorder {
  readonly #store: Store;
  readonly #events: ResourceType;
  readonly #source: EventSource;
  readonly #manager: string;
  #names = new Map<string, string>();
  #similar = new Map<string, { messages: Set<string>; last: number }>();
  static #sequence = 0;

  constructor(store: Store, source: EventSource, manager: string) {
    this.#store = store;
    this.#events = store.typeOf('', 'events') as ResourceType;
    this.#source = source;
    this.#manager = manager;
  }

  record(object: KubernetesObject, event: RecordedEvent): void {
    const { key, message } = this.#aggregate(object, event);
    const { namespace = 'default' } = object.metadata;
    const now = this.#store.now();
    const name = this.#names.get(key);
    const context = { manager: this.#manager };
    if (name !== undefined && this.#store.find(this.#events, namespace, name)) {
      const repeat = (copy: KubernetesObject) => ({
        ...copy,
        count: Number(copy.count ?? 1) + 1,
        lastTimestamp: timestamp(now),
        message,
      });
      updateObject(this.#store, this.#events, namespace, name, repeat, context);
      return;
    }
    const created = this.#create(object, {
      ...event,
      message,
      count: 1,
      firstTimestamp: timestamp(now),
      lastTimestamp: timestamp(now),
      source: this.#source,
      reportingComponent: this.#source.component,
      reportingInstance: this.#source.host ?? '',
    });
    if (created) this.#names.set(key, created.metadata.name);
  }

  /** The newer kind, as the scheduler writes them: eventTime and action, no count and no other times. */
  recordOnce(object: KubernetesObject, event: RecordedEvent & { action: string; reportingInstance: string }): void {
    this.#create(object, {
      ...event,
      eventTime: microTimestamp(this.#store.now()),
      reportingComponent: this.#source.component,
    });
  }

  #create({ apiVersion, kind, metadata }: KubernetesObject, content: object): KubernetesObject | undefined {
    const { name, namespace = 'default', uid, resourceVersion } = metadata;
    // Nanoseconds since 1970 in hexadecimal, as in real names; the sequence makes up for our coarse clock.
    const nanoseconds =
      BigInt(this.#store.now().getTime()) * 1_000_000n + BigInt(EventRecorder.#sequence++ % 1_000_000);
    const event = {
      metadata: { name: `${name}.${nanoseconds.toString(16)}`, namespace },
      involvedObject: { kind, namespace, name, uid, apiVersion, resourceVersion },
      ...content,
    };
    try {
      return createObject(this.#store, this.#events, namespace, event, { manager: this.#manager });
    } catch (error) {
      // Events are commentary: one that a terminating namespace refuses is simply lost.
      if (error instanceof ApiFailure) return undefined;
      throw error;
    }
  }

  #aggregate(
    { metadata }: KubernetesObject,
    { type, reason, message }: RecordedEvent,
  ): { key: string; message: string } {
    const group = JSON.stringify([metadata.uid, type, reason]);
    const now = this.#store.now().getTime();
    let similar = this.#similar.get(group);
    if (!similar || now - similar.last > similarWindow) similar = { messages: new Set(), last: now };
    similar.messages.add(message);
    similar.last = now;
    this.#similar.set(group, similar);
    if (similar.messages.size < similarLimit) return { key: `${group}${message}`, message };
    return { key: group, message: `(combined from similar events): ${message}` };
  }
}
