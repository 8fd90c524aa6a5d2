import { type Clock, sleep } from '../../clock.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { EventRecorder, type EventText, type RecordedEvent } from '../event-recorder.ts';
import { ApiError, isNotFound, kinds, type OperatorClient } from './client.ts';

const COMPONENT = 'seldon-controller-manager';
const TRIES = 12;
const RETRY_MS = 10_000;

/**
 * The operator's Events about SeldonDeployments. They are sent one after the other, and nobody waits for it.
 * Source: https://github.com/kubernetes/client-go/blob/v0.36.3/tools/record/event.go
 */
export class EventSender {
  readonly #client: OperatorClient;
  readonly #clock: Clock;
  readonly #recorder: EventRecorder;
  #queue: Promise<void> = Promise.resolve();
  readonly #stopped = new AbortController();

  constructor(client: OperatorClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#recorder = new EventRecorder(clock, { component: COMPONENT }, (event) => {
      this.#queue = this.#queue.then(() => this.#send(event));
    });
  }

  record({ metadata }: KubernetesObject, text: EventText): void {
    const { apiVersion, kind } = kinds.seldonDeployment;
    this.#recorder.record({ apiVersion, kind, metadata }, text);
  }

  /** Once everything recorded so far is sent. */
  async flushed(): Promise<void> {
    await this.#queue;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #send(event: RecordedEvent): Promise<void> {
    for (let tries = 0; tries < TRIES && !this.#stopped.signal.aborted; tries++) {
      try {
        return await this.#write(event);
      } catch (error) {
        // Refused for good, for example because the namespace is being deleted.
        if (error instanceof ApiError) return;
        await sleep(this.#clock, RETRY_MS, this.#stopped.signal);
      }
    }
  }

  async #write(event: RecordedEvent): Promise<void> {
    const { name, namespace } = event.metadata;
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
}
