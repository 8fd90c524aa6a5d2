import type { Reason } from './finding.ts';

/** What an advice may name of the model at hand. */
export interface Named {
  container: string;
  image: string;
  /** Of an object that is not there, or of a webhook. */
  name: string;
  /** Secret, ConfigMap, … */
  kind: string;
  node: string;
  /** liveness or startup. */
  probe: string;
  /** requests and limits that a quota asks for. */
  resources: string;
  /** Of a Secret or ConfigMap. */
  key: string;
}

type Say = (named: Named) => string;

const create = ({ kind, name }: Pick<Named, 'kind' | 'name'>) =>
  `Create the ${kind} ${name} in the namespace, or correct its name`;
const command = () => 'Check command and args of the container, and that the image contains them';
const moreTime = ({ probe }: Pick<Named, 'probe'>) =>
  `Check path and port of the ${probe}Probe, or give the container more time (initialDelaySeconds, failureThreshold)`;
const refused = ({ probe }: Pick<Named, 'probe'>) =>
  `Check that the container listens on the port of the ${probe}Probe; if it takes longer to load, give it more time (startupProbe, failureThreshold)`;
const slow = ({ probe }: Pick<Named, 'probe'>) =>
  `Raise timeoutSeconds of the ${probe}Probe, or make the container answer faster`;
const path = ({ probe }: Pick<Named, 'probe'>) =>
  `Correct the path of the ${probe}Probe: the container does not know it`;
const requests = () => 'Lower resources.requests of the containers, or add a node with enough resources';
const affinity = () => 'Check nodeSelector and affinity';
const architecture = ({ image }: Pick<Named, 'image'>) =>
  `Build ${image} for the CPU architecture of the nodes, for example with docker buildx build --platform`;
const network = ({ node }: Pick<Named, 'node'>) => `Check the node ${node} and its network`;

