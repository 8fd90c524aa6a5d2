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
const command = () => 'Check the command and args of the container, and that its image has them';
const moreTime = ({ probe }: Pick<Named, 'probe'>) =>
  `Check path and port of the ${probe}Probe, or give the container more time (initialDelaySeconds, failureThreshold)`;
const refused = ({ probe }: Pick<Named, 'probe'>) =>
  `Check that the container listens on the port of the ${probe}Probe; if it takes longer to load, give it more time (startupProbe, failureThreshold)`;
const slow = ({ probe }: Pick<Named, 'probe'>) =>
  `Raise timeoutSeconds of the ${probe}Probe, or let the container answer it sooner`;
const path = ({ probe }: Pick<Named, 'probe'>) =>
  `Correct the path of the ${probe}Probe: the container does not know it`;
const requests = () => 'Let its containers ask for less (resources.requests), or add a node that has as much';
const affinity = () => 'Check nodeSelector and affinity';
const architecture = ({ image }: Pick<Named, 'image'>) =>
  `Build ${image} for the processor of the nodes, for example with docker buildx build --platform`;
const network = ({ node }: Pick<Named, 'node'>) => `Look at the node ${node} and its network`;

/** What a person could do, by what is wrong: all of it stands in docs/debugging.md too. */
export const advice = {
  OOMKilled: {
    memory: ({ container }: Pick<Named, 'container'>) =>
      `Raise resources.limits.memory of container ${container}, or let the model use less`,
  },
  CrashLoopBackOff: {
    log: () => 'Look at the end of its log, and at the command and environment of the container',
    initLog: () => 'Look at the end of its log, and at the command and environment of the init container',
    engine: () => 'Look at the end of its log; it may not read the graph, or an annotation of the deployment',
    command,
    architecture,
    killed: ({ container }: Pick<Named, 'container'>) =>
      `It was killed from outside: by the kernel for want of memory, say (resources.limits.memory of container ${container}), or by a probe: look at the events of the pod`,
  },
  Completed: { goOn: () => 'Let its command go on: a server must not end' },
  ModelDownloadFailed: {
    modelUri: () => 'Check modelUri and the credentials for it (envSecretRefName); its log says what it found',
  },
  LivenessProbeFailed: { moreTime, refused, slow, path },
  StartupProbeFailed: { moreTime, refused, slow, path },
  ReadinessProbeFailed: {
    engine: ({ container }: Pick<Named, 'container'>) =>
      `Look at the log of ${container || 'the model'}: the orchestrator is ready once every container of the graph answers it, under its name and port in the graph`,
    model: () =>
      'A model that is still loading becomes ready by itself: look at its log; otherwise check path and port of the readinessProbe',
    refused: () =>
      'A model that is still loading becomes ready by itself: look at its log; otherwise check that it listens on the port of the readinessProbe',
    slow,
    path,
    startup: () =>
      'A model that is still loading becomes ready by itself: look at its log; otherwise check the startupProbe',
  },
  PodInitializing: {
    download: () => 'A large model takes its time: look at its log; otherwise check modelUri',
    init: () => 'What it waits for has to come: look at its log',
  },
  ImageNotFound: {
    name: ({ image }: Pick<Named, 'image'>) =>
      `Check that the image ${image} exists: its registry, its name and its tag`,
  },
  ImagePullUnauthorized: {
    secret: ({ image }: Pick<Named, 'image'>) =>
      `Check that ${image} exists, and give the pod a Secret that may pull it (imagePullSecrets in componentSpecs[].spec)`,
    create: ({ name }: Pick<Named, 'name'>) =>
      `Create the Secret ${name} in the namespace, which imagePullSecrets names, or correct its name`,
  },
  RegistryUnreachable: {
    limit: () => 'The registry allows only so many pulls: log in with imagePullSecrets, or use a mirror',
    certificate: ({ image }: Pick<Named, 'image'>) =>
      `Check address and certificate of the registry of ${image}: the nodes do not reach it by https, or do not trust it`,
    address: ({ image }: Pick<Named, 'image'>) =>
      `Check the address of the registry in ${image}, and that the nodes can reach it`,
  },
  ImagePullFailed: {
    disk: ({ image }: Pick<Named, 'image'>) => `The disk of the node is full: free it, or make ${image} smaller`,
    architecture,
    registry: ({ image }: Pick<Named, 'image'>) =>
      `Write the image with its registry, for example docker.io/${image}: the nodes search none`,
    signature: ({ image }: Pick<Named, 'image'>) =>
      `Use an image that is signed as the policy of the nodes asks, or have ${image} signed`,
    other: ({ image }: Pick<Named, 'image'>) =>
      `Check that the image ${image} exists and that the cluster may pull it (imagePullSecrets)`,
  },
  InvalidImageName: { name: ({ image }: Pick<Named, 'image'>) => `Correct the name of the image ${image}` },
  ErrImageNeverPull: {
    load: ({ image }: Pick<Named, 'image'>) => `Load ${image} onto the nodes, or set imagePullPolicy: IfNotPresent`,
  },
  ImagePulling: {
    wait: ({ image }: Pick<Named, 'image'>) =>
      `A large image takes its time; otherwise check that the nodes reach the registry of ${image}`,
  },
  ContainerCannotStart: {
    create,
    key: ({ key, kind, name }: Pick<Named, 'key' | 'kind' | 'name'>) =>
      `Add the key ${key} to the ${kind} ${name}, or correct what refers to it`,
    command,
    executable: () => 'Make the command executable in the image, or correct command and securityContext',
    architecture,
    mount: () =>
      'Correct mountPath and subPath in volumeMounts: a file cannot be mounted over a directory, nor the other way round',
    subPath: () => 'Correct subPath in volumeMounts: the volume does not have it, or does not let it be made',
    gpu: () => 'Use an image for the CUDA version that the driver of the node has, or a node with a newer driver',
    node: () => 'Look at the node of the pod: its container runtime is slow, or busy with an earlier attempt',
    user: () => 'Set runAsUser in securityContext to a user other than 0, or take runAsNonRoot out',
    hook: () => 'Correct the postStart hook of the container (lifecycle.postStart)',
    other: () => 'Check the Secrets, ConfigMaps and volumes that the container refers to, and its command',
  },
  FailedMount: {
    create: (named: Pick<Named, 'kind' | 'name'>) => `${create(named)} in volumes`,
    key: ({ key }: Pick<Named, 'key'>) =>
      `Add the key ${key} to what the volume is of, or take it out of items in volumes`,
    driver: ({ name }: Pick<Named, 'name'>) =>
      `Look whether the CSI driver ${name} runs on the node of the pod: a new node takes a moment`,
    other: () => 'Look at the volumes of the pod, and at what they are of',
  },
  PodNotStarted: {
    network,
    runtime: () => 'Correct runtimeClassName, or use a node that has this runtime',
  },
  Evicted: {
    disk: () => 'Let it write less to its own disk, raise resources.limits.ephemeral-storage, or give it a volume',
    emptyDir: () => 'Raise the sizeLimit of the emptyDir, or let it write less',
    nodeDisk: () =>
      'The disk of its node is full: set resources.requests["ephemeral-storage"] to what it really uses, or free the node',
    memory: () => 'Set resources.requests.memory to what it really uses, so that it gets a node that has it',
    other: () => 'Its node ran short of something: set resources.requests to what it really uses',
  },
  PodFailed: {
    deadline: () => 'Raise activeDeadlineSeconds, or take it out: a server must not end',
    requests,
    affinity,
    device: ({ node }: Pick<Named, 'node'>) =>
      `Look at the device plugin on the node ${node}: it has fewer devices than it says`,
    shutdown: ({ node }: Pick<Named, 'node'>) =>
      `Wait for the pod that takes its place: the node ${node} was shut down`,
    preempted: () => 'Give it a priorityClassName of its own, or add a node: a pod of higher priority took its place',
    node: ({ node }: Pick<Named, 'node'>) => `Look at the node ${node} and at the events of the pod`,
  },
  NodeNotReady: {
    node: ({ node }: Pick<Named, 'node'>) =>
      `Look at the node ${node}; its pods are made anew elsewhere five minutes after it was lost`,
  },
  NodeMissing: {
    nodeName: ({ node }: Pick<Named, 'node'>) => `Check that there is a node "${node}", or take nodeName out`,
  },
  Unschedulable: {
    requests,
    affinity,
    spread: () => 'Check topologySpreadConstraints, or add a node where they allow one more pod',
    full: () => 'Add a node: those that there are may not have more pods',
    unhealthy: () => 'Look at the nodes: they are not ready, or short of disk or memory',
    gates: () => 'Ask who holds it back by schedulingGates: a queue such as Kueue, say',
    taints: () => 'Add tolerations for the taints of the nodes',
    ports: () => 'Take hostPort out: another pod has it on every node that could take this one',
    claims: () => 'Look at its PersistentVolumeClaims',
    cordoned: () => 'Uncordon the nodes',
    other: () => 'Look at the nodes of the cluster',
  },
  ReferenceMissing: { create },
  QuotaExceeded: {
    less: () => 'Ask for less (resources.requests, replicas), delete something else, or have the quota raised',
  },
  QuotaRequires: {
    set: ({ resources }: Pick<Named, 'resources'>) =>
      `Set ${resources} in resources of its containers: the namespace's quota asks for it`,
  },
  LimitRange: { resources: () => "Change resources of its containers to what the namespace's LimitRange allows" },
  PodSecurity: {
    context: () => "Set what it names in securityContext, or have the namespace's Pod Security label changed",
  },
  ServiceAccountMissing: {
    create: ({ name }: Pick<Named, 'name'>) =>
      `Create the ServiceAccount ${name} in the namespace, or correct serviceAccountName`,
  },
  WebhookDenied: { ask: ({ name }: Pick<Named, 'name'>) => `Do as the webhook ${name} says, or ask who runs it` },
  WebhookUnreachable: {
    look: ({ name }: Pick<Named, 'name'>) =>
      `Look whether what serves the webhook ${name} runs; without it no pod is made`,
  },
  FailedCreate: {
    namespace: () => 'The namespace is being deleted: use another one, or make it anew once it is gone',
    correct: () => 'Correct what it names in the manifest',
    other: () => 'Look at what the API server says of it',
  },
  OperatorFailed: {
    correct: () => 'Correct what it names in the manifest; the log of the Seldon operator says more',
    // https://github.com/SeldonIO/seldon-core/issues/4253 and the source named in the sandbox's remove-leftovers.ts
    leftover: () =>
      'The operator looks for a Service of an earlier version that is gone, and does not get over it: delete the deployment and apply it anew',
  },
  NoOperator: {
    look: () => 'Look whether an operator runs, and which namespaces it watches: doctor says both',
  },
} as const satisfies Record<Reason, Readonly<Record<string, Say>>>;
