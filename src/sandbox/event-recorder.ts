import type { Clock } from '../clock.ts';
import { timestamp } from './api-server/timestamps.ts';

const BURST = 25;
const REFILL_MS = 300_000;
const SIMILAR_MAX = 10;
const SIMILAR_MS = 600_000;

export interface EventSource {
  component: string;
  host?: string;
}

export interface EventText {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** Which part of the object it is about: spec.containers{classifier} */
  fieldPath?: string;
}

/** What an Event is about. */
export interface RecordedObject {
  apiVersion?: string;
  kind?: string;
  metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string };
}

export interface RecordedEvent extends Omit<EventText, 'fieldPath'> {
  apiVersion: 'v1';
  kind: 'Event';
  metadata: { name: string; namespace: string };
  involvedObject: Record<string, string | undefined>;
  source: EventSource;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
}

/** Takes what is to be in the cluster: a new Event, or with a count above 1 the one of that name, raised. */
export type EventSink = (event: RecordedEvent) => void;

/**
 * Makes Events as client-go's recorder does: an Event that repeats is patched (count, lastTimestamp) instead of
 * written anew; ten messages of one reason within ten minutes are combined into one Event; and an object gets 25
 * Events of one source at once, then one each five minutes. What is over that is lost.
 * Source: https://github.com/kubernetes/client-go/blob/v0.36.3/tools/record/events_cache.go
 */
export class EventRecorder {
  readonly #clock: Clock;
  readonly #source: EventSource;
  readonly #sink: EventSink;
  readonly #written = new Map<string, { name: string; count: number; firstTimestamp: string }>();
  readonly #similar = new Map<string, { messages: Set<string>; at: number }>();
  readonly #budgets = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock, source: EventSource, sink: EventSink) {
    this.#clock = clock;
    this.#source = source;
    this.#sink = sink;
  }

  record(object: RecordedObject, { fieldPath, ...text }: EventText): void {
    const involvedObject = { ...reference(object), ...(fieldPath !== undefined && { fieldPath }) };
    const { message, key } = this.#combined(JSON.stringify([objectKey(involvedObject), fieldPath]), text);
    const now = this.#clock.now();
    const time = timestamp(new Date(now));
    const before = this.#written.get(key);
    const event: RecordedEvent = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: before?.name ?? eventName(object, now), namespace: object.metadata.namespace ?? 'default' },
      involvedObject,
      ...text,
      message,
      source: this.#source,
      count: (before?.count ?? 0) + 1,
      firstTimestamp: before?.firstTimestamp ?? time,
      lastTimestamp: time,
    };
    // Counted before it is known whether it will be written: a later patch may jump over several.
    this.#written.set(key, { name: event.metadata.name, count: event.count, firstTimestamp: event.firstTimestamp });
    if (this.#withinBudget(objectKey(involvedObject))) this.#sink(event);
  }

  #combined(object: string, { type, reason, message }: EventText): { message: string; key: string } {
    const now = this.#clock.now();
    const reasonKey = JSON.stringify([object, type, reason]);
    let similar = this.#similar.get(reasonKey);
    if (!similar || now - similar.at > SIMILAR_MS) similar = { messages: new Set(), at: now };
    similar.at = now;
    similar.messages.add(message);
    this.#similar.set(reasonKey, similar);
    if (similar.messages.size < SIMILAR_MAX) return { message, key: `${reasonKey}/${message}` };
    const [oldest = ''] = similar.messages;
    similar.messages.delete(oldest);
    return { message: `(combined from similar events): ${message}`, key: reasonKey };
  }

  /** One budget for all reasons of an object. */
  #withinBudget(object: string): boolean {
    const now = this.#clock.now();
    const before = this.#budgets.get(object) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, before.tokens + (now - before.at) / REFILL_MS);
    this.#budgets.set(object, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1;
  }
}

export function reference({ apiVersion, kind, metadata }: RecordedObject): RecordedEvent['involvedObject'] {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { apiVersion, kind, namespace, name, uid, resourceVersion };
}

let lastNanoseconds = 0n;

/** The name and the time in nanoseconds; the clock has only milliseconds, so names made within one are counted up. */
export function eventName({ metadata }: RecordedObject, now: number): string {
  const nanoseconds = BigInt(Math.floor(now)) * 1_000_000n;
  lastNanoseconds = nanoseconds > lastNanoseconds ? nanoseconds : lastNanoseconds + 1n;
  return `${metadata.name}.${lastNanoseconds.toString(16)}`;
}

const objectKey = ({ kind, namespace, name, uid }: RecordedEvent['involvedObject']) =>
  JSON.stringify([kind, namespace, name, uid]);
