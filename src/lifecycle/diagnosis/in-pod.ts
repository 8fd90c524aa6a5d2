import type { Container, Pod } from '../../kubernetes/objects.ts';
import type { ReportedEvent } from '../../progress/progress.ts';
import { EXECUTOR } from '../../seldon/expected-deployments.ts';
import { advice } from './advice.ts';
import { newest } from './events-of.ts';
import type { Finding } from './finding.ts';
import { findingInContainer, type Needed, notReady, type SeenContainer } from './in-container.ts';

/** A pod that has not ended, and what was seen of it. */
export interface SeenPod {
  pod: Pod;
  podWords: string;
  events: readonly ReportedEvent[];
  /** By the name of the initializer's container. */
  modelUri(container: string): string | undefined;
  /** See SeenContainer. */
  needs: Needed | undefined;
  /** spec.nodeName of its template. */
  pinnedTo: string | undefined;
  /** Milliseconds since 1970, by our clock. */
  now: number;
}

/** What keeps a pod from being ready, most telling first. */
export function findingsInPod(seen: SeenPod): Finding[] {
  const unscheduled = ofScheduling(seen);
  if (unscheduled) return [unscheduled];
  const containers = containersOf(seen);
  const inContainers = containers.flatMap((one) => findingInContainer(one) ?? []);
  if (inContainers.length > 0) return inContainers;
  const whole =
    ofNode(seen) ?? ofMount(seen) ?? ofSandbox(seen) ?? ofPull(seen) ?? ofPinned(seen) ?? ofOtherFailure(seen);
  return whole ? [whole] : unready(containers);
}

function containersOf({ pod, ...seen }: SeenPod): SeenContainer[] {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const specOf = (name: string, specs: readonly Container[] = []) => specs.find((one) => one.name === name);
  return [
    ...initContainerStatuses.map((status) => ({
      ...seen,
      pod,
      status,
      spec: specOf(status.name, pod.spec?.initContainers),
      init: true,
      modelUri: seen.modelUri(status.name),
    })),
    ...containerStatuses.map((status) => ({
      ...seen,
      pod,
      status,
      spec: specOf(status.name, pod.spec?.containers),
      init: false,
      modelUri: undefined,
    })),
  ];
}

/** The orchestrator waits for all others: it is named only where it alone is not ready. */
function unready(containers: readonly SeenContainer[]): Finding[] {
  const isEngine = ({ status }: SeenContainer) => status.name === EXECUTOR;
  const models = containers.filter((one) => !isEngine(one)).flatMap((one) => notReady(one) ?? []);
  return models.length > 0 ? models : containers.filter(isEngine).flatMap((one) => notReady(one) ?? []);
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions */
function ofScheduling({ pod, podWords }: SeenPod): Finding | undefined {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  const { reason = '', message = '' } = scheduled;
  // What would have been thrown out for it helps nobody.
  const said = message
    .replace(/\s*(no new claims to deallocate, )?preemption: .*$/s, '')
    .trim()
    .replace(/\.$/, '');
  const asked = requestsOf(pod);
  const missing = /persistentvolumeclaim "([^"]+)" not found/.exec(message)?.[1];
  const why = `${podWords} cannot be scheduled: ${said || reason}${/Insufficient/.test(said) && asked ? `; requested: ${asked}` : ''}`;
  const about = { key: `${pod.metadata.name}: unschedulable`, why, pod: whole(pod) };
  if (missing !== undefined) {
    const what = advice.ReferenceMissing.create({ kind: 'PersistentVolumeClaim', name: missing });
    return { ...about, reason: 'ReferenceMissing', fails: 'after-grace', advice: what };
  }
  return { ...about, reason: 'Unschedulable', fails: 'no', advice: schedulingAdvice(said) };
}

/** The scheduler names each reason with how many nodes it is of: pkg/scheduler/framework/types.go, FitError. */
function schedulingAdvice(said: string): string {
  const { requests, affinity, spread, full, taints, unhealthy, ports, claims, gates, cordoned, other } =
    advice.Unschedulable;
  if (/scheduling gates/.test(said)) return gates();
  const ofPod = said.replaceAll(/volume node affinity/g, 'volume').replaceAll(OWN_TAINTS, '');
  const parts = [
    ...(/Insufficient (\S+?)[.,]?(\s|$)/.test(said) ? [requests()] : []),
    ...(/topology spread/.test(said) ? [spread()] : []),
    ...(/affinity|node selector|didn't match Pod's/i.test(ofPod) ? [affinity()] : []),
    ...(/taint/.test(ofPod) ? [taints()] : []),
    ...(/Too many pods/.test(said) ? [full()] : []),
    ...(/free ports/.test(said) ? [ports()] : []),
    ...(/unbound|volume node affinity|persistentvolumeclaim/i.test(said) ? [claims()] : []),
    ...(/unschedulable/.test(said) ? [cordoned()] : []),
    ...(/(not-ready|unreachable|pressure|network-unavailable|uninitialized)/.test(said) ? [unhealthy()] : []),
  ];
  const [first = other(), ...others] = parts;
  return [first, ...others.map((part) => `${part.charAt(0).toLowerCase()}${part.slice(1)}`)].join('; ');
}

