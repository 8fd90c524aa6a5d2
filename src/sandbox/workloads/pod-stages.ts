import { ownValue } from '../../own-values.ts';
import { parseGoDuration } from '../../text/go-duration.ts';
import type { EventText } from '../event-recorder.ts';
import {
  ENGINE,
  EVICTED,
  ends,
  eviction,
  killedBy,
  killingWords,
  LOADS,
  loadingAnswer,
  mountError,
  NO_MOUNT,
  notServing,
  pullErrors,
  UNREADY,
  unreadyAnswer,
} from './image-stories.ts';
import type { Condition, ContainerStatus, Pod, PodStatus } from './workload-objects.ts';

/** What happens to a pod next, and after how many milliseconds. */
export type PodStage = {
  name:
    | 'pull'
    | 'init'
    | 'ready'
    | 'load'
    | 'image-missing'
    | 'image-backoff'
    | 'crash'
    | 'probe-kill'
    | 'evict'
    | 'kill';
  uid: string;
  delay: number;
  events: EventText[];
  /** The fields of status that change. */
  status(pod: Pod, now: string): PodStatus;
};

const normal = (reason: string, message: string): EventText => ({ type: 'Normal', reason, message });
const warning = (reason: string, message: string): EventText => ({ type: 'Warning', reason, message });
const about = (event: EventText, container: string, field = 'containers'): EventText => ({
  ...event,
  fieldPath: `spec.${field}{${container}}`,
});

/**
 * The image's tag tells a pod's story:
 *   …:anything   Pulling, Pulled, Created, Started, then ready after 100 ms
 *   …:slow-3s    the same, ready after 3 s (any Go duration)
 *   …:loads-3s   runs after 100 ms, and its readiness probe fails for 3 s
 *   …:missing    ErrImagePull, then ImagePullBackOff, for ever; so does :unauthorized, in the registry's other words
 *   …:crash      starts, exits 1, CrashLoopBackOff with a growing restart count; so do :oom, :segfault and :exits
 *   …:recovers   the same, and runs after three times
 *   …:liveness   runs, and is killed again and again by its liveness probe; so is :startup by its startup probe
 *   …:unready    runs, and never becomes ready; of :unserved only the orchestrator in front of it does not
 *   …:nomount    waits for a volume whose Secret is not there
 *   …:evicted    runs, and is evicted with its pod
 *   …:linger-2s  as the first, but takes 2 s to end
 *
 * Init containers end as soon as they are started, but for those that crash or have no image.
 */
export function nextStage(pod: Pod): PodStage | undefined {
  const { uid, deletionTimestamp } = pod.metadata;
  const images = pod.spec.containers.map(({ image }) => image);
  if (deletionTimestamp) {
    // Without a node there is no kubelet: the API server has removed the pod by itself.
    const delay = durationAfter(images, ':linger-') ?? 50;
    return { name: 'kill', uid, delay, events: [normal('Killing', 'Stopping container')], status: () => ({}) };
  }
  if (!pod.spec.nodeName || pod.status?.phase === 'Failed') return undefined;
  const statuses = pod.status?.containerStatuses;
  const isMounted = !has(images, NO_MOUNT);
  if (!statuses) {
    const events = isMounted ? [normal('Pulling', 'Pulling image')] : [warning('FailedMount', mountError)];
    return { name: 'pull', uid, delay: 0, events, status: pulling };
  }
  if (!isMounted) return undefined;
  const failingInit = failingInitOf(pod);
  if (failingInit >= 0) return initStage(pod, failingInit);
  // The containers that have a story of their own fare as it says; the others run.
  const waiting = (statuses.find(({ image }) => isFailing(String(image))) ?? statuses[0])?.state.waiting?.reason;
  const ending = pod.spec.containers.find(({ image }, index) => endOf(image, statuses[index]?.restartCount));
  if (ending && isToStart(waiting)) {
    const events = [...startedAndEnded(ending.name), ...unservedEvents(pod)];
    return { name: 'crash', uid, delay: 1000, events, status: crashing };
  }
  const missing = images.find((image) => pullErrorOf(image) !== undefined);
  const failure = pullErrorOf(missing ?? '') ?? '';
  if (waiting === 'ErrImagePull') {
    const backOff = `Back-off pulling image "${missing}"`;
    const events = [normal('BackOff', backOff), warning('Failed', 'Error: ImagePullBackOff')];
    return {
      name: 'image-backoff',
      uid,
      delay: 1000,
      events,
      status: withoutImage('ImagePullBackOff', `${backOff}: ErrImagePull: ${failure}`),
    };
  }
  if (isToStart(waiting) && missing !== undefined) {
    const events = [
      warning('Failed', `Failed to pull image "${missing}": ${failure}`),
      warning('Failed', 'Error: ErrImagePull'),
    ];
    return { name: 'image-missing', uid, delay: 100, events, status: withoutImage('ErrImagePull', failure) };
  }
  // One that crashed as often as it should waits like one that has not begun.
  if (isToStart(waiting)) return start(pod, images);
  return whileRunning(pod, images, statuses);
}

