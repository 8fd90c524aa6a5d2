import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diagnose } from '../../../src/lifecycle/diagnosis/diagnose.ts';
import { type Moment, observed } from '../observed.ts';

const pod = (status: string, spec = "{containers: [{name: c, image: 'example/iris:1'}]}") =>
  `[{kind: Pod, metadata: {name: x, uid: u-p}, spec: ${spec}, status: ${status}}]`;
const waiting = (reason: string, message = '', restartCount = 0) =>
  pod(
    `{containerStatuses: [{name: c, restartCount: ${restartCount}, state: {waiting: {reason: ${reason}, message: '${message}'}}}]}`,
  );
const ended = (state: string, restartCount: number, last = '') =>
  pod(
    `{containerStatuses: [{name: c, restartCount: ${restartCount}, state: ${state}${last && `, lastState: {terminated: ${last}}`}}]}`,
  );
const back = '{waiting: {reason: CrashLoopBackOff, message: back-off 20s}}';
const init = (restartCount: number, name = 'c-model-initializer') =>
  pod(
    `{initContainerStatuses: [{name: ${name}, restartCount: ${restartCount}, state: {terminated: {exitCode: 1, reason: Error}}}]}`,
  );
const refused = (message: string) =>
  `[{metadata: {name: m-p-0-c, uid: u-d}, status: {conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate, message: '${message}'}]}}]`;
const event = (reason: string, message: string, more = '') =>
  `{u-p: [{uid: e, type: Warning, reason: ${reason}, message: '${message}', count: 1, lastTime: 1000, object: {kind: Pod, name: x, uid: u-p}${more}}]}`;
const creating = pod(
  '{phase: Pending, startTime: t, containerStatuses: [{name: c, restartCount: 0, state: {waiting: {reason: ContainerCreating}}}]}',
);
const none = { pods: '[]' };

