import { INGRESS_API_VERSION, INGRESS_KIND } from '../seldon/ingress.ts';
import { SELDON_GROUP, SELDON_KIND } from '../seldon/seldon-deployment.ts';

/** A kind, and how the server's paths name it. */
export interface ResourceKind {
  /** Group and version: 'apps/v1', 'v1'. */
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

/** A kind as discovery tells it. */
export interface DiscoveredKind extends ResourceKind {
  /** Whether it has the scale subresource. */
  scalable: boolean;
}

/** All that this program asks for by itself. */
export const resourceKinds = {
  seldonDeployment: namespaced(`${SELDON_GROUP}/v1`, SELDON_KIND, 'seldondeployments'),
  pod: namespaced('v1', 'Pod', 'pods'),
  podMetrics: namespaced('metrics.k8s.io/v1beta1', 'PodMetrics', 'pods'),
  service: namespaced('v1', 'Service', 'services'),
  event: namespaced('v1', 'Event', 'events'),
  configMap: namespaced('v1', 'ConfigMap', 'configmaps'),
  namespace: inNoNamespace('v1', 'Namespace', 'namespaces'),
  resourceQuota: namespaced('v1', 'ResourceQuota', 'resourcequotas'),
  limitRange: namespaced('v1', 'LimitRange', 'limitranges'),
  deployment: namespaced('apps/v1', 'Deployment', 'deployments'),
  replicaSet: namespaced('apps/v1', 'ReplicaSet', 'replicasets'),
  controllerRevision: namespaced('apps/v1', 'ControllerRevision', 'controllerrevisions'),
  horizontalPodAutoscaler: namespaced('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  scaledObject: namespaced('keda.sh/v1alpha1', 'ScaledObject', 'scaledobjects'),
  podDisruptionBudget: namespaced('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  ingress: namespaced(INGRESS_API_VERSION, INGRESS_KIND, 'ingresses'),
  ingressClass: inNoNamespace(INGRESS_API_VERSION, 'IngressClass', 'ingressclasses'),
  virtualService: namespaced('networking.istio.io/v1beta1', 'VirtualService', 'virtualservices'),
  gateway: namespaced('networking.istio.io/v1beta1', 'Gateway', 'gateways'),
  mapping: namespaced('getambassador.io/v2', 'Mapping', 'mappings'),
  lease: namespaced('coordination.k8s.io/v1', 'Lease', 'leases'),
  endpointSlice: namespaced('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  validatingWebhookConfiguration: inNoNamespace(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
  ),
  mutatingWebhookConfiguration: inNoNamespace(
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'mutatingwebhookconfigurations',
  ),
  selfSubjectAccessReview: inNoNamespace(
    'authorization.k8s.io/v1',
    'SelfSubjectAccessReview',
    'selfsubjectaccessreviews',
  ),
  selfSubjectRulesReview: inNoNamespace('authorization.k8s.io/v1', 'SelfSubjectRulesReview', 'selfsubjectrulesreviews'),
  selfSubjectReview: inNoNamespace('authentication.k8s.io/v1', 'SelfSubjectReview', 'selfsubjectreviews'),
} satisfies Record<string, ResourceKind>;

/** A kind that needs no discovery: it has the same plural and scope in each version of its group. */
export function knownKind(apiVersion: string, kind: string): ResourceKind | undefined {
  const known = Object.values(resourceKinds).find(
    (one) => one.kind === kind && groupOf(one.apiVersion) === groupOf(apiVersion),
  );
  return known && { ...known, apiVersion };
}

/** '' for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** The path of an object or, without a name, of a collection; without a namespace, of that in all of them. */
export function resourcePath(
  { apiVersion, plural, namespaced }: Pick<ResourceKind, 'apiVersion' | 'plural' | 'namespaced'>,
  namespace?: string,
  name?: string,
): string {
  const place = namespaced && namespace !== undefined ? ['namespaces', encodeURIComponent(namespace)] : [];
  const object = name === undefined ? [] : [encodeURIComponent(name)];
  return ['', apiVersion.includes('/') ? 'apis' : 'api', apiVersion, ...place, plural, ...object].join('/');
}

function namespaced(apiVersion: string, kind: string, plural: string): ResourceKind {
  return { apiVersion, kind, plural, namespaced: true };
}

function inNoNamespace(apiVersion: string, kind: string, plural: string): ResourceKind {
  return { apiVersion, kind, plural, namespaced: false };
}