const isToStart = (waiting = '') => ['ContainerCreating', 'PodInitializing', 'CrashLoopBackOff'].includes(waiting);

/** The init container that the others wait for: where it stands in the list, -1 if there is none. */
function failingInitOf({ spec, status }: Pod): number {
  const before = status?.initContainerStatuses ?? [];
  const fails = (image: string, index: number) =>
    pullErrorOf(image) !== undefined || endOf(image, before[index]?.restartCount) !== undefined;
  return spec.initContainers?.findIndex(({ image }, index) => fails(image, index)) ?? -1;
}

function initStage(pod: Pod, index: number): PodStage | undefined {
  const { uid } = pod.metadata;
  const { name = '', image = '' } = pod.spec.initContainers?.[index] ?? {};
  const failure = pullErrorOf(image);
  if (failure === undefined) {
    return { name: 'init', uid, delay: 1000, events: startedAndEnded(name, 'initContainers'), status: crashingInit };
  }
  const waiting = pod.status?.initContainerStatuses?.[index]?.state.waiting?.reason;
  if (waiting === 'ImagePullBackOff') return undefined;
  const isFirst = waiting !== 'ErrImagePull';
  const backOff = `Back-off pulling image "${image}"`;
  const events = isFirst
    ? [warning('Failed', `Failed to pull image "${image}": ${failure}`), warning('Failed', 'Error: ErrImagePull')]
    : [normal('BackOff', backOff), warning('Failed', 'Error: ImagePullBackOff')];
  const state = isFirst
    ? { waiting: { reason: 'ErrImagePull', message: failure } }
    : { waiting: { reason: 'ImagePullBackOff', message: `${backOff}: ErrImagePull: ${failure}` } };
  return {
    name: isFirst ? 'image-missing' : 'image-backoff',
    uid,
    delay: isFirst ? 100 : 1000,
    events: events.map((event) => about(event, name, 'initContainers')),
    status: (changed, now) => initStatus(changed, now, index, { state }),
  };
}

function start(pod: Pod, images: string[]): PodStage {
  const unready = pod.spec.containers.find(({ image }) => isTagged(image, UNREADY));
  const loading = pod.spec.containers.find(({ image }) => isLoading(image));
  const events = [
    normal('Pulled', 'Successfully pulled image'),
    normal('Created', 'Created container'),
    normal('Started', 'Started container'),
    ...(unready ? [about(warning('Unhealthy', unreadyAnswer), unready.name)] : []),
    ...(loading ? [about(warning('Unhealthy', loadingAnswer), loading.name)] : []),
    ...unservedEvents(pod),
  ];
  const delay = durationAfter(images, ':slow-') ?? 100;
  return { name: 'ready', uid: pod.metadata.uid, delay, events, status: running };
}

function whileRunning(pod: Pod, images: string[], statuses: ContainerStatus[]): PodStage | undefined {
  const { uid } = pod.metadata;
  if (has(images, EVICTED)) {
    return { name: 'evict', uid, delay: 1000, events: [warning('Evicted', eviction)], status: evicted };
  }
  const killed = pod.spec.containers.find(({ image }) => killOf(image));
  const kill = killed && killOf(killed.image);
  if (killed && kill) {
    const words = killingWords.replace('%s', killed.name).replace('PROBE', kill.probe);
    const events = [
      about(warning('Unhealthy', kill.answer), killed.name),
      about(normal('Killing', words), killed.name),
    ];
    return { name: 'probe-kill', uid, delay: 1000, events, status: killedAgain };
  }
  const isLoaded = statuses.every(({ image, ready }) => ready || !isLoading(String(image)));
  const delay = durationAfter(images, `:${LOADS}-`);
  if (delay === undefined || isLoaded) return undefined;
  return { name: 'load', uid, delay, events: [], status: loaded };
}

