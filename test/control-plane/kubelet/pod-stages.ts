import { ENGINE, EVICTED, ends, LOADS, pullErrors, UNREADY } from '../../../src/sandbox/workloads/image-stories.ts';
import {
  backOffSeconds,
  crashedState,
  killedState,
  loadedState,
  startedState,
  waitingState,
} from './container-states.ts';
import {
  firstOfSpec,
  jqDefinitions,
  nextToStart,
  running,
  runningUnready,
  type Turn,
  waitingFor,
} from './container-turn.ts';
import { eventStep, type KubeletEvent } from './event-step.ts';
import * as events from './kubelet-events.ts';
import { type Delay, type Stage, type Step, stage, statusPatch } from './stage.ts';
import { acceptedStatus, changedStatus, evictedStatus } from './status-template.ts';

/** What a pull takes if no tag says so. With the patches and events around it, a pod is ready after about 100 ms. */
const pullMilliseconds = 20;
const stopMilliseconds = 50;

const pullDelay: Delay = { milliseconds: pullMilliseconds, from: durationInTag('next.image', 'slow') };
const pullTime = `regexFind ":slow-[^:/@]+$" $container.image | trimPrefix ":slow-" | default "${pullMilliseconds}ms"`;

const backOffDelay: Delay = {
  milliseconds: 1000,
  from: backOffOf('waiting("CrashLoopBackOff")'),
};

/**
 * What happens to pods, played by kwok. The end of each container's image picks its story:
 *
 *   :slow-3s      takes 3 s to pull (any Go duration)
 *   :missing      ErrImagePull, then ImagePullBackOff, for ever; so does :unauthorized
 *   :crash        starts and exits 1; CrashLoopBackOff, and again after 1, 2, 4 … 60 s; so do :oom, :segfault and :exits
 *   :recovers     the same three times, then runs
 *   :liveness     runs, and its liveness probe kills it again and again, as often; so does :startup's startup probe
 *   :unready      runs, and is never ready
 *   :unserved     runs, and the orchestrator beside it is never ready
 *   :loads-2s     runs, and is ready after 2 s
 *   :nomount      waits for a volume for ever, with its whole pod
 *   :evicted      runs, and is evicted after a second, with its whole pod
 *   :linger-2s    takes 2 s to stop
 *   else          is pulled and started
 *
 * Init containers have the same stories, and end as soon as they are started. Not played: probes, sidecars, containers
 * that end by themselves, the end of the grace period.
 */
const UNPULLABLE = Object.keys(pullErrors).join('|');
const ENDING = Object.keys(ends).join('|');
const FAILING = `${UNPULLABLE}|${ENDING}`;
const waitsAfterCrash =
  'living and next == null and waiting("ErrImagePull") == null and waiting("CrashLoopBackOff") != null';
const LOADING = `${LOADS}-[^:/@]+`;
/** Whether the container that is started next will fail its readiness probe: itself, or for want of what is behind it. */
const isNextUnready = `((next | tagged("${UNREADY}")) or (unserved and (next | .name == "${ENGINE}")))`;