/** What Kubernetes itself taints nodes with, in the scheduler's words: no pod should tolerate it. */
const OWN_TAINTS = /\d+ node\(s\) had untolerated taint(\(s\))? ?\{node\.(cloudprovider\.)?kubernetes\.io\/[^}]*\}/g;

function requestsOf({ spec }: Pod): string {
  const all = (spec?.containers ?? []).flatMap(({ name, resources }) => {
    const { memory, cpu, ...others } = resources?.requests ?? {};
    const asked = Object.entries({ ...(memory && { memory }), ...(cpu && { cpu }), ...others });
    return asked.length === 0
      ? []
      : [`${asked.map(([what, much]) => `${what} ${much}`).join(', ')} (container ${name})`];
  });
  return all.join(' and ');
}

/** A node whose kubelet does not answer: https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-unreachable */
function ofNode({ pod, podWords, events }: SeenPod): Finding | undefined {
  if (!isNodeLost(pod, events)) return undefined;
  const node = pod.spec?.nodeName ?? 'unknown';
  return {
    reason: 'NodeNotReady',
    key: `${pod.metadata.name}: node`,
    fails: 'no',
    why: `${podWords}: its node ${node} does not answer (NotReady)`,
    advice: advice.NodeNotReady.node({ node }),
    event: newest(events, ({ reason }) => reason === 'NodeNotReady'),
    pod: whole(pod),
  };
}

/**
 * The node controller makes the pods of a lost node not ready, and says so in an Event: all that their containers say is of
 * before. pkg/controller/util/node/controller_utils.go, MarkPodsNotReady
 */
export function isNodeLost({ status }: Pod, events: readonly ReportedEvent[]): boolean {
  const { conditions, reason } = status ?? {};
  const ready = conditions?.find(({ type }) => type === 'Ready');
  if (!ready || ready.status === 'True') return false;
  if (reason === 'NodeLost' || ready.reason === 'NodeStatusUnknown' || ready.status === 'Unknown') return true;
  const told = newest(events, (one) => one.reason === 'NodeNotReady')?.lastTime;
  return told !== undefined && told + 10_000 >= Date.parse(ready.lastTransitionTime ?? '');
}

const OF_VOLUMES = /^Failed(Mount|AttachVolume|MapVolume)$/;

function ofMount({ pod, podWords, events }: SeenPod): Finding | undefined {
  if (!isBeingMade(pod)) return undefined;
  const event = newest(events, ({ reason, message }) => {
    const isTransient = /failed to sync .* cache|not registered/.test(message);
    return OF_VOLUMES.test(reason) && !isTransient;
  });
  if (!event) return undefined;
  const [, kind, name] = /\b(secret|configmap|persistentvolumeclaim)s? "([^"]+)" not found/i.exec(event.message) ?? [];
  const [, key] = /references non-existent \w+ key: (\S+)/.exec(event.message) ?? [];
  const [, driver] = /driver name (\S+) not found in the list of registered CSI drivers/.exec(event.message) ?? [];
  const isFinal = name !== undefined || key !== undefined || /hostPath type check failed/.test(event.message);
  const what = KINDS.get(kind?.toLowerCase() ?? '') ?? 'object';
  return {
    reason: 'FailedMount',
    key: `${pod.metadata.name}: mount`,
    fails: isFinal ? 'after-grace' : 'no',
    why: `${podWords}: ${event.reason}: ${event.message}`,
    event,
    advice: mountAdvice({ kind: what, name, key, driver }),
    pod: whole(pod),
  };
}

function mountAdvice({
  kind,
  name,
  key,
  driver,
}: Record<'name' | 'key' | 'driver', string | undefined> & { kind: string }) {
  if (name !== undefined) return advice.FailedMount.create({ kind, name });
  if (key !== undefined) return advice.FailedMount.key({ key });
  return driver === undefined ? advice.FailedMount.other() : advice.FailedMount.driver({ name: driver });
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['secret', 'Secret'],
  ['configmap', 'ConfigMap'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
]);