function startedAndEnded(container: string, field?: string): EventText[] {
  return [
    about(normal('Started', 'Started container'), container, field),
    about(warning('BackOff', 'Back-off restarting failed container'), container, field),
  ];
}

/** Of the orchestrator, where a container behind it does not serve. */
function unservedEvents({ spec: { containers } }: Pod): EventText[] {
  const isThere = containers.some(({ name }) => name === ENGINE);
  return isThere && isUnserved(containers) ? [about(warning('Unhealthy', unreadyAnswer), ENGINE)] : [];
}

function pulling(pod: Pod, now: string): PodStatus {
  const inits = pod.spec.initContainers ?? [];
  const state = {
    waiting: { reason: failingInitOf(pod) >= 0 ? 'PodInitializing' : 'ContainerCreating' },
  };
  return {
    phase: 'Pending',
    startTime: now,
    conditions: [
      condition('Initialized', 'True', now),
      condition('Ready', 'False', now, 'ContainersNotReady'),
      condition('ContainersReady', 'False', now, 'ContainersNotReady'),
    ],
    ...(inits.length > 0 && { initContainerStatuses: statusesOf(inits, () => ({ state })) }),
    containerStatuses: containerStatuses(pod, () => ({ state })),
  };
}

function running(pod: Pod, now: string): PodStatus {
  const end = { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now };
  const inits = pod.spec.initContainers ?? [];
  const before = pod.status?.containerStatuses ?? [];
  return withReadiness(pod, now, {
    ...(inits.length > 0 && {
      initContainerStatuses: statusesOf(inits, () => ({ ready: true, state: { terminated: end } })),
    }),
    containerStatuses: containerStatuses(pod, (index, image) => ({
      ...runningState(now),
      ready: !isTagged(image, UNREADY) && !isTagged(image, EVICTED) && !isLoading(image) && !killOf(image),
      restartCount: before[index]?.restartCount ?? 0,
      lastState: before[index]?.lastState ?? {},
    })),
  });
}

function loaded(pod: Pod, now: string): PodStatus {
  const statuses = (pod.status?.containerStatuses ?? []).map((status) =>
    isLoading(String(status.image)) ? { ...status, ready: true } : status,
  );
  return withReadiness(pod, now, { containerStatuses: statuses });
}

function killedAgain(pod: Pod, now: string): PodStatus {
  const end = { exitCode: 137, reason: 'Error', startedAt: now, finishedAt: now };
  const statuses = (pod.status?.containerStatuses ?? []).map((status) =>
    killOf(String(status.image))
      ? {
          ...status,
          restartCount: status.restartCount + 1,
          state: { running: { startedAt: now } },
          lastState: { terminated: end },
        }
      : status,
  );
  return withReadiness(pod, now, { containerStatuses: statuses });
}

/** With its conditions: of a pod that runs. */
function withReadiness(
  { spec: { containers } }: Pod,
  now: string,
  { containerStatuses: all = [], ...more }: PodStatus,
): PodStatus {
  const statuses = all.map((status) =>
    status.name === ENGINE && isUnserved(containers) ? { ...status, ready: false } : status,
  );
  const isReady = statuses.every(({ ready }) => ready);
  const ready = (type: string) =>
    isReady ? condition(type, 'True', now) : condition(type, 'False', now, 'ContainersNotReady');
  return {
    phase: 'Running',
    conditions: [condition('Initialized', 'True', now), ready('Ready'), ready('ContainersReady')],
    ...more,
    containerStatuses: statuses,
  };
}

function evicted(pod: Pod, now: string): PodStatus {
  const terminated = {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
  };
  return {
    phase: 'Failed',
    reason: 'Evicted',
    message: eviction,
    conditions: ['Ready', 'ContainersReady'].map((type) => condition(type, 'False', now, 'PodFailed')),
    containerStatuses: containerStatuses(pod, () => ({ started: false, state: { terminated } })),
  };
}

