import { copyOf } from '../../json-copy.ts';
import { ownValue } from '../../own-values.ts';
import {
  admitPod,
  defaultAutoscaler,
  defaultDeployment,
  defaultEvent,
  defaultPod,
  defaultReplicaSet,
  defaultSecret,
  defaultService,
  labelNamespace,
} from './builtin-defaults.ts';
import { declaredFields, withDeclaredFields } from './declared-fields.ts';
import { defaultLimitRange } from './limit-ranges.ts';
import { mergeSchemas, plainObject } from './managed-fields/builtin-merge-schemas.ts';
import { isJsonObject, type JsonObject, type KubernetesObject } from './objects.ts';
import { allVerbs, type ResourceType } from './resource-type.ts';
import { columnsOf } from './table-columns.ts';

type Particulars = Partial<ResourceType> & { shortNames?: string[] };

function builtin(
  group: string,
  version: string,
  kind: string,
  plural: string,
  particulars: Particulars = {},
): ResourceType {
  const columns = columnsOf(kind);
  const fields = declaredFields(kind);
  return {
    group,
    version,
    servedVersions: [version],
    kind,
    listKind: `${kind}List`,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: allVerbs,
    hasStatus: false,
    mergeSchema: withDeclaredFields(ownValue(mergeSchemas, kind) ?? plainObject, fields),
    ...(fields && { fields }),
    emptyObject: { metadata: {} },
    generation: 'none',
    allowsUnconditionalUpdate: true,
    returnsDeletedObject: false,
    ...(columns ? { columns } : {}),
    ...particulars,
  };
}

const scale = {
  specReplicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  labelSelector: ['spec', 'selector'],
};

const emptyTemplate = { metadata: {}, spec: { containers: null } };

const emptyEvent = {
  metadata: {},
  involvedObject: {},
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: '',
  reportingInstance: '',
};

const noDisruptions = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };

/** A pod that no kubelet has seen ends at once, like one that has already run to its end. */
function podGracePeriod(pod: KubernetesObject): number {
  const spec = pod.spec as JsonObject;
  const phase = isJsonObject(pod.status) ? pod.status.phase : undefined;
  if (!spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
  return Number(spec.terminationGracePeriodSeconds ?? 30);
}

/** The kinds of https://kubernetes.io/docs/reference/kubernetes-api/ that the sandbox serves. */
export function builtinResources(): ResourceType[] {
  let services = 0;
  return [
    builtin('', 'v1', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
    builtin('', 'v1', 'Endpoints', 'endpoints', { shortNames: ['ep'] }),
    builtin('', 'v1', 'Event', 'events', { shortNames: ['ev'], applyDefaults: defaultEvent, emptyObject: emptyEvent }),
    builtin('', 'v1', 'Namespace', 'namespaces', {
      shortNames: ['ns'],
      namespaced: false,
      hasStatus: true,
      applyDefaults: labelNamespace,
      prepareForCreate: (namespace) => {
        namespace.spec = { finalizers: ['kubernetes'] };
        namespace.status = { phase: 'Active' };
      },
      emptyObject: { metadata: {}, spec: {}, status: {} },
      verbs: allVerbs.filter((verb) => verb !== 'deletecollection'),
    }),
    builtin('', 'v1', 'Node', 'nodes', {
      shortNames: ['no'],
      namespaced: false,
      hasStatus: true,
      // A node may bring its status: kubelets do.
      emptyObject: { metadata: {}, spec: {} },
    }),
    builtin('', 'v1', 'Pod', 'pods', {
      shortNames: ['po'],
      categories: ['all'],
      hasStatus: true,
      generation: 'spec',
      applyDefaults: defaultPod,
      prepareForCreate: (pod) => {
        admitPod(pod);
        pod.status = { phase: 'Pending', qosClass: 'BestEffort' };
      },
      emptyObject: { metadata: {}, spec: { containers: null }, status: {} },
      gracePeriodSeconds: podGracePeriod,
      returnsDeletedObject: true,
    }),
    builtin('', 'v1', 'ResourceQuota', 'resourcequotas', {
      shortNames: ['quota'],
      hasStatus: true,
      prepareForCreate: (quota) => {
        quota.status = { hard: copyOf((quota.spec as JsonObject).hard ?? {}) };
      },
      emptyObject: { metadata: {}, spec: {}, status: {} },
      returnsDeletedObject: true,
    }),
    builtin('', 'v1', 'LimitRange', 'limitranges', {
      shortNames: ['limits'],
      applyDefaults: defaultLimitRange,
      emptyObject: { metadata: {}, spec: { limits: null } },
    }),
    builtin('', 'v1', 'Secret', 'secrets', {
      applyDefaults: defaultSecret,
    }),
    builtin('', 'v1', 'ServiceAccount', 'serviceaccounts', { shortNames: ['sa'], returnsDeletedObject: true }),
    builtin('', 'v1', 'Service', 'services', {
      shortNames: ['svc'],
      categories: ['all'],
      hasStatus: true,
      applyDefaults: defaultService,
      prepareForCreate: (service) => {
        const spec = service.spec as JsonObject;
        if (spec.type === 'ExternalName') return;
        services += 1;
        spec.ipFamilies ??= ['IPv4'];
        spec.ipFamilyPolicy ??= 'SingleStack';
        spec.clusterIP ??= `10.96.${Math.floor(services / 254) % 256}.${(services % 254) + 1}`;
        spec.clusterIPs ??= [spec.clusterIP];
      },
      emptyObject: { metadata: {}, spec: {}, status: { loadBalancer: {} } },
      returnsDeletedObject: true,
    }),
    builtin('apps', 'v1', 'Deployment', 'deployments', {
      shortNames: ['deploy'],
      categories: ['all'],
      hasStatus: true,
      scale,
      generation: 'spec',
      applyDefaults: defaultDeployment,
      emptyObject: { metadata: {}, spec: { selector: null, strategy: {}, template: emptyTemplate }, status: {} },
    }),
    builtin('apps', 'v1', 'ReplicaSet', 'replicasets', {
      shortNames: ['rs'],
      categories: ['all'],
      hasStatus: true,
      scale,
      generation: 'spec',
      applyDefaults: defaultReplicaSet,
      emptyObject: { metadata: {}, spec: { selector: null, template: emptyTemplate }, status: { replicas: 0 } },
    }),
    builtin('apps', 'v1', 'ControllerRevision', 'controllerrevisions', {
      emptyObject: { metadata: {}, revision: 0 },
    }),
    builtin('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
      shortNames: ['hpa'],
      categories: ['all'],
      hasStatus: true,
      applyDefaults: defaultAutoscaler,
      emptyObject: { metadata: {}, spec: { scaleTargetRef: {} }, status: { desiredReplicas: 0, currentMetrics: null } },
    }),
    builtin('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets', {
      shortNames: ['pdb'],
      hasStatus: true,
      generation: 'spec',
      emptyObject: { metadata: {}, spec: {}, status: noDisruptions },
      allowsUnconditionalUpdate: false,
    }),
    builtin('networking.k8s.io', 'v1', 'Ingress', 'ingresses', {
      shortNames: ['ing'],
      hasStatus: true,
      generation: 'spec',
      emptyObject: { metadata: {}, spec: {}, status: { loadBalancer: {} } },
    }),
    builtin('networking.k8s.io', 'v1', 'IngressClass', 'ingressclasses', {
      namespaced: false,
      generation: 'spec',
      emptyObject: { metadata: {}, spec: {} },
    }),
    builtin('coordination.k8s.io', 'v1', 'Lease', 'leases', {
      emptyObject: { metadata: {}, spec: {} },
      allowsUnconditionalUpdate: false,
    }),
    builtin('discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices', {}),
    builtin('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
      shortNames: ['crd', 'crds'],
      categories: ['api-extensions'],
      namespaced: false,
      hasStatus: true,
      generation: 'spec',
      allowsUnconditionalUpdate: false,
    }),
  ];
}