export const podStages: Stage[] = [
  podStage('pod-accepted', 'living and .status.containerStatuses == null and mounted', [
    ...tell(firstOfSpec, events.pulling),
    statusPatch(acceptedStatus),
  ]),

  podStage('pod-without-its-volume', 'living and .status.containerStatuses == null and (mounted | not)', [
    ...tell(firstOfSpec, events.unmounted),
    statusPatch(acceptedStatus),
  ]),

  podStage('container-pulling', 'living and (next | . != null and .started == null)', [
    ...tell(nextToStart, events.pulling),
    change(nextToStart, '{{ $_ := set $container "started" false }}'),
  ]),

  podStage(
    'container-started',
    `living and (next | .started == false and (tagged("${FAILING}|${LOADING}") | not)) and (${isNextUnready} | not)`,
    [...tell(nextToStart, events.pulled(pullTime), events.created, events.started), change(nextToStart, startedState)],
    pullDelay,
  ),

  podStage(
    'container-unready',
    `living and (next | .started == false) and ${isNextUnready}`,
    [
      ...tell(nextToStart, events.pulled(pullTime), events.created, events.started, events.unhealthy),
      change(nextToStart, startedState),
    ],
    pullDelay,
  ),

  podStage(
    'container-loading',
    `living and (next | .started == false and tagged("${LOADING}"))`,
    [
      ...tell(nextToStart, events.pulled(pullTime), events.created, events.started, events.loading),
      change(nextToStart, startedState),
    ],
    pullDelay,
  ),

  podStage(
    'container-loaded',
    `living and next == null and runs("${LOADING}") != null`,
    [change(runningUnready(LOADING), loadedState)],
    { milliseconds: 0, from: durationInTag(`runs("${LOADING}").image`, LOADS) },
  ),

  ...events.killedByProbe.map(({ tag, told }) =>
    podStage(
      `container-killed-by-${tag}`,
      `living and next == null and runs("${tag}") != null`,
      [...tell(runningUnready(tag), ...told), change(runningUnready(tag), killedState)],
      { milliseconds: 1000, from: backOffOf(`runs("${tag}")`) },
    ),
  ),

  podStage(
    'pod-evicted',
    `living and next == null and running != null and any(.spec.containers[]; tagged("${EVICTED}"))`,
    [...tell(running, events.evicting), statusPatch(evictedStatus)],
    { milliseconds: 1000 },
  ),

  podStage(
    'image-missing',
    `living and (next | .started == false and (.image | test(":(${UNPULLABLE})$")))`,
    [
      ...tell(nextToStart, events.pullFailed, events.errImagePull),
      change(nextToStart, waitingState('ErrImagePull', events.pullError)),
    ],
    pullDelay,
  ),

  podStage(
    'image-back-off',
    'living and next == null and waiting("ErrImagePull") != null',
    [
      ...tell(waitingFor('ErrImagePull'), events.pullBackOff, events.errImagePullBackOff),
      change(
        waitingFor('ErrImagePull'),
        waitingState(
          'ImagePullBackOff',
          `printf "Back-off pulling image %q: ErrImagePull: %s" $container.image (${events.pullError})`,
        ),
      ),
    ],
    { milliseconds: 1000 },
  ),

  podStage(
    'container-crashed',
    `living and (next | .started == false and (.image | test(":(${ENDING})$")))`,
    [
      ...tell(nextToStart, events.pulled(pullTime), events.created, events.started, events.restartBackOff),
      change(nextToStart, crashedState),
    ],
    pullDelay,
  ),

  podStage(
    'container-recovered',
    `${waitsAfterCrash} and (waiting("CrashLoopBackOff") | crashes | not)`,
    [
      ...tell(waitingFor('CrashLoopBackOff'), events.pulledBefore, events.created, events.started),
      change(waitingFor('CrashLoopBackOff'), startedState),
    ],
    backOffDelay,
  ),

  podStage(
    'container-crashed-again',
    `${waitsAfterCrash} and (waiting("CrashLoopBackOff") | crashes)`,
    [
      ...tell(
        waitingFor('CrashLoopBackOff'),
        events.pulledBefore,
        events.created,
        events.started,
        events.restartBackOff,
      ),
      change(waitingFor('CrashLoopBackOff'), crashedState),
    ],
    backOffDelay,
  ),

  // The patch comes first here: in a namespace that is being deleted no event can be written, and a pod whose stage
  // failed before the patch would never go.
  podStage('container-stopping', 'going and running != null', [
    change(running, '{{ $_ := set $container "started" false }}'),
    ...tell(running, events.killing),
  ]),

  // Without a grace period left, the API server removes the pod by itself.
  podStage('pod-gone', 'going and running == null and .metadata.deletionGracePeriodSeconds != 0', [{ delete: true }], {
    milliseconds: stopMilliseconds,
    from: `[.spec.containers[].image | ${durationInTag('.', 'linger')}] | first`,
  }),
];

/** jq: how long that container waits before it is started again, as a Go duration. */
function backOffOf(container: string): string {
  const last = backOffSeconds.length - 1;
  return `${container} | [${backOffSeconds}][[[.restartCount - 1, 0] | max, ${last}] | min] | tostring + "s"`;
}

function podStage(name: string, when: string, steps: Step[], delay?: Delay): Stage {
  return stage('Pod', name, jqDefinitions + when, steps, delay && withDefinitions(delay));
}

function withDefinitions(delay: Delay): Delay {
  return delay.from === undefined ? delay : { ...delay, from: jqDefinitions + delay.from };
}

function tell(turn: Turn, ...told: KubeletEvent[]): Step[] {
  return told.map((event) => eventStep(turn, event));
}

function change(turn: Turn, template: string): Step {
  return statusPatch(changedStatus(turn, template));
}

/** jq: the duration in a tag such as `:slow-3s`, or nothing. A tag counts only at the end of the image. */
function durationInTag(image: string, tag: string): string {
  return `${image} | capture(":${tag}-(?<time>[^:/@]+)$").time`;
}