const tagOf = (image: string) => image.slice(image.lastIndexOf(':') + 1);
const isTagged = (image: string, tag: string) => tagOf(image) === tag;
const has = (images: readonly string[], tag: string) => images.some((image) => isTagged(image, tag));
const pullErrorOf = (image: string) => ownValue(pullErrors, tagOf(image))?.replaceAll('%s', image);
const killOf = (image: string) => ownValue(killedBy, tagOf(image));
const isLoading = (image: string) => tagOf(image).startsWith(`${LOADS}-`);
const isUnserved = (containers: readonly { image: string }[]) =>
  containers.some(({ image }) => notServing.includes(tagOf(image)));

/** How it ends next, if it has not ended as often as it should. */
function endOf(image: string, restartCount = 0) {
  const end = ownValue(ends, tagOf(image));
  return end && restartCount < (end.times ?? Number.POSITIVE_INFINITY) ? end : undefined;
}

function isFailing(image: string): boolean {
  return pullErrorOf(image) !== undefined || endOf(image) !== undefined;
}

function withoutImage(reason: string, message: string): (pod: Pod, now: string) => PodStatus {
  const state = { waiting: { reason, message } };
  return (pod, now) => ({
    containerStatuses: containerStatuses(pod, (_, image) =>
      pullErrorOf(image) === undefined ? runningState(now) : { state },
    ),
  });
}

function runningState(now: string): Partial<ContainerStatus> {
  return { ready: true, started: true, state: { running: { startedAt: now } } };
}

function crashing(pod: Pod, now: string): PodStatus {
  const before = pod.status?.containerStatuses ?? [];
  return withReadiness(pod, now, {
    containerStatuses: containerStatuses(pod, (index, image) => {
      const end = endOf(image, before[index]?.restartCount);
      return end ? ended(end, before[index]?.restartCount, now) : runningState(now);
    }),
  });
}

function crashingInit(pod: Pod, now: string): PodStatus {
  const index = failingInitOf(pod);
  const restarts = pod.status?.initContainerStatuses?.[index]?.restartCount;
  const end = endOf(pod.spec.initContainers?.[index]?.image ?? '', restarts);
  return end ? initStatus(pod, now, index, ended(end, restarts, now)) : {};
}

/** Those before the one that fails have done their work, those after it wait. */
function initStatus({ spec }: Pod, now: string, failing: number, particulars: Partial<ContainerStatus>): PodStatus {
  const done = { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now };
  return {
    conditions: [condition('Initialized', 'False', now, 'ContainersNotInitialized')],
    initContainerStatuses: statusesOf(spec.initContainers ?? [], (index) => {
      if (index > failing) return { state: { waiting: { reason: 'PodInitializing' } } };
      return index === failing ? particulars : { ready: true, state: { terminated: done } };
    }),
  };
}

function ended(
  { exitCode, reason }: { exitCode: number; reason: string },
  restartCount = 0,
  now: string,
): Partial<ContainerStatus> {
  return {
    restartCount: restartCount + 1,
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' } },
    lastState: { terminated: { exitCode, reason, startedAt: now, finishedAt: now } },
  };
}

function containerStatuses(
  { spec: { containers } }: Pod,
  particulars: (index: number, image: string) => Partial<ContainerStatus>,
): ContainerStatus[] {
  return statusesOf(containers, particulars);
}

function statusesOf(
  containers: readonly { name: string; image: string }[],
  particulars: (index: number, image: string) => Partial<ContainerStatus>,
): ContainerStatus[] {
  return containers.map(({ name, image }, index) => ({
    name,
    image,
    imageID: '',
    ready: false,
    restartCount: 0,
    lastState: {},
    state: {},
    ...particulars(index, image),
  }));
}

function condition(type: string, status: 'True' | 'False', now: string, reason?: string): Condition {
  return { type, status, lastProbeTime: null, lastTransitionTime: now, ...(reason ? { reason } : {}) };
}

/** Milliseconds that the first tag with this prefix asks for, as in `:slow-3s`. */
function durationAfter(images: string[], prefix: string): number | undefined {
  const image = images.find((candidate) => candidate.includes(prefix));
  return image === undefined ? undefined : parseGoDuration(image.slice(image.indexOf(prefix) + prefix.length));
}
