import { ownValue } from '../../own-values.ts';
import type { RecordedEvent } from './event-recorder.ts';
import type { Condition, ContainerStatus, Pod, PodStatus } from './workload-objects.ts';

/** What happens to a pod next, and after how many milliseconds. */
export type PodStage = {
  name: 'pull' | 'ready' | 'image-missing' | 'image-backoff' | 'crash' | 'kill';
  uid: string;
  delay: number;
  events: RecordedEvent[];
  /** The fields of status that change. */
  status(pod: Pod, now: string): PodStatus;
};

const normal = (reason: string, message: string): RecordedEvent => ({ type: 'Normal', reason, message });
const warning = (reason: string, message: string): RecordedEvent => ({ type: 'Warning', reason, message });

/**
 * The image's tag tells a pod's story:
 *   …:anything   Pulling, Pulled, Created, Started, then ready after 100 ms
 *   …:slow-3s    the same, ready after 3 s (any Go duration)
 *   …:missing    ErrImagePull, then ImagePullBackOff, for ever
 *   …:crash      starts, exits 1, CrashLoopBackOff with a growing restart count
 *   …:linger-2s  as the first, but takes 2 s to end
 */
export function nextStage(pod: Pod): PodStage | undefined {
  const { uid, deletionTimestamp } = pod.metadata;
  const images = pod.spec.containers.map(({ image }) => image);
  if (deletionTimestamp) {
    // Without a node there is no kubelet: the API server has removed the pod by itself.
    const delay = durationAfter(images, ':linger-') ?? 50;
    return { name: 'kill', uid, delay, events: [normal('Killing', 'Stopping container')], status: () => ({}) };
  }
  if (!pod.spec.nodeName) return undefined;
  const statuses = pod.status?.containerStatuses;
  if (!statuses) return { name: 'pull', uid, delay: 0, events: [normal('Pulling', 'Pulling image')], status: pulling };
  const waiting = statuses[0]?.state.waiting?.reason;
  if (
    images.some((image) => image.endsWith(':crash')) &&
    (waiting === 'ContainerCreating' || waiting === 'CrashLoopBackOff')
  ) {
    const events = [normal('Started', 'Started container'), warning('BackOff', 'Back-off restarting failed container')];
    return { name: 'crash', uid, delay: 1000, events, status: crashing };
  }
  if (waiting === 'ErrImagePull') {
    const events = [normal('BackOff', 'Back-off pulling image'), warning('Failed', 'Error: ImagePullBackOff')];
    return {
      name: 'image-backoff',
      uid,
      delay: 1000,
      events,
      status: withoutImage('ImagePullBackOff', 'Back-off pulling image'),
    };
  }
  if (waiting !== 'ContainerCreating') return undefined;
  if (images.some((image) => image.endsWith(':missing'))) {
    const failure = 'failed to pull and unpack image: not found';
    const events = [
      warning('Failed', `Failed to pull image: rpc error: code = NotFound desc = ${failure}`),
      warning('Failed', 'Error: ErrImagePull'),
    ];
    return { name: 'image-missing', uid, delay: 100, events, status: withoutImage('ErrImagePull', failure) };
  }
  const events = [
    normal('Pulled', 'Successfully pulled image'),
    normal('Created', 'Created container'),
    normal('Started', 'Started container'),
  ];
  return { name: 'ready', uid, delay: durationAfter(images, ':slow-') ?? 100, events, status: running };
}

function pulling(pod: Pod, now: string): PodStatus {
  const notReady = 'ContainersNotReady';
  return {
    phase: 'Pending',
    startTime: now,
    conditions: [
      condition('Initialized', 'True', now),
      condition('Ready', 'False', now, notReady),
      condition('ContainersReady', 'False', now, notReady),
    ],
    containerStatuses: containerStatuses(pod, () => ({ state: { waiting: { reason: 'ContainerCreating' } } })),
  };
}

function running(pod: Pod, now: string): PodStatus {
  return {
    phase: 'Running',
    conditions: ['Initialized', 'Ready', 'ContainersReady'].map((type) => condition(type, 'True', now)),
    containerStatuses: containerStatuses(pod, () => ({
      ready: true,
      started: true,
      state: { running: { startedAt: now } },
    })),
  };
}

function withoutImage(reason: string, message: string): (pod: Pod) => PodStatus {
  const state = { waiting: { reason, message } };
  return (pod) => ({ containerStatuses: containerStatuses(pod, () => ({ state })) });
}

function crashing(pod: Pod, now: string): PodStatus {
  const before = pod.status?.containerStatuses ?? [];
  return {
    phase: 'Running',
    containerStatuses: containerStatuses(pod, (index) => ({
      restartCount: (before[index]?.restartCount ?? 0) + 1,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: now, finishedAt: now } },
    })),
  };
}

function containerStatuses(pod: Pod, particulars: (index: number) => Partial<ContainerStatus>): ContainerStatus[] {
  return pod.spec.containers.map(({ name, image }, index) => ({
    name,
    image,
    imageID: '',
    ready: false,
    restartCount: 0,
    lastState: {},
    state: {},
    ...particulars(index),
  }));
}

function condition(type: string, status: 'True' | 'False', now: string, reason?: string): Condition {
  return { type, status, lastProbeTime: null, lastTransitionTime: now, ...(reason ? { reason } : {}) };
}

/** Milliseconds that the first tag with this prefix asks for, as in `:slow-3s`. */
function durationAfter(images: string[], prefix: string): number | undefined {
  const image = images.find((candidate) => candidate.includes(prefix));
  return image === undefined ? undefined : goDuration(image.slice(image.indexOf(prefix) + prefix.length));
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1m30s` → 90000; undefined for what is no duration. */
function goDuration(text: string): number | undefined {
  if (!/^([\d.]+(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)(ms|s|m|h)/g);
  return [...parts].reduce((sum, [, value, unit]) => sum + Number(value) * (ownValue(units, unit as string) ?? 0), 0);
}