const cases: { it: string; seen: Moment; found: string; advice?: string }[] = [
  {
    it: 'an image with an impossible name',
    seen: { pods: waiting('InvalidImageName') },
    found: 'now InvalidImageName: pod x, container c: InvalidImageName, image example/iris:1',
  },
  {
    it: 'an image that must not be pulled and is not there',
    seen: { pods: waiting('ErrImageNeverPull') },
    found: 'now ErrImageNeverPull: pod x, container c: ErrImageNeverPull, image example/iris:1',
  },
  {
    it: 'an image that the registry does not have, once the kubelet backs off',
    seen: { pods: waiting('ImagePullBackOff', 'Back-off pulling image "example/iris:1": not found') },
    found: 'now ImageNotFound: pod x, container c: ImagePullBackOff, image example/iris:1: not found',
  },
  {
    it: 'the same at the first try: it may be being pushed',
    seen: { pods: waiting('ErrImagePull', 'example/iris:1: not found') },
    found: 'after-grace ImageNotFound: pod x, container c: ErrImagePull, image example/iris:1: not found',
  },
  {
    it: 'what the registry said first, where the back-off does not say it again',
    seen: {
      pods: waiting('ImagePullBackOff', 'Back-off pulling image "example/iris:1"'),
      events: event('Failed', 'Failed to pull image "example/iris:1": manifest unknown'),
    },
    found: 'now ImageNotFound: pod x, container c: ImagePullBackOff, image example/iris:1: manifest unknown',
  },
  {
    it: 'an image that could not be pulled for a reason that may pass',
    seen: { pods: waiting('ErrImagePull', 'i/o timeout') },
    found: 'after-grace RegistryUnreachable: pod x, container c: ErrImagePull, image example/iris:1: i/o timeout',
  },
  {
    it: 'an image of another name than the reason speaks of',
    seen: {
      pods: waiting('ErrImagePull', 'dial tcp: lookup not-found.example.com: no such host').replaceAll(
        'example/iris:1',
        'not-found.example.com/iris:1',
      ),
    },
    found:
      'after-grace RegistryUnreachable: pod x, container c: ErrImagePull, image not-found.example.com/iris:1: dial tcp: lookup not-found.example.com: no such host',
  },
  {
    it: 'a back-off that does not say why',
    seen: { pods: waiting('ImagePullBackOff', 'Back-off pulling image') },
    found:
      'after-grace ImagePullFailed: pod x, container c: ImagePullBackOff, image example/iris:1: Back-off pulling image',
  },
  {
    it: 'a registry that allows only so many pulls',
    seen: { pods: waiting('ImagePullBackOff', 'toomanyrequests: You have reached your pull rate limit') },
    found:
      'no RegistryUnreachable: pod x, container c: ImagePullBackOff, image example/iris:1: toomanyrequests: You have reached your pull rate limit',
  },
  {
    it: 'an image for another processor',
    seen: { pods: waiting('ImagePullBackOff', 'no match for platform in manifest') },
    found:
      'now ImagePullFailed: pod x, container c: ImagePullBackOff, image example/iris:1: no match for platform in manifest',
  },
  {
    it: 'a first crash',
    seen: { pods: ended(back, 1, '{exitCode: 1, reason: Error}') },
    found: 'after-grace CrashLoopBackOff: pod x, container c: CrashLoopBackOff: exits with code 1, 1 restart',
  },
  {
    it: 'a container that crashes again and again',
    seen: { pods: ended(back, 2, '{exitCode: 139, reason: Error}') },
    found:
      'now CrashLoopBackOff: pod x, container c: CrashLoopBackOff: exits with code 139 (SIGSEGV: crashed in native code), 2 restarts',
  },
  {
    it: 'the same while it runs once more',
    seen: { pods: ended('{running: {}}', 2, '{exitCode: 1, reason: Error}') },
    found: 'after-grace CrashLoopBackOff: pod x, container c: exits with code 1, 2 restarts',
  },
  {
    it: 'a container that runs again after one crash: it may be loading',
    seen: { pods: ended('{running: {}}', 1, '{exitCode: 1, reason: Error}') },
    found:
      'no ReadinessProbeFailed: pod x, container c: not ready, its readiness probe has not succeeded yet, 1 restart',
  },
  {
    it: 'a container that was killed for its memory',
    seen: {
      pods: ended(back, 2, '{exitCode: 137, reason: OOMKilled}').replace(
        'image:',
        'resources: {limits: {memory: 1Gi}}, image:',
      ),
    },
    found: 'now OOMKilled: pod x, container c: OOMKilled, exit code 137 (memory limit 1Gi), 2 restarts',
  },
  {
    it: 'a container that ends without an error',
    seen: { pods: ended(back, 2, '{exitCode: 0, reason: Completed}') },
    found: 'now Completed: pod x, container c: exits without an error (exit code 0), 2 restarts',
  },
  {
    it: 'a container that its liveness probe has killed, by the words of the kubelet',
    seen: {
      pods: ended(back, 2, '{exitCode: 143, reason: Error}'),
      events: event('Killing', 'Container c failed liveness probe, will be restarted', ', container: c'),
    },
    found: 'now LivenessProbeFailed: pod x, container c: killed by its liveness probe, 2 restarts',
  },
  {
    it: 'a container that its startup probe has killed',
    seen: {
      pods: ended(back, 2, '{exitCode: 137, reason: Error}'),
      events: event('Killing', 'Container c failed startup probe, will be restarted', ', container: c'),
    },
    found: 'now StartupProbeFailed: pod x, container c: killed by its startup probe, 2 restarts',
  },
  {
    it: 'a Secret that is not there',
    seen: { pods: waiting('CreateContainerConfigError', 'secret "s" not found') },
    found: 'after-grace ContainerCannotStart: pod x, container c: CreateContainerConfigError: secret "s" not found',
  },
  {
    it: 'a kubelet that has not synced yet',
    seen: { pods: waiting('CreateContainerConfigError', 'failed to sync secret cache') },
    found: 'nothing',
  },
  {
    it: 'a model that cannot be downloaded, at first',
    seen: { pods: init(0) },
    found:
      'after-grace ModelDownloadFailed: pod x, container c-model-initializer: the model cannot be downloaded: exit code 1',
  },
  {
    it: 'a model that cannot be downloaded, again and again',
    seen: { pods: init(2) },
    found:
      'now ModelDownloadFailed: pod x, container c-model-initializer: the model cannot be downloaded: exit code 1, 2 restarts',
  },
  {
    it: "an init container of the user's own, which downloads no model",
    seen: { pods: init(2, 'migrate') },
    found: 'now CrashLoopBackOff: pod x, container migrate: exits with code 1, 2 restarts',
  },
  { it: 'a container that is being created', seen: { pods: creating }, found: 'nothing' },
  {
    it: 'a key that is not in a Secret',
    seen: { pods: waiting('CreateContainerConfigError', "couldn''t find key token in Secret ns/creds") },
    found:
      "after-grace ContainerCannotStart: pod x, container c: CreateContainerConfigError: couldn't find key token in Secret ns/creds",
    advice: 'Add the key token to the Secret creds, or correct the reference to it',
  },
  {
    it: 'an image that would run as root where nobody may',
    seen: {
      pods: waiting('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root (pod: x)'),
    },
    found:
      'after-grace ContainerCannotStart: pod x, container c: CreateContainerConfigError: container has runAsNonRoot and image will run as root (pod: x)',
    advice: 'Set runAsUser in securityContext to a user other than 0, or remove runAsNonRoot',
  },
  {
    it: 'a hook that fails after the start',
    seen: { pods: waiting('PostStartHookError', 'command /x exited with 1') },
    found: 'after-grace ContainerCannotStart: pod x, container c: PostStartHookError: command /x exited with 1',
    advice: 'Correct the postStart hook of the container (lifecycle.postStart)',
  },
  {
    it: 'a command that the image does not have, after the kubelet has tried it twice',
    seen: {
      pods: ended(back, 2, "{exitCode: 128, reason: StartError, message: 'exec: /nope: no such file or directory'}"),
    },
    found:
      'now ContainerCannotStart: pod x, container c: the kubelet cannot start the container: exec: /nope: no such file or directory, 2 restarts',
    advice: 'Check command and args of the container, and that the image contains them',
  },
  {
    it: 'a container that somebody has killed',
    seen: { pods: ended(back, 2, '{exitCode: 137, reason: Error}') },
    found:
      'now CrashLoopBackOff: pod x, container c: CrashLoopBackOff: exits with code 137 (SIGKILL: killed), 2 restarts',
    advice:
      'Check the events of the pod: the container was killed from outside, for example for lack of memory (resources.limits.memory of container c) or by a probe',
  },
  {
    it: 'a Secret for pulling that is not there',
    seen: {
      pods: waiting('ImagePullBackOff', 'Back-off pulling image "example/iris:1": 401 Unauthorized'),
      events: event(
        'FailedToRetrieveImagePullSecret',
        'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
      ),
    },
    found: 'now ImagePullUnauthorized: pod x, container c: ImagePullBackOff, image example/iris:1: 401 Unauthorized',
    advice: 'Create the Secret regcred in the namespace, or correct imagePullSecrets',
  },
  {
    it: 'a port of the host that is taken',
    seen: {
      pods: pod(
        "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/1 nodes are available: 1 node(s) did not have free ports for the requested pod ports.'}]}",
      ),
    },
    found:
      'no Unschedulable: pod x cannot be scheduled: 0/1 nodes are available: 1 node(s) did not have free ports for the requested pod ports',
    advice: 'Remove hostPort: another pod uses it on every suitable node',
  },
  {
    it: 'a path of the node that is not what it should be',
    seen: { pods: creating, events: event('FailedMount', 'hostPath type check failed: /data is not a directory') },
    found: 'after-grace FailedMount: pod x: FailedMount: hostPath type check failed: /data is not a directory',
    advice: 'Check the volumes of the pod and the objects that they refer to',
  },
  {
    it: 'a webhook that does not answer',
    seen: {
      ...none,
      deployments: refused('Internal error occurred: failed calling webhook "v.example.com": connection refused'),
    },
    found:
      'no WebhookUnreachable: deployment "m-p-0-c": FailedCreate: Internal error occurred: failed calling webhook "v.example.com": connection refused',
    advice: 'Check the service of the webhook v.example.com: without it no pod can be created',
  },
  {
    it: 'a namespace that is being deleted',
    seen: {
      ...none,
      deployments: refused(
        'pods "x" is forbidden: unable to create new content in namespace n because it is being terminated',
      ),
    },
    found:
      'after-grace FailedCreate: deployment "m-p-0-c": FailedCreate: pods "x" is forbidden: unable to create new content in namespace n because it is being terminated',
    advice: 'The namespace is being deleted: use another one, or create it again when it is gone',
  },
  {
    it: 'a volume that cannot be mounted',
    seen: { pods: creating, events: event('FailedMount', 'configmap "settings" not found') },
    found: 'after-grace FailedMount: pod x: FailedMount: configmap "settings" not found',
  },
  {
    it: 'a volume that a kubelet does not know yet, as on healthy starts',
    seen: { pods: creating, events: event('FailedMount', 'failed to sync configmap cache: timed out') },
    found: 'nothing',
  },
  {
    it: 'a volume that another node holds still',
    seen: { pods: creating, events: event('FailedAttachVolume', 'Multi-Attach error for volume "v"') },
    found: 'no FailedMount: pod x: FailedAttachVolume: Multi-Attach error for volume "v"',
  },
  {
    it: 'a pod that finds no node: an autoscaler may bring one',
    seen: { pods: pod('{conditions: [{type: PodScheduled, status: "False", reason: Unschedulable}]}') },
    found: 'no Unschedulable: pod x cannot be scheduled: Unschedulable',
  },
  {
    it: 'a claim that is not there',
    seen: {
      pods: pod(
        '{conditions: [{type: PodScheduled, status: "False", message: \'persistentvolumeclaim "data" not found\'}]}',
      ),
    },
    found: 'after-grace ReferenceMissing: pod x cannot be scheduled: persistentvolumeclaim "data" not found',
  },
  {
    it: 'a node that does not answer',
    seen: {
      pods: pod(
        '{phase: Running, conditions: [{type: Ready, status: "False", reason: NodeStatusUnknown}]}',
        '{nodeName: n1, containers: [{name: c}]}',
      ),
    },
    found: 'no NodeNotReady: pod x: its node n1 does not answer (NotReady)',
  },
  {
    it: 'a quota that is used up: somebody may delete something',
    seen: { ...none, deployments: refused('pods "x" is forbidden: exceeded quota: q, requested: pods=1') },
    found:
      'no QuotaExceeded: deployment "m-p-0-c": FailedCreate: pods "x" is forbidden: exceeded quota: q, requested: pods=1',
  },
  {
    it: 'a quota that asks for limits: no time sets them',
    seen: { ...none, deployments: refused('pods "x" is forbidden: failed quota: q: must specify limits.cpu for: c') },
    found:
      'after-grace QuotaRequires: deployment "m-p-0-c": FailedCreate: pods "x" is forbidden: failed quota: q: must specify limits.cpu for: c',
  },
  {
    it: 'Pod Security',
    seen: {
      ...none,
      deployments: refused('pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot'),
    },
    found:
      'after-grace PodSecurity: deployment "m-p-0-c": FailedCreate: pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot',
  },
  {
    it: 'a ServiceAccount that is not there',
    seen: {
      ...none,
      deployments: refused(
        'pods "x" is forbidden: error looking up service account ns/models: serviceaccount "models" not found',
      ),
    },
    found:
      'after-grace ServiceAccountMissing: deployment "m-p-0-c": FailedCreate: pods "x" is forbidden: error looking up service account ns/models: serviceaccount "models" not found',
  },
  {
    it: 'the ServiceAccount that a new namespace does not have yet, for which nobody gives up',
    seen: {
      ...none,
      deployments: refused(
        'pods "x" is forbidden: error looking up service account ns/default: serviceaccount "default" not found',
      ),
    },
    found:
      'no ServiceAccountMissing: deployment "m-p-0-c": FailedCreate: pods "x" is forbidden: error looking up service account ns/default: serviceaccount "default" not found',
    advice: 'Wait: Kubernetes creates it in each new namespace; otherwise check kube-controller-manager',
  },
  {
    it: 'a webhook that does not admit the pod',
    seen: { ...none, deployments: refused('admission webhook "policy.example.com" denied the request: no latest') },
    found:
      'after-grace WebhookDenied: deployment "m-p-0-c": FailedCreate: admission webhook "policy.example.com" denied the request: no latest',
  },
  {
    it: 'a LimitRange',
    seen: {
      ...none,
      deployments: refused('pods "x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi'),
    },
    found:
      'after-grace LimitRange: deployment "m-p-0-c": FailedCreate: pods "x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
  },
  {
    it: 'what the operator says, if it stays so',
    seen: { deployment: '{metadata: {name: m}, status: {state: Failed, description: no such server}}' },
    found: 'after-grace OperatorFailed: the operator reports Failed: no such server',
  },
  {
    it: 'a registry’s short name that nobody resolves',
    seen: {
      pods: waiting(
        'ImagePullBackOff',
        'Back-off pulling image "example/iris:1": ErrImagePull: short-name "example/iris:1" did not resolve to an alias and no unqualified-search registries are defined',
      ),
    },
    found:
      'now ImagePullFailed: pod x, container c: ImagePullBackOff, image example/iris:1: short-name "example/iris:1" did not resolve to an alias and no unqualified-search registries are defined',
    advice:
      'Add the registry to the name of the image, for example docker.io/example/iris:1: the nodes search no registry',
  },
  {
    it: 'an image without the signature that is asked for',
    seen: { pods: waiting('SignatureValidationFailed', 'image signature validation failed') },
    found:
      'after-grace ImagePullFailed: pod x, container c: SignatureValidationFailed, image example/iris:1: image signature validation failed',
    advice: 'Use an image whose signature the policy of the nodes accepts, or sign example/iris:1',
  },
  {
    it: 'an image that the node cannot look at',
    seen: { pods: waiting('ImageInspectError', 'Failed to inspect image "example/iris:1"') },
    found:
      'after-grace ImagePullFailed: pod x, container c: ImageInspectError, image example/iris:1: Failed to inspect image "example/iris:1"',
  },
  ...[
    'dial tcp: lookup r.example.com: no such host',
    'net/http: TLS handshake timeout',
    'dial tcp 10.0.0.1:443: connect: no route to host',
    'unexpected status from HEAD request: 503 Service Unavailable',
    'unexpected EOF',
  ].map((said) => ({
    it: `a registry that is out of reach: ${said}`,
    seen: { pods: waiting('ErrImagePull', said) },
    found: `after-grace RegistryUnreachable: pod x, container c: ErrImagePull, image example/iris:1: ${said}`,
    advice: 'Check the address of the registry in example/iris:1, and that the nodes can reach it',
  })),
  {
    it: 'a registry whose certificate nobody trusts',
    seen: {
      pods: waiting('ErrImagePull', 'tls: failed to verify certificate: x509: certificate signed by unknown authority'),
    },
    found:
      'after-grace RegistryUnreachable: pod x, container c: ErrImagePull, image example/iris:1: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    advice:
      'Check address and certificate of the registry of example/iris:1: the nodes cannot reach it over https, or do not trust its certificate',
  },
  ...(
    [
      [
        'exec: "serve": executable file not found in $PATH: unknown',
        'Check command and args of the container, and that the image contains them',
      ],
      ['no command specified', 'Check command and args of the container, and that the image contains them'],
      [
        'exec: "/entry.sh": permission denied: unknown',
        'Make the command executable in the image, or correct command and securityContext',
      ],
      [
        'exec /serve: exec format error',
        'Build example/iris:1 for the CPU architecture of the nodes, for example with docker buildx build --platform',
      ],
      [
        'error mounting "/var/lib/kubelet/a" to rootfs at "/m": not a directory: unknown',
        'Correct mountPath and subPath in volumeMounts: a file cannot be mounted over a directory, nor a directory over a file',
      ],
      [
        'error mounting "/var/lib/kubelet/a" to rootfs at "/m": mkdirat /m: read-only file system',
        'Correct mountPath and subPath in volumeMounts: a file cannot be mounted over a directory, nor a directory over a file',
      ],
      [
        'nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.2',
        'Use an image for a CUDA version that the driver of the node supports, or a node with a newer driver',
      ],
    ] as const
  ).map(([said, advice]) => ({
    it: `a container that cannot be started: ${said}`,
    seen: { pods: waiting('RunContainerError', said) },
    found: `after-grace ContainerCannotStart: pod x, container c: RunContainerError: ${said}`,
    advice,
  })),
  {
    it: 'a subPath that the volume does not let be made',
    seen: {
      pods: waiting('CreateContainerConfigError', 'failed to prepare subPath for volumeMount "v" of container "c"'),
    },
    found:
      'after-grace ContainerCannotStart: pod x, container c: CreateContainerConfigError: failed to prepare subPath for volumeMount "v" of container "c"',
    advice: 'Correct subPath in volumeMounts: the path does not exist in the volume and cannot be created',
  },
  {
    it: 'an earlier attempt that the runtime is busy with',
    seen: {
      pods: waiting('CreateContainerError', 'failed to reserve container name "c_x": name "c_x" is reserved for "1"'),
    },
    found:
      'no ContainerCannotStart: pod x, container c: CreateContainerError: failed to reserve container name "c_x": name "c_x" is reserved for "1"',
    advice: 'Check the node of the pod: its container runtime is slow, or busy with an earlier attempt',
  },
  {
    it: 'a kubelet that has just been started',
    seen: {
      pods: waiting(
        'CreateContainerConfigError',
        'services have not yet been read at least once, cannot construct envvars',
      ),
    },
    found: 'nothing',
  },
  {
    it: 'a memory limit with which the process cannot even begin',
    seen: { pods: waiting('RunContainerError', 'container init was OOM-killed (memory limit too low?)') },
    found: 'after-grace OOMKilled: pod x, container c: OOMKilled, exit code 128 (the memory limit is too low to start)',
    advice: 'Raise resources.limits.memory of container c, or make the model use less memory',
  },
  {
    it: 'a hook that fails, whose container looks as if it had ended by itself',
    seen: {
      pods: ended(back, 2, '{exitCode: 143, reason: Error}'),
      events: event('FailedPostStartHook', 'PostStartHook failed', ', container: c'),
    },
    found:
      'now ContainerCannotStart: pod x, container c: killed because its postStart hook failed: PostStartHook failed, 2 restarts',
    advice: 'Correct the postStart hook of the container (lifecycle.postStart)',
  },
  {
    it: 'a container that was asked to end',
    seen: { pods: ended(back, 2, '{exitCode: 143, reason: Error}') },
    found:
      'now CrashLoopBackOff: pod x, container c: CrashLoopBackOff: exits with code 143 (SIGTERM: terminated), 2 restarts',
  },
  {
    it: 'the last words of a container, of which only the error counts',
    seen: {
      pods: ended(back, 2, '{exitCode: 1, reason: Error, message: "loading\\nValueError: no such model\\nbye"}'),
    },
    found:
      'now CrashLoopBackOff: pod x, container c: CrashLoopBackOff: exits with code 1: ValueError: no such model, 2 restarts',
  },
  {
    it: 'the end of a long life, which came only once since it was ready',
    seen: {
      pods: pod(
        `{conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-01-02T00:00:00Z'}], containerStatuses: [{name: c, restartCount: 7, state: ${back}, lastState: {terminated: {exitCode: 1, reason: Error, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-02T00:00:00Z'}}}]}`,
      ),
    },
    found: 'after-grace CrashLoopBackOff: pod x, container c: CrashLoopBackOff: exits with code 1, 7 restarts',
  },
  {
    it: 'a probe that fails long after the last crash',
    seen: {
      pods: pod(
        "{conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-01-02T00:00:00Z'}], containerStatuses: [{name: c, restartCount: 7, state: {running: {}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T01:00:00Z'}}}]}",
      ),
      events: event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 404', ', container: c'),
    },
    found:
      'no ReadinessProbeFailed: pod x, container c: not ready, its readiness probe fails: HTTP probe failed with statuscode: 404, 7 restarts',
    advice: 'Correct the path of the readinessProbe: the container does not know it',
  },
  ...(
    [
      [
        'dial tcp 10.0.0.1:9000: connect: connection refused',
        'If the model is still loading (see its log), wait; otherwise check that the container listens on the port of the readinessProbe',
      ],
      [
        'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        'Raise timeoutSeconds of the readinessProbe, or make the container answer faster',
      ],
      [
        'service unhealthy (responded with "NOT_SERVING")',
        'If the model is still loading (see its log), wait; otherwise check path and port of the readinessProbe',
      ],
    ] as const
  ).map(([answer, advice]) => ({
    it: `a readiness probe that is answered so: ${answer}`,
    seen: {
      pods: ended('{running: {}}', 0),
      events: event('Unhealthy', `Readiness probe failed: ${answer}`, ', container: c'),
    },
    found: `no ReadinessProbeFailed: pod x, container c: not ready, its readiness probe fails: ${answer}`,
    advice,
  })),
  {
    it: 'a startup probe that has not succeeded yet: nobody asks the readiness probe before',
    seen: {
      pods: pod(
        '{containerStatuses: [{name: c, restartCount: 0, started: false, state: {running: {}}}]}',
        '{containers: [{name: c, startupProbe: {tcpSocket: {port: 9000}}}]}',
      ),
    },
    found:
      'no ReadinessProbeFailed: pod x, container c: not ready, its startup probe (a connection to port 9000) has not succeeded yet',
    advice: 'If the model is still loading (see its log), wait; otherwise check the startupProbe',
  },
  {
    it: 'a model that is still being downloaded',
    seen: {
      pods: pod('{initContainerStatuses: [{name: c-model-initializer, restartCount: 0, state: {running: {}}}]}'),
      deployment:
        "{metadata: {name: m}, spec: {predictors: [{name: p, graph: {name: c, modelUri: 's3://models/iris'}}]}}",
    },
    found:
      'no PodInitializing: pod x, container c-model-initializer: still downloading the model from s3://models/iris',
    advice: 'A large model takes a while: follow its log; otherwise check modelUri',
  },
  {
    it: "an init container of the user's own that still runs",
    seen: { pods: pod('{initContainerStatuses: [{name: wait, restartCount: 0, state: {running: {}}}]}') },
    found: 'no PodInitializing: pod x, container wait: still running, the other containers start after it',
    advice: 'Read its log to see what it waits for',
  },
  {
    it: 'a sidecar that is not ready, which is an init container and goes on',
    seen: {
      pods: pod(
        '{initContainerStatuses: [{name: proxy, restartCount: 0, started: false, state: {running: {}}}]}',
        '{containers: [{name: c}], initContainers: [{name: proxy, restartPolicy: Always, startupProbe: {tcpSocket: {port: 1}}}]}',
      ),
    },
    found:
      'no ReadinessProbeFailed: pod x, container proxy: not ready, its startup probe (a connection to port 1) has not succeeded yet',
  },
  {
    it: 'an init container that was killed for its memory',
    seen: {
      pods: pod(
        `{initContainerStatuses: [{name: c-model-initializer, restartCount: 2, state: ${back}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]}`,
        '{containers: [{name: c}], initContainers: [{name: c-model-initializer, resources: {limits: {memory: 100Mi}}}]}',
      ),
    },
    found:
      'now OOMKilled: pod x, container c-model-initializer: OOMKilled, exit code 137 (memory limit 100Mi), 2 restarts',
  },
  {
    it: 'a key that a volume asks for, and its Secret does not have',
    seen: {
      pods: creating,
      events: event(
        'FailedMount',
        'MountVolume.SetUp failed for volume "v" : references non-existent secret key: model.json',
      ),
    },
    found:
      'after-grace FailedMount: pod x: FailedMount: MountVolume.SetUp failed for volume "v" : references non-existent secret key: model.json',
    advice: 'Add the key model.json to the Secret or ConfigMap of the volume, or remove it from items in volumes',
  },
  {
    it: 'a CSI driver that a new node does not have yet',
    seen: {
      pods: creating,
      events: event('FailedMount', 'driver name ebs.csi.aws.com not found in the list of registered CSI drivers'),
    },
    found:
      'no FailedMount: pod x: FailedMount: driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
    advice: 'Check that the CSI driver ebs.csi.aws.com runs on the node of the pod: a new node takes a moment',
  },
  {
    it: 'a network that the node cannot give the pod',
    seen: {
      pods: creating.replace('{containers:', '{nodeName: n1, containers:'),
      events: event('FailedCreatePodSandBox', 'Failed to create pod sandbox: plugin type="calico" failed (add)'),
    },
    found:
      'no PodNotStarted: pod x: FailedCreatePodSandBox: Failed to create pod sandbox: plugin type="calico" failed (add)',
    advice: 'Check the node n1 and its network',
  },
  {
    it: 'a runtime class that the node does not have',
    seen: {
      pods: creating,
      events: event('FailedCreatePodSandBox', 'Failed to create pod sandbox: no runtime for "nvidia" is configured'),
    },
    found:
      'no PodNotStarted: pod x: FailedCreatePodSandBox: Failed to create pod sandbox: no runtime for "nvidia" is configured',
    advice: 'Correct runtimeClassName, or use a node that has this runtime',
  },
  {
    it: 'a block volume that cannot be mapped',
    seen: { pods: creating, events: event('FailedMapVolume', 'MapVolume.MapPodDevice failed for volume "v"') },
    found: 'no FailedMount: pod x: FailedMapVolume: MapVolume.MapPodDevice failed for volume "v"',
  },
  {
    it: 'a device that its node does not prepare',
    seen: {
      pods: creating.replace('{containers:', '{nodeName: n1, containers:'),
      events: event('FailedPrepareDynamicResources', 'Failed to prepare dynamic resources: no such driver gpu.x'),
    },
    found:
      'no PodNotStarted: pod x: FailedPrepareDynamicResources: Failed to prepare dynamic resources: no such driver gpu.x',
    advice: 'Check the resource claims of the pod, and the driver of the device on node n1',
  },
  {
    it: 'whatever else fails for its node',
    seen: {
      pods: creating.replace('{containers:', '{nodeName: n1, containers:'),
      events: event('FailedSync', 'error determining status: rpc error'),
    },
    found: 'no PodNotStarted: pod x: FailedSync: error determining status: rpc error',
    advice: 'Correct what the warning names, or check the node n1',
  },
  {
    it: 'nothing where a pod went on after a warning',
    seen: {
      pods: creating,
      events: event('FailedSync', 'error determining status: rpc error').replace(
        '}]}',
        '}, {uid: f, type: Normal, reason: Scheduled, message: m, count: 1, lastTime: 2000, object: {kind: Pod, name: x, uid: u-p}}]}',
      ),
    },
    found: 'nothing',
  },
  {
    it: 'nothing of a warning that keeps no pod from starting',
    seen: { pods: creating, events: event('DNSConfigForming', 'Nameserver limits were exceeded') },
    found: 'nothing',
  },
  {
    it: 'nothing of a warning of its image, which is being pulled all the same',
    seen: {
      pods: creating,
      events: event('FailedToRetrieveImagePullSecret', 'Unable to retrieve some image pull secrets (regcred)'),
    },
    found: 'nothing',
  },
  ...(
    [
      [
        '0/1 nodes are available: 1 Insufficient nvidia.com/gpu.',
        'Lower resources.requests of the containers, or add a node with enough resources',
      ],
      [
        '0/2 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, 1 node(s) had untolerated taint {gpu: only}.',
        'Add tolerations for the taints of the nodes; check the nodes: they are not ready, or short of disk or memory',
      ],
      [
        '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.',
        'Check the nodes: they are not ready, or short of disk or memory',
      ],
      ['0/1 nodes are available: 1 node(s) were unschedulable.', 'Uncordon the nodes'],
      [
        '0/1 nodes are available: 1 node(s) had volume node affinity conflict.',
        'Check the PersistentVolumeClaims of the pod',
      ],
      [
        "0/1 nodes are available: 1 node(s) didn''t match pod topology spread constraints.",
        'Check topologySpreadConstraints, or add a node where they allow one more pod',
      ],
      ['0/1 nodes are available: 1 Too many pods.', 'Add a node: the existing nodes have their maximum number of pods'],
      [
        'Scheduling is blocked due to non-empty scheduling gates',
        'Find out who set schedulingGates on the pod, for example a queue such as Kueue',
      ],
      ['no nodes available to schedule pods', 'Check the nodes of the cluster'],
    ] as const
  ).map(([said, advice]) => ({
    it: `a pod that finds no node: ${said}`,
    seen: { pods: pod(`{phase: Pending, conditions: [{type: PodScheduled, status: 'False', message: '${said}'}]}`) },
    found: `no Unschedulable: pod x cannot be scheduled: ${said.replace(/\.$/, '').replace("''", "'")}`,
    advice,
  })),
  ...(
    [
      ['OutOfcpu', 'Lower resources.requests of the containers, or add a node with enough resources'],
      ['TopologyAffinityError', 'Lower resources.requests of the containers, or add a node with enough resources'],
      ['NodeAffinity', 'Check nodeSelector and affinity'],
      ['UnexpectedAdmissionError', 'Check the device plugin on the node n1: it reports more devices than there are'],
      ['Terminated', 'Wait for the replacement pod: the node n1 was shut down'],
      ['Preempting', 'Set priorityClassName, or add a node: a pod with a higher priority took its place'],
      ['DeadlineExceeded', 'Raise activeDeadlineSeconds, or remove it: a server must not exit'],
    ] as const
  ).map(([reason, advice]) => ({
    it: `a pod that has ended as a whole: ${reason}`,
    seen: {
      pods: `[{kind: Pod, metadata: {name: x, uid: u-p, ownerReferences: [{uid: u-r}]}, spec: {nodeName: n1, containers: [{name: c}]}, status: {phase: Failed, reason: ${reason}, message: said}}]`,
    },
    found: `no PodFailed: pod x: ${reason}: said`,
    advice,
  })),
  ...(
    [
      [
        'The node was low on resource: ephemeral-storage. Container c was using 1Gi, request is 0.',
        'The disk of the node is full: set resources.requests["ephemeral-storage"] to the real usage, or free some space',
      ],
      [
        'The node was low on resource: memory. Container c was using 1Gi, request is 0.',
        'Set resources.requests.memory to the real usage, so that the pod gets a node with enough memory',
      ],
      [
        'Usage of EmptyDir volume "v" exceeds the limit "1Mi".',
        'Raise the sizeLimit of the emptyDir, or write less to it',
      ],
      [
        'Pod was rejected: The node had condition: [DiskPressure].',
        'The disk of the node is full: set resources.requests["ephemeral-storage"] to the real usage, or free some space',
      ],
    ] as const
  ).map(([said, advice]) => ({
    it: `an eviction: ${said}`,
    seen: {
      pods: `[{kind: Pod, metadata: {name: x, uid: u-p, ownerReferences: [{uid: u-r}]}, status: {phase: Failed, reason: Evicted, message: '${said}'}}]`,
    },
    found: `no Evicted: pod x: Evicted: ${said}`,
    advice,
  })),
  {
    it: 'the pods of a lost node, as the node controller writes it',
    seen: {
      pods: pod(
        "{phase: Running, conditions: [{type: Ready, status: 'False', lastTransitionTime: '1970-01-01T00:00:01Z'}], containerStatuses: [{name: c, ready: true, restartCount: 0, state: {running: {}}}]}",
        '{nodeName: n1, containers: [{name: c}]}',
      ),
      events: event('NodeNotReady', 'Node is not ready'),
    },
    found: 'no NodeNotReady: pod x: its node n1 does not answer (NotReady)',
  },
  { it: 'nothing, where all is well', seen: {}, found: 'nothing' },
];

