import type { ListSchema, MergeSchema, StructSchema } from './merge-schema.ts';
import { any } from './merge-schema.ts';

/*
 * The lists of built-in kinds that are merged item by item, and the maps that are one field. All the rest follows the
 * general rule of an unknown value: maps field by field, lists as one field.
 * The marks are in https://github.com/kubernetes/api (+listType, +listMapKey, +mapType, patchMergeKey).
 */

function struct(fields: Record<string, MergeSchema>): StructSchema {
  return { type: 'struct', fields, open: true };
}

function keyed(keys: string[], element: MergeSchema = struct({}), defaults = {}): ListSchema {
  return { type: 'list', element, identity: 'keys', keys, defaults };
}

const set: ListSchema = { type: 'list', element: { type: 'scalar' }, identity: 'set' };
const stringMap: MergeSchema = { type: 'map', element: { type: 'scalar' } };
/** Whose values are texts and nothing else, which is checked. */
const texts: MergeSchema = { type: 'map', element: { type: 'scalar', accepts: 'string' } };
const atomic: StructSchema = { type: 'struct', fields: {}, open: true, atomic: true };

export const objectMeta = struct({
  labels: stringMap,
  annotations: stringMap,
  finalizers: set,
  ownerReferences: keyed(['uid'], atomic),
});

const environment = keyed(
  ['name'],
  struct({
    valueFrom: struct({
      configMapKeyRef: atomic,
      secretKeyRef: atomic,
      fieldRef: atomic,
      resourceFieldRef: atomic,
    }),
  }),
);

const container = struct({
  ports: keyed(['containerPort', 'protocol'], struct({}), { protocol: 'TCP' }),
  env: environment,
  volumeMounts: keyed(['mountPath']),
  volumeDevices: keyed(['devicePath']),
  resources: struct({ limits: stringMap, requests: stringMap }),
});

export const podSpec = struct({
  containers: keyed(['name'], container),
  initContainers: keyed(['name'], container),
  ephemeralContainers: keyed(['name'], container),
  volumes: keyed(['name']),
  imagePullSecrets: keyed(['name'], atomic),
  hostAliases: keyed(['ip']),
  topologySpreadConstraints: keyed(['topologyKey', 'whenUnsatisfiable'], struct({ labelSelector: atomic })),
  nodeSelector: { type: 'map', element: { type: 'scalar' }, atomic: true },
});

const conditions = keyed(['type']);
const template = struct({ metadata: objectMeta, spec: podSpec });

export const mergeSchemas: Record<string, MergeSchema> = {
  Pod: struct({
    metadata: objectMeta,
    spec: podSpec,
    status: struct({ conditions, podIPs: keyed(['ip']), hostIPs: { type: 'list', element: any, identity: 'atomic' } }),
  }),
  Deployment: struct({
    metadata: objectMeta,
    spec: struct({ selector: atomic, template }),
    status: struct({ conditions }),
  }),
  ReplicaSet: struct({
    metadata: objectMeta,
    spec: struct({ selector: atomic, template }),
    status: struct({ conditions }),
  }),
  Service: struct({
    metadata: objectMeta,
    spec: struct({
      ports: keyed(['port', 'protocol'], struct({}), { protocol: 'TCP' }),
      selector: { type: 'map', element: { type: 'scalar' }, atomic: true },
    }),
    status: struct({ conditions }),
  }),
  Namespace: struct({ metadata: objectMeta, status: struct({ conditions }) }),
  Node: struct({
    metadata: objectMeta,
    spec: struct({ podCIDRs: set }),
    status: struct({ conditions, addresses: keyed(['type']) }),
  }),
  Secret: struct({ metadata: objectMeta, data: texts, stringData: texts }),
  ConfigMap: struct({ metadata: objectMeta, data: texts, binaryData: texts }),
  ServiceAccount: struct({ metadata: objectMeta, secrets: keyed(['name']), imagePullSecrets: any }),
  HorizontalPodAutoscaler: struct({ metadata: objectMeta, status: struct({ conditions }) }),
  PodDisruptionBudget: struct({
    metadata: objectMeta,
    spec: struct({ selector: atomic }),
    status: struct({ conditions }),
  }),
  Event: struct({ metadata: objectMeta, involvedObject: atomic }),
};

export const plainObject: MergeSchema = struct({ metadata: objectMeta });
