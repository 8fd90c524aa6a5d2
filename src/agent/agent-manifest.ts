import type { KubernetesObject } from '../kubernetes/objects.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, OWNER_LABEL } from '../sync/ownership.ts';
import { COMPONENT, COMPONENT_LABEL, leaseName } from './agent-lease.ts';
import type { ProbeTimes } from './agent-probes.ts';
import type { AgentResources } from './agent-resources.ts';

export interface AgentOptions {
  /** The address of the source. */
  source: string;
  /** What it syncs, unless it is for all of them: then where deployments go that name none. */
  namespace: string;
  /** Where the agent itself runs. */
  agentNamespace: string;
  /** Whether the namespace of the agent is made too: never that of models, which all go with it. */
  createNamespace: boolean;
  allNamespaces: boolean;
  owner: string;
  replicas: number;
  image: string;
  reportUrl: string | undefined;
  prune: boolean;
  /** Whether deployments may have Ingresses of their own. */
  ingresses: boolean;
  /** The Secret with the token under the key `token`; undefined: the source wants none. */
  tokenSecret: string | undefined;
  /** The ConfigMap with the authority of the source's certificate under the key `ca.crt`; undefined: a well-known one. */
  authorityConfigMap: string | undefined;
  insecureHttp: boolean;
  resources: AgentResources;
  /** When its probes ask; undefined: there is none. */
  livenessProbe: ProbeTimes | undefined;
  readinessProbe: ProbeTimes | undefined;
  /** What the source may decide, beside models. */
  allowHostAccess: boolean;
  allowServiceAccounts: readonly string[];
  /** Whether Prometheus finds its metrics: a Service, and the annotations of its pods. */
  metrics: boolean;
}

type ManifestObject = KubernetesObject & { apiVersion: string; kind: string; [key: string]: unknown };

const HEALTH_PORT = 9300;
const TOKEN_FOLDER = '/var/run/secrets/seldon-lifecycle.io/source';
const AUTHORITY_FOLDER = '/etc/seldon-lifecycle.io/source';

/** The objects of an agent, in the order in which they have to be applied. Never a token: only the name of its Secret. */
export function agentManifest(options: AgentOptions): ManifestObject[] {
  const { namespace, agentNamespace, createNamespace, owner, allNamespaces } = options;
  const name = leaseName(owner);
  const labels = {
    'app.kubernetes.io/name': 'seldon-lifecycle-agent',
    'app.kubernetes.io/instance': name,
    [MANAGED_BY_LABEL]: MANAGED_BY,
    [COMPONENT_LABEL]: COMPONENT,
    [OWNER_LABEL]: owner,
  };
  const metadata = { name, namespace: agentNamespace, labels };
  const granted = (kind: 'Role' | 'ClusterRole', meta: { name: string; namespace?: string }, rules: object[]) => [
    { apiVersion: RBAC, kind, metadata: { ...meta, labels }, rules },
    {
      apiVersion: RBAC,
      kind: `${kind}Binding`,
      metadata: { ...meta, labels },
      roleRef: { apiGroup: RBAC_GROUP, kind, name: meta.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: agentNamespace }],
    },
  ];
  const rights: ManifestObject[] = allNamespaces
    ? // Names of RBAC may hold a colon, and neither part of it can.
      granted('ClusterRole', { name: `${name}:${agentNamespace}` }, syncRules(options))
    : namespace === agentNamespace
      ? []
      : granted('Role', { name, namespace }, syncRules(options));
  return [
    ...(createNamespace ? [namespaceOfAgent(agentNamespace)] : []),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    ...rights,
    ...granted('Role', { name, namespace: agentNamespace }, [
      ...(rights.length > 0 ? [] : syncRules(options)),
      ...leaseRules(name),
    ]),
    deployment(options, name, metadata),
    ...(options.metrics ? [metricsService(name, metadata)] : []),
    networkPolicy(options, name, metadata),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: selector(name) } },
    },
  ];
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const RBAC = `${RBAC_GROUP}/v1`;

function selector(name: string) {
  return { 'app.kubernetes.io/name': 'seldon-lifecycle-agent', 'app.kubernetes.io/instance': name };
}

/** The least: what a sync asks the server, and nothing of it that is not used with these options. */
function syncRules({ prune, reportUrl, ingresses, allNamespaces }: AgentOptions) {
  return [
    {
      apiGroups: ['machinelearning.seldon.io'],
      resources: ['seldondeployments'],
      // An apply is a patch, and a create where there is nothing yet.
      verbs: ['get', 'list', 'watch', 'create', 'patch', ...(prune ? ['delete'] : [])],
    },
    { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
    ...(reportUrl === undefined ? [] : [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }]),
    ...(ingresses ? ingressRules(allNamespaces) : []),
  ];
}