/** What a person could do, by what is wrong: all of it stands in docs/debugging.md too. */
export const advice = {
  OOMKilled: {
    memory: ({ container }: Pick<Named, 'container'>) =>
      `Raise resources.limits.memory of container ${container}, or make the model use less memory`,
  },
  CrashLoopBackOff: {
    log: () => 'Read the end of its log, and check the command and environment of the container',
    initLog: () => 'Read the end of its log, and check the command and environment of the init container',
    engine: () =>
      'Read the end of its log: the orchestrator may not understand the graph or an annotation of the deployment',
    command,
    architecture,
    killed: ({ container }: Pick<Named, 'container'>) =>
      `Check the events of the pod: the container was killed from outside, for example for lack of memory (resources.limits.memory of container ${container}) or by a probe`,
  },
  Completed: { goOn: () => 'Use a command that keeps running: a server must not exit' },
  ModelDownloadFailed: {
    modelUri: () => 'Check modelUri and its credentials (envSecretRefName); the log shows the error',
  },
  LivenessProbeFailed: { moreTime, refused, slow, path },
  StartupProbeFailed: { moreTime, refused, slow, path },
  ReadinessProbeFailed: {
    engine: ({ container }: Pick<Named, 'container'>) =>
      `Check the log of ${container || 'the model'}: the orchestrator becomes ready when every container of the graph answers under its name and port`,
    model: () =>
      'If the model is still loading (see its log), wait; otherwise check path and port of the readinessProbe',
    refused: () =>
      'If the model is still loading (see its log), wait; otherwise check that the container listens on the port of the readinessProbe',
    slow,
    path,
    startup: () => 'If the model is still loading (see its log), wait; otherwise check the startupProbe',
  },
  PodInitializing: {
    download: () => 'A large model takes a while: follow its log; otherwise check modelUri',
    init: () => 'Read its log to see what it waits for',
  },
  ImageNotFound: {
    name: ({ image }: Pick<Named, 'image'>) =>
      `Check that the image ${image} exists: its registry, its name and its tag`,
  },
  ImagePullUnauthorized: {
    secret: ({ image }: Pick<Named, 'image'>) =>
      `Check that ${image} exists, and give the pod a Secret with access to it (imagePullSecrets in componentSpecs[].spec)`,
    create: ({ name }: Pick<Named, 'name'>) =>
      `Create the Secret ${name} in the namespace, or correct imagePullSecrets`,
  },
  RegistryUnreachable: {
    limit: () => 'The registry limits the number of pulls: log in with imagePullSecrets, or use a mirror',
    certificate: ({ image }: Pick<Named, 'image'>) =>
      `Check address and certificate of the registry of ${image}: the nodes cannot reach it over https, or do not trust its certificate`,
    address: ({ image }: Pick<Named, 'image'>) =>
      `Check the address of the registry in ${image}, and that the nodes can reach it`,
  },
  ImagePullFailed: {
    disk: ({ image }: Pick<Named, 'image'>) =>
      `The disk of the node is full: free some space, or make ${image} smaller`,
    architecture,
    registry: ({ image }: Pick<Named, 'image'>) =>
      `Add the registry to the name of the image, for example docker.io/${image}: the nodes search no registry`,
    signature: ({ image }: Pick<Named, 'image'>) =>
      `Use an image whose signature the policy of the nodes accepts, or sign ${image}`,
    other: ({ image }: Pick<Named, 'image'>) =>
      `Check that the image ${image} exists and that the cluster may pull it (imagePullSecrets)`,
  },
  InvalidImageName: { name: ({ image }: Pick<Named, 'image'>) => `Correct the name of the image ${image}` },
  ErrImageNeverPull: {
    load: ({ image }: Pick<Named, 'image'>) => `Load ${image} onto the nodes, or set imagePullPolicy: IfNotPresent`,
  },
  ImagePulling: {
    wait: ({ image }: Pick<Named, 'image'>) =>
      `A large image takes a while; otherwise check that the nodes can reach the registry of ${image}`,
  },
  ContainerCannotStart: {
    create,
    key: ({ key, kind, name }: Pick<Named, 'key' | 'kind' | 'name'>) =>
      `Add the key ${key} to the ${kind} ${name}, or correct the reference to it`,
    command,
    executable: () => 'Make the command executable in the image, or correct command and securityContext',
    architecture,
    mount: () =>
      'Correct mountPath and subPath in volumeMounts: a file cannot be mounted over a directory, nor a directory over a file',
    subPath: () => 'Correct subPath in volumeMounts: the path does not exist in the volume and cannot be created',
    gpu: () => 'Use an image for a CUDA version that the driver of the node supports, or a node with a newer driver',
    node: () => 'Check the node of the pod: its container runtime is slow, or busy with an earlier attempt',
    user: () => 'Set runAsUser in securityContext to a user other than 0, or remove runAsNonRoot',
    hook: () => 'Correct the postStart hook of the container (lifecycle.postStart)',
    other: () => 'Check the Secrets, ConfigMaps and volumes that the container refers to, and its command',
  },
  FailedMount: {
    create: (named: Pick<Named, 'kind' | 'name'>) => `${create(named)} in volumes`,
    key: ({ key }: Pick<Named, 'key'>) =>
      `Add the key ${key} to the Secret or ConfigMap of the volume, or remove it from items in volumes`,
    driver: ({ name }: Pick<Named, 'name'>) =>
      `Check that the CSI driver ${name} runs on the node of the pod: a new node takes a moment`,
    other: () => 'Check the volumes of the pod and the objects that they refer to',
  },
  PodNotStarted: {
    network,
    runtime: () => 'Correct runtimeClassName, or use a node that has this runtime',
    claims: ({ node }: Pick<Named, 'node'>) =>
      `Check the resource claims of the pod, and the driver of the device on node ${node}`,
    other: ({ node }: Pick<Named, 'node'>) => `Correct what the warning names, or check the node ${node}`,
  },
  Evicted: {
    disk: () => 'Write less to the disk of the container, raise resources.limits.ephemeral-storage, or use a volume',
    emptyDir: () => 'Raise the sizeLimit of the emptyDir, or write less to it',
    nodeDisk: () =>
      'The disk of the node is full: set resources.requests["ephemeral-storage"] to the real usage, or free some space',
    memory: () => 'Set resources.requests.memory to the real usage, so that the pod gets a node with enough memory',
    other: () => 'The node ran short of a resource: set resources.requests to the real usage',
  },
  PodFailed: {
    deadline: () => 'Raise activeDeadlineSeconds, or remove it: a server must not exit',
    requests,
    affinity,
    device: ({ node }: Pick<Named, 'node'>) =>
      `Check the device plugin on the node ${node}: it reports more devices than there are`,
    shutdown: ({ node }: Pick<Named, 'node'>) => `Wait for the replacement pod: the node ${node} was shut down`,
    preempted: () => 'Set priorityClassName, or add a node: a pod with a higher priority took its place',
    node: ({ node }: Pick<Named, 'node'>) => `Check the node ${node} and the events of the pod`,
  },
  NodeNotReady: {
    node: ({ node }: Pick<Named, 'node'>) =>
      `Check the node ${node}; Kubernetes replaces its pods on other nodes after five minutes`,
  },
  NodeMissing: {
    nodeName: ({ node }: Pick<Named, 'node'>) => `Check that the node "${node}" exists, or remove nodeName`,
  },
  Unschedulable: {
    requests,
    affinity,
    spread: () => 'Check topologySpreadConstraints, or add a node where they allow one more pod',
    full: () => 'Add a node: the existing nodes have their maximum number of pods',
    unhealthy: () => 'Check the nodes: they are not ready, or short of disk or memory',
    gates: () => 'Find out who set schedulingGates on the pod, for example a queue such as Kueue',
    taints: () => 'Add tolerations for the taints of the nodes',
    ports: () => 'Remove hostPort: another pod uses it on every suitable node',
    claims: () => 'Check the PersistentVolumeClaims of the pod',
    cordoned: () => 'Uncordon the nodes',
    other: () => 'Check the nodes of the cluster',
  },
  ReferenceMissing: { create },
  QuotaExceeded: {
    less: () => 'Lower resources.requests or replicas, delete something else, or ask for a larger quota',
  },
  QuotaRequires: {
    set: ({ resources }: Pick<Named, 'resources'>) =>
      `Set ${resources} in resources of the containers: the namespace's quota requires it`,
  },
  LimitRange: { resources: () => "Change resources of the containers to what the namespace's LimitRange allows" },
  PodSecurity: {
    context: () => 'Set the named fields in securityContext, or ask for another Pod Security level of the namespace',
  },
  ServiceAccountMissing: {
    create: ({ name }: Pick<Named, 'name'>) =>
      `Create the ServiceAccount ${name} in the namespace, or correct serviceAccountName`,
    wait: () => 'Wait: Kubernetes creates it in each new namespace; otherwise check kube-controller-manager',
  },
  WebhookDenied: {
    ask: ({ name }: Pick<Named, 'name'>) => `Follow the message of the webhook ${name}, or ask its owner`,
  },
  WebhookUnreachable: {
    look: ({ name }: Pick<Named, 'name'>) =>
      `Check the service of the webhook ${name}: without it no pod can be created`,
  },
  FailedCreate: {
    namespace: () => 'The namespace is being deleted: use another one, or create it again when it is gone',
    correct: () => 'Correct the manifest where the message says',
    other: () => 'Read the message of the API server',
  },
  OperatorFailed: {
    correct: () => 'Correct the manifest where the message says; the log of the Seldon operator has details',
    // https://github.com/SeldonIO/seldon-core/issues/4253 and the source named in the sandbox's remove-leftovers.ts
    leftover: () =>
      'Delete the deployment and apply it again: the operator keeps looking for a Service of an earlier version that no longer exists',
  },
  NoOperator: {
    look: () => 'Check that an operator runs and watches this namespace: doctor shows both',
  },
} as const satisfies Record<Reason, Readonly<Record<string, Say>>>;