function ofSandbox(seen: SeenPod): Finding | undefined {
  const { pod, events } = seen;
  if (!isBeingMade(pod)) return undefined;
  const event = newest(events, ({ reason }) =>
    /^(FailedCreatePodSandBox|NetworkNotReady|FailedCreatePodContainer)$/.test(reason),
  );
  const { runtime, network } = advice.PodNotStarted;
  const isOfRuntime = /RuntimeHandler|no runtime for|runtime handler/i.test(event?.message ?? '');
  return event && notStarted(seen, 'sandbox', event, isOfRuntime ? runtime : network);
}

function notStarted(
  { pod, podWords }: SeenPod,
  category: string,
  event: ReportedEvent,
  whatToDo: (named: { node: string }) => string,
): Finding {
  return {
    reason: 'PodNotStarted',
    key: `${pod.metadata.name}: ${category}`,
    fails: 'no',
    why: `${podWords}: ${event.reason}: ${event.message}`,
    event,
    advice: whatToDo({ node: pod.spec?.nodeName ?? '' }),
    pod: whole(pod),
  };
}

/** An ordinary image of a model takes so long over a slow line. */
const LONG_PULL_MS = 20_000;

/** Of a registry that does not answer nothing else is ever heard. */
function ofPull({ pod, podWords, events, now }: SeenPod): Finding | undefined {
  if (!isWaitingForAContainer(pod)) return undefined;
  const event = newest(events, ({ reason }) => reason === 'Pulling');
  const pulled = newest(events, ({ reason }) => reason === 'Pulled' || reason === 'Failed');
  const since = event?.lastTime;
  if (!event || since === undefined || (pulled?.lastTime ?? 0) > since || now - since < LONG_PULL_MS) return undefined;
  const [, image = 'its image'] = /image "([^"]+)"/.exec(event.message) ?? [];
  return {
    reason: 'ImagePulling',
    key: `${pod.metadata.name}: pulling`,
    fails: 'no',
    why: `${podWords}: the node is still pulling image ${image}`,
    event,
    advice: advice.ImagePulling.wait({ image }),
    pod: whole(pod),
  };
}

/** A kubelet takes a pod within a second or two. */
const TAKEN_MS = 15_000;

function ofPinned({ pod, podWords, pinnedTo }: SeenPod): Finding | undefined {
  const { status = {} } = pod;
  const isTaken = status.startTime !== undefined || (status.containerStatuses ?? []).length > 0;
  if (pinnedTo === undefined || isTaken) return undefined;
  return {
    reason: 'NodeMissing',
    key: `${pod.metadata.name}: pinned`,
    fails: 'after-grace',
    graceMs: TAKEN_MS,
    why: `${podWords}: bound to node "${pinnedTo}" (spec.nodeName), but no kubelet starts it`,
    advice: advice.NodeMissing.nodeName({ node: pinnedTo }),
    pod: whole(pod),
  };
}

/** By its name something has failed; other Warnings (DNSConfigForming, PolicyViolation) keep no pod from starting. */
const FAILURE = /^Failed|(Failed|Error)$/;

/** What is told elsewhere, and more exactly, or not at all where it mends itself. */
const TOLD_ELSEWHERE = /^Failed(Scheduling|ToRetrieveImagePullSecret)$/;

/** What else has failed for its node or a plugin there, where that is the last that was heard of the pod. */
function ofOtherFailure(seen: SeenPod): Finding | undefined {
  const { pod, events } = seen;
  if (!isBeingMade(pod)) return undefined;
  const event = newest(events, ({ type, reason }) => type === 'Warning' && FAILURE.test(reason));
  const wentOn = newest(events, ({ type }) => type !== 'Warning');
  if (!event || (wentOn?.lastTime ?? 0) >= (event.lastTime ?? 0)) return undefined;
  if (event.benign || OF_VOLUMES.test(event.reason) || TOLD_ELSEWHERE.test(event.reason)) return undefined;
  const { claims, other } = advice.PodNotStarted;
  return notStarted(seen, 'warning', event, event.reason === 'FailedPrepareDynamicResources' ? claims : other);
}

/** Others may run already: a kubelet pulls one image after the other. */
function isWaitingForAContainer({ status }: Pod): boolean {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.some(({ state }) => /^(ContainerCreating|PodInitializing)$/.test(state?.waiting?.reason ?? ''));
}

/** Whether nothing in it has run yet. */
function isBeingMade({ status }: Pod): boolean {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.every(({ state }) => !state?.running && !state?.terminated);
}

function whole({ metadata: { name, uid = '' } }: Pod) {
  return { name, uid, container: undefined, log: undefined };
}
