import { ApiFailure } from '../api-server/api-failure.ts';
import { createObject } from '../api-server/create-object.ts';
import type { KubernetesObject } from '../api-server/objects.ts';
import type { ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';
import { microTimestamp } from '../api-server/timestamps.ts';
import { updateObject } from '../api-server/update-object.ts';
import {
  EventRecorder,
  type EventSource,
  type EventText,
  eventName,
  type RecordedEvent,
  reference,
} from '../event-recorder.ts';

/** Records Events straight into the store, so that they are there before whatever a controller writes next. */
export function storeEvents(store: Store, source: EventSource, manager: string): EventRecorder {
  return new EventRecorder(store.clock, source, (event) => {
    if (event.count > 1 && raise(store, event, manager)) return;
    const { component, host } = source;
    create(store, { ...event, reportingComponent: component, reportingInstance: host ?? '' }, manager);
  });
}

/** An Event of the newer kind, as the scheduler writes them: eventTime and action, no count and no other times. */
export function recordOnce(
  store: Store,
  object: KubernetesObject,
  event: EventText & { action: string; reportingComponent: string; reportingInstance: string },
  manager: string,
): void {
  const now = store.now();
  const { namespace = 'default' } = object.metadata;
  const metadata = { name: eventName(object, now.getTime()), namespace };
  create(store, { metadata, involvedObject: reference(object), ...event, eventTime: microTimestamp(now) }, manager);
}

function raise(store: Store, { metadata, count, lastTimestamp, message }: RecordedEvent, manager: string): boolean {
  const { name, namespace } = metadata;
  if (!store.find(eventsOf(store), namespace, name)) return false;
  const change = (copy: KubernetesObject) => ({ ...copy, count, lastTimestamp, message });
  updateObject(store, eventsOf(store), namespace, name, change, { manager });
  return true;
}

function create(
  store: Store,
  event: { metadata: RecordedEvent['metadata'] } & Record<string, unknown>,
  manager: string,
): void {
  try {
    createObject(store, eventsOf(store), event.metadata.namespace, event, { manager });
  } catch (error) {
    // Events are commentary: one that a terminating namespace refuses is simply lost.
    if (!(error instanceof ApiFailure)) throw error;
  }
}

const eventsOf = (store: Store) => store.typeOf('', 'events') as ResourceType;
