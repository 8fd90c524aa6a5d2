import { backOffSeconds, crashedState, startedState, waitingState } from './container-states.ts';
import { firstOfSpec, jqDefinitions, nextToStart, running, type Turn, waitingFor } from './container-turn.ts';
import { eventStep, type KubeletEvent } from './event-step.ts';
import * as events from './kubelet-events.ts';
import { type Delay, type Stage, type Step, stage, statusPatch } from './stage.ts';
import { acceptedStatus, changedStatus } from './status-template.ts';

/** What a pull takes if no tag says so. With the patches and events around it, a pod is ready after about 100 ms. */
const pullMilliseconds = 20;
const stopMilliseconds = 50;

const pullDelay: Delay = { milliseconds: pullMilliseconds, from: durationInTag('next.image', 'slow') };
const pullTime = `regexFind ":slow-[^:/@]+$" $container.image | trimPrefix ":slow-" | default "${pullMilliseconds}ms"`;

const backOffDelay: Delay = {
  milliseconds: 1000,
  from: `waiting("CrashLoopBackOff") | [${backOffSeconds}][[.restartCount - 1, ${backOffSeconds.length - 1}] | min] | tostring + "s"`,
};

/**
 * What happens to pods, played by kwok. The end of each container's image picks its story:
 *
 *   :slow-3s      takes 3 s to pull (any Go duration)
 *   :missing      ErrImagePull, then ImagePullBackOff, for ever
 *   :crash        starts and exits 1; CrashLoopBackOff, and again after 1, 2, 4 … 60 s
 *   :linger-2s    takes 2 s to stop
 *   else          is pulled and started
 *
 * Init containers have the same stories, and end as soon as they are started. Not played: probes, sidecars, containers
 * that end by themselves, the end of the grace period.
 */
export const podStages: Stage[] = [
  podStage('pod-accepted', 'living and .status.containerStatuses == null', [
    ...tell(firstOfSpec, events.pulling),
    statusPatch(acceptedStatus),
  ]),

  podStage('container-pulling', 'living and (next | . != null and .started == null)', [
    ...tell(nextToStart, events.pulling),
    change(nextToStart, '{{ $_ := set $container "started" false }}'),
  ]),

  podStage(
    'container-started',
    'living and (next | .started == false and (.image | test(":(missing|crash)$") | not))',
    [...tell(nextToStart, events.pulled(pullTime), events.created, events.started), change(nextToStart, startedState)],
    pullDelay,
  ),

  podStage(
    'image-missing',
    'living and (next | .started == false and (.image | endswith(":missing")))',
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
    'living and (next | .started == false and (.image | endswith(":crash")))',
    [
      ...tell(nextToStart, events.pulled(pullTime), events.created, events.started, events.restartBackOff),
      change(nextToStart, crashedState),
    ],
    pullDelay,
  ),

  podStage(
    'container-crashed-again',
    'living and next == null and waiting("ErrImagePull") == null and waiting("CrashLoopBackOff") != null',
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
  podStage('container-stopping', '(living | not) and running != null', [
    change(running, '{{ $_ := set $container "started" false }}'),
    ...tell(running, events.killing),
  ]),

  // Without a grace period left, the API server removes the pod by itself.
  podStage(
    'pod-gone',
    '(living | not) and running == null and .metadata.deletionGracePeriodSeconds != 0',
    [{ delete: true }],
    {
      milliseconds: stopMilliseconds,
      from: `[.spec.containers[].image | ${durationInTag('.', 'linger')}] | first`,
    },
  ),
];

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
