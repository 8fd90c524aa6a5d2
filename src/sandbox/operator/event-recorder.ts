import { type Clock, sleep } from '../../clock.ts';
import { ApiError, isNotFound, type KubeObject, kinds, type OperatorClient } from './client.ts';

const COMPONENT = 'seldon-controller-manager';

/** Source: https://github.com/kubernetes/client-go/blob/v0.36.3/tools/record/events_cache.go */
const BURST = 25;
const REFILL_MS = 300_000;
const SIMILAR_MAX = 10;
const SIMILAR_MS = 600_000;
const TRIES = 12;
const RETRY_MS = 10_000;

export interface RecordedEvent extends KubeObject {
  involvedObject: Record<string, string | undefined>;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  source: { component: string };
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
}

/**
 * Writes Events as client-go's recorder does: an Event that repeats is patched (count, lastTimestamp) instead of
 * written anew; ten messages of one reason within ten minutes are combined into one Event; and an object gets 25
 * Events at once, then one each five minutes. What is over that is lost.
 */
export class EventRecorder {
  readonly #client: OperatorClient;
  readonly #clock: Clock;
  readonly #written = new Map<string, { name: string; count: number; firstTimestamp: string }>();
  readonly #similar = new Map<string, { messages: Set<string>; at: number }>();
  readonly #budgets = new Map<string, { tokens: number; at: number }>();
  #queue: Promise<void> = Promise.resolve();
  readonly #stopped = new AbortController();

  constructor(client: OperatorClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Queues an Event about `object`; they are written one after the other, and nobody waits for it. */
  record(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const { apiVersion, kind } = kinds.seldonDeployment;
    const now = this.#clock.now();
    const involvedObject = { apiVersion, kind, namespace, name, uid, resourceVersion };
    const event: RecordedEvent = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName(name, now), namespace: namespace ?? 'default' },
      involvedObject,
      type,
      reason,
      message,
      source: { component: COMPONENT },
      count: 1,
      firstTimestamp: timestamp(now),
      lastTimestamp: timestamp(now),
    };
    this.#queue = this.#queue.then(() => this.#write(event));
  }

  /** Once everything recorded so far is written. */
  async flushed(): Promise<void> {
    await this.#queue;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #write(recorded: RecordedEvent): Promise<void> {
    const { event, key } = this.#combined(recorded);
    const before = this.#written.get(key);
    if (before) {
      event.metadata.name = before.name;
      event.firstTimestamp = before.firstTimestamp;
      event.count = before.count + 1;
    }
    // Counted before it is known whether it will be written: a later patch may jump over several.
    this.#written.set(key, { name: event.metadata.name, count: event.count, firstTimestamp: event.firstTimestamp });
    if (!this.#withinBudget(event)) return;
    for (let tries = 0; tries < TRIES && !this.#stopped.signal.aborted; tries++) {
      try {
        return await this.#send(event);
      } catch (error) {
        // Refused for good, for example because the namespace is being deleted.
        if (error instanceof ApiError) return;
        await sleep(this.#clock, RETRY_MS, this.#stopped.signal);
      }
    }
  }

  async #send(event: RecordedEvent): Promise<void> {
    const { name, namespace = 'default' } = event.metadata;
    if (event.count > 1) {
      const { count, lastTimestamp, message } = event;
      try {
        await this.#client.patch(kinds.event, namespace, name, { count, lastTimestamp, message });
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    await this.#client.create(kinds.event, event);
  }

  #combined(event: RecordedEvent): { event: RecordedEvent; key: string } {
    const now = this.#clock.now();
    const reasonKey = `${objectKey(event)}/${event.type}/${event.reason}`;
    let similar = this.#similar.get(reasonKey);
    if (!similar || now - similar.at > SIMILAR_MS) similar = { messages: new Set(), at: now };
    similar.at = now;
    similar.messages.add(event.message);
    this.#similar.set(reasonKey, similar);
    if (similar.messages.size < SIMILAR_MAX) return { event, key: `${reasonKey}/${event.message}` };
    for (const message of similar.messages) {
      similar.messages.delete(message);
      break;
    }
    const message = `(combined from similar events): ${event.message}`;
    return { event: { ...event, metadata: { ...event.metadata }, message }, key: reasonKey };
  }

  /** One budget for all reasons of an object. */
  #withinBudget(event: RecordedEvent): boolean {
    const now = this.#clock.now();
    const before = this.#budgets.get(objectKey(event)) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, before.tokens + (now - before.at) / REFILL_MS);
    this.#budgets.set(objectKey(event), { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1;
  }
}

let lastNanoseconds = 0n;

/** The name and the time in nanoseconds; the clock has only milliseconds, so names made within one are counted up. */
function eventName(objectName: string, now: number): string {
  const nanoseconds = BigInt(Math.floor(now)) * 1_000_000n;
  lastNanoseconds = nanoseconds > lastNanoseconds ? nanoseconds : lastNanoseconds + 1n;
  return `${objectName}.${lastNanoseconds.toString(16)}`;
}

const objectKey = ({ involvedObject }: RecordedEvent) =>
  `${involvedObject.namespace}/${involvedObject.name}/${involvedObject.uid}`;

const timestamp = (now: number) => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