describe('Why a deployment is not available', () => {
  for (const { it: sentence, seen, found, advice } of cases) {
    it(`is found: ${sentence}`, () => {
      const [first] = diagnose(observed(seen));
      assert.equal(first ? `${first.fails} ${first.reason}: ${first.why}` : 'nothing', found);
      if (advice !== undefined) assert.equal(first?.advice, advice);
    });
  }

  it('is not looked for in pods that are on their way out', () => {
    const leaving = waiting('InvalidImageName').replace(
      'uid: u-p',
      "uid: u-p, deletionTimestamp: '2026-01-01T00:00:00Z'",
    );
    assert.deepEqual(diagnose(observed({ pods: leaving })), []);
  });

  it('is not looked for in pods of an earlier template, once there is a ReplicaSet of the present one', () => {
    const revision = (number: number) => `annotations: {deployment.kubernetes.io/revision: '${number}'}`;
    const broken = pod(
      '{containerStatuses: [{name: c, restartCount: 0, state: {waiting: {reason: InvalidImageName}}}]}',
    );
    const seen = (ofDeployment: number, ofReplicaSet: number) => ({
      deployments: `[{metadata: {name: m-p-0-c, uid: u-d, ownerReferences: [{uid: u-m}], ${revision(ofDeployment)}}, spec: {}}]`,
      replicaSets: `[{metadata: {name: m-p-0-c-1, uid: u-r, ownerReferences: [{uid: u-d}], ${revision(ofReplicaSet)}}}]`,
      pods: broken.replace('uid: u-p', 'uid: u-p, ownerReferences: [{uid: u-r}]'),
    });
    assert.deepEqual(diagnose(observed(seen(2, 1))), []);
    assert.deepEqual(
      diagnose(observed(seen(2, 2))).map(({ reason }) => reason),
      ['InvalidImageName'],
    );
  });

  it('begins with what ends a wait, and tells of all that is wrong', () => {
    const other = waiting('InvalidImageName').replaceAll('name: x, uid: u-p', 'name: y, uid: u-q');
    const both = `[${waiting('ErrImagePull').slice(1, -1)}, ${other.slice(1, -1)}]`;
    assert.deepEqual(
      diagnose(observed({ pods: both })).map(({ reason, fails }) => `${reason} ${fails}`),
      ['InvalidImageName now', 'ImagePullFailed after-grace'],
    );
  });

  it('is told of the orchestrator only where it alone is not ready', () => {
    const container = (name: string, ready: boolean) =>
      `{name: ${name}, ready: ${ready}, restartCount: 0, state: {running: {}}}`;
    const statuses = (model: boolean) =>
      pod(`{containerStatuses: [${container('c', model)}, ${container('seldon-container-engine', false)}]}`);
    const containers = (model: boolean) =>
      diagnose(observed({ pods: statuses(model) })).map((one) => one.pod?.container);
    assert.deepEqual(containers(false), ['c']);
    assert.deepEqual(containers(true), ['seldon-container-engine']);
  });

  describe('of an explainer, which asks the model when it starts', () => {
    const deployment = `
      metadata: {name: m, namespace: ns, uid: u-m, generation: 1}
      spec: {predictors: [{name: p, graph: {name: c}, explainer: {type: AnchorTabular}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]}`;
    const explainer = (endedAt: string) => `
      - kind: Pod
        metadata: {name: e, uid: u-e, ownerReferences: [{uid: u-er}]}
        status: {containerStatuses: [{name: explainer, restartCount: 3, state: ${back}, lastState: {terminated: {exitCode: 1, finishedAt: '${endedAt}'}}}]}`;
    const seen = (available: string, endedAt: string): Moment => ({
      deployment,
      deployments: `
        - metadata: {name: m-p-0-c, uid: u-d}
          status: {${available}}
        - metadata: {name: m-p-explainer, uid: u-ed}`,
      replicaSets: '[{metadata: {name: r, uid: u-er, ownerReferences: [{uid: u-ed}]}}]',
      pods: explainer(endedAt),
    });
    const stands =
      "availableReplicas: 1, conditions: [{type: Available, status: 'True', lastTransitionTime: '2026-01-01T00:01:00Z'}]";

    for (const [name, moment, fails] of [
      ['counts only once the model is available', seen('availableReplicas: 0', '2026-01-01T00:02:00Z'), 'no'],
      ['counts not where it was before that', seen(stands, '2026-01-01T00:00:59Z'), 'no'],
      ['counts from then on', seen(stands, '2026-01-01T00:02:00Z'), 'now'],
    ] as const) {
      it(`a crash ${name}`, () => {
        const [found] = diagnose(observed(moment));
        assert.equal(found?.fails, fails);
        assert.match(found?.why ?? '', /^pod e \(explainer of predictor p\), container explainer: CrashLoopBackOff/);
      });
    }
  });

  describe('of a part that asks a Service of the same deployment', () => {
    const predictors = ['a', 'b'].map(
      (p) => `{name: ${p}, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}`,
    );
    const asks = (container: string) => `spec: {template: {spec: {containers: [{name: c, ${container}}]}}}`;
    const seen = (a: string, b: string, ready = 0): Moment => ({
      deployment: `
        metadata: {name: m, namespace: ns, uid: u-m, generation: 1}
        spec: {predictors: [${predictors}]}`,
      deployments: `
        - metadata: {name: m-a-0-c, uid: u-a}
          ${a}
          status: {availableReplicas: ${ready}, conditions: [{type: Available, status: '${ready > 0 ? 'True' : 'False'}', lastTransitionTime: '2026-01-01T00:01:00Z'}]}
        - metadata: {name: m-b-0-c, uid: u-b}
          ${b}`,
      replicaSets: '[{metadata: {name: r, uid: u-br, ownerReferences: [{uid: u-b}]}}]',
      pods: `
        - kind: Pod
          metadata: {name: x, uid: u-x, ownerReferences: [{uid: u-br}]}
          status: {containerStatuses: [{name: c, restartCount: 3, state: ${back}, lastState: {terminated: {exitCode: 1, finishedAt: '2026-01-01T00:02:00Z'}}}]}`,
    });
    const url = asks("env: [{name: URL, value: 'http://m-a-c.ns:9000'}]");

    for (const [name, moment, fails, needs] of [
      ['does not count before what is behind it is available', seen('', url), 'no', true],
      ['counts once that is available', seen('', url, 1), 'now', false],
      ['does not count where an argument names it either', seen('', asks("args: ['--to=m-a:8000']")), 'no', true],
      ['counts where it asks somebody else', seen('', asks("args: ['--to=database:5432']")), 'now', false],
      ['counts where each asks the other, for neither can begin', seen(asks("args: ['m-b:1']"), url), 'now', false],
    ] as const) {
      it(`a crash ${name}`, () => {
        const [found] = diagnose(observed(moment));
        assert.equal(found?.fails, fails);
        assert.equal(
          /; it may depend on predictor a, which is not available yet$/.test(found?.why ?? ''),
          needs,
          found?.why,
        );
      });
    }
  });
});