/** Classes are in no namespace, so that no Role reaches them. */
function ingressRules(allNamespaces: boolean) {
  const apiGroups = ['networking.k8s.io'];
  return [
    { apiGroups, resources: ['ingresses'], verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
    ...(allNamespaces ? [{ apiGroups, resources: ['ingressclasses'], verbs: ['list'] }] : []),
    // Whoever makes an owner wait for the end of what it owns, where OwnerReferencesPermissionEnforcement is on, as in OpenShift.
    { apiGroups: ['machinelearning.seldon.io'], resources: ['seldondeployments/finalizers'], verbs: ['update'] },
  ];
}

/** A create cannot be limited to a name. */
function leaseRules(name: string) {
  const apiGroups = ['coordination.k8s.io'];
  return [
    { apiGroups, resources: ['leases'], verbs: ['create'] },
    { apiGroups, resources: ['leases'], resourceNames: [name], verbs: ['get', 'update'] },
  ];
}

/** Its pods pass what it demands, and nothing else belongs into it. */
function namespaceOfAgent(name: string): ManifestObject {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/**
 * Nobody asks the agent anything but for its metrics; the kubelet of its node may always ask. Where it goes itself, to the API
 * server and the source, has addresses that only the cluster knows.
 */
function networkPolicy({ metrics }: AgentOptions, name: string, metadata: ManifestObject['metadata']): ManifestObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      podSelector: { matchLabels: selector(name) },
      policyTypes: ['Ingress'],
      ingress: metrics ? [{ ports: [{ protocol: 'TCP', port: HEALTH_PORT }] }] : [],
    },
  };
}

/** Without an address of its own: each replica counts for itself, and is asked for itself. */
function metricsService(name: string, metadata: ManifestObject['metadata']): ManifestObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      clusterIP: 'None',
      selector: selector(name),
      ports: [{ name: 'metrics', port: HEALTH_PORT, targetPort: 'health' }],
    },
  };
}

/** What Prometheus's usual scrape configuration for pods looks for. */
const SCRAPED = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/path': '/metrics',
  'prometheus.io/port': String(HEALTH_PORT),
};

function deployment(options: AgentOptions, name: string, metadata: ManifestObject['metadata']): ManifestObject {
  const { replicas, image, resources, metrics, livenessProbe, readinessProbe } = options;
  const volumes = mounted(options);
  const probe = (path: string, times: ProbeTimes | undefined) =>
    times && { httpGet: { path, port: 'health' }, ...times };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas,
      selector: { matchLabels: selector(name) },
      template: {
        metadata: { labels: metadata.labels, ...(metrics && { annotations: SCRAPED }) },
        spec: {
          serviceAccountName: name,
          // No runAsUser: the image has one, and OpenShift gives each namespace its own and refuses others.
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'agent',
              image,
              args: syncArguments(options),
              env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
              ports: [{ name: 'health', containerPort: HEALTH_PORT }],
              ...(livenessProbe && { livenessProbe: probe('/healthz', livenessProbe) }),
              ...(readinessProbe && { readinessProbe: probe('/readyz', readinessProbe) }),
              resources,
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              ...(volumes.length > 0 && {
                volumeMounts: volumes.map(({ volume: { name }, mountPath }) => ({ name, mountPath, readOnly: true })),
              }),
            },
          ],
          ...(volumes.length > 0 && { volumes: volumes.map(({ volume }) => volume) }),
        },
      },
    },
  };
}

/** What the agent reads about its source. */
function mounted({ tokenSecret, authorityConfigMap }: AgentOptions) {
  const only = (key: string) => [{ key, path: key }];
  return [
    ...(tokenSecret === undefined
      ? []
      : [
          {
            volume: { name: 'source-token', secret: { secretName: tokenSecret, items: only('token') } },
            mountPath: TOKEN_FOLDER,
          },
        ]),
    ...(authorityConfigMap === undefined
      ? []
      : [
          {
            volume: { name: 'source-authority', configMap: { name: authorityConfigMap, items: only('ca.crt') } },
            mountPath: AUTHORITY_FOLDER,
          },
        ]),
  ];
}

/** The command line of the agent's container. */
export function syncArguments(options: AgentOptions): string[] {
  const { source, namespace, allNamespaces, owner, reportUrl, prune, tokenSecret, insecureHttp } = options;
  const { agentNamespace, authorityConfigMap } = options;
  return [
    'sync',
    source,
    '--watch',
    `--owner=${owner}`,
    `--namespace=${namespace}`,
    ...(allNamespaces ? ['--all-namespaces'] : []),
    ...(prune ? ['--prune'] : []),
    ...(options.allowHostAccess ? ['--allow-host-access'] : []),
    ...options.allowServiceAccounts.map((account) => `--allow-service-account=${account}`),
    ...(reportUrl === undefined ? [] : [`--report=${reportUrl}`]),
    ...(tokenSecret === undefined ? [] : [`--token-file=${TOKEN_FOLDER}/token`]),
    ...(authorityConfigMap === undefined ? [] : [`--source-certificate-authority=${AUTHORITY_FOLDER}/ca.crt`]),
    ...(insecureHttp ? ['--insecure-http'] : []),
    '--leader-elect',
    `--lease-namespace=${agentNamespace}`,
    `--health-port=${HEALTH_PORT}`,
    '--health-address=0.0.0.0',
    '--output=json',
  ];
}
