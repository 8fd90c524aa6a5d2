import { builtinResources } from '../../src/sandbox/api-server/builtin-resources.ts';
import { createObject } from '../../src/sandbox/api-server/create-object.ts';
import { customResource } from '../../src/sandbox/api-server/custom-resource.ts';
import { type DeleteOptions, deleteObject } from '../../src/sandbox/api-server/delete-object.ts';
import type { JsonObject, KubernetesObject } from '../../src/sandbox/api-server/objects.ts';
import { prepareCluster } from '../../src/sandbox/api-server/prepare-cluster.ts';
import type { ResourceType } from '../../src/sandbox/api-server/resource-type.ts';
import { Store } from '../../src/sandbox/api-server/store.ts';
import { updateObject } from '../../src/sandbox/api-server/update-object.ts';
import type { Change } from '../../src/sandbox/api-server/watch-history.ts';
import { startWorkloads } from '../../src/sandbox/workloads/start.ts';
import type { Deployment, Pod, ReplicaSet } from '../../src/sandbox/workloads/workload-objects.ts';
import { FakeClock } from '../fake-clock.ts';
import { widgetCrd } from './widget-crd.ts';

const test = { manager: 'test' };

/** A cluster without its HTTP side, whose time is turned by hand. */
export function startTestCluster() {
  const clock = new FakeClock();
  const store = new Store(clock, [...builtinResources(), customResource(widgetCrd)]);
  prepareCluster(store, [widgetCrd]);
  startWorkloads(store);
  const typeOf = (kind: string) => store.types.find((type) => type.kind === kind) as ResourceType;
  const find = <T extends KubernetesObject>(kind: string, name: string) =>
    store.find(typeOf(kind), typeOf(kind).namespaced ? 'default' : undefined, name) as T | undefined;
  return {
    clock,
    store,
    typeOf,
    find,
    create: (kind: string, object: JsonObject, namespace = 'default') =>
      createObject(store, typeOf(kind), typeOf(kind).namespaced ? namespace : undefined, object, test),
    update: (kind: string, name: string, change: (object: KubernetesObject) => void) =>
      updateObject(store, typeOf(kind), 'default', name, changed(change), test),
    delete: (kind: string, name: string, options: DeleteOptions = {}) =>
      deleteObject(store, typeOf(kind), typeOf(kind).namespaced ? 'default' : undefined, name, options),
    names: (kind: string) => store.list(typeOf(kind)).map(({ metadata }) => metadata.name),
    deployment: (name: string) => find<Deployment>('Deployment', name) as Deployment,
    replicaSets: () => store.list(typeOf('ReplicaSet')) as ReplicaSet[],
    pods: () => store.list(typeOf('Pod')) as Pod[],
    /** `Type Reason Kind: message` of all events, in the order they were written. */
    events: () => eventLines(store.list(typeOf('Event'))),
    /** What is told of a kind from now on. */
    record: (kind: string): Change[] => {
      const changes: Change[] = [];
      store.subscribe(typeOf(kind), (change) => changes.push(change));
      return changes;
    },
  };
}

function changed(change: (object: KubernetesObject) => void) {
  return (copy: KubernetesObject) => {
    change(copy);
    return copy;
  };
}

function eventLines(events: KubernetesObject[]): string[] {
  const byTime = [...events].sort((a, b) =>
    (a.metadata.name.split('.')[1] ?? '').localeCompare(b.metadata.name.split('.')[1] ?? ''),
  );
  return byTime.map(({ type, reason, message, count, involvedObject }) => {
    const times = Number(count) > 1 ? ` (x${count})` : '';
    return `${type} ${reason} ${(involvedObject as JsonObject).kind}: ${withoutGeneratedNames(String(message))}${times}`;
  });
}

/** `web-8f5hn…-x2k4p` → `web-RS-POD`. */
export function withoutGeneratedNames(text: string): string {
  const letter = '[bcdfghjklmnpqrstvwxz2456789]';
  return text
    .replace(new RegExp(`-${letter}{10}-${letter}{5}`, 'g'), '-RS-POD')
    .replace(new RegExp(`-${letter}{10}`, 'g'), '-RS');
}

export function deploymentOf(name: string, image: string, spec: JsonObject = {}): JsonObject {
  return {
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image }] } },
      ...spec,
    },
  };
}
