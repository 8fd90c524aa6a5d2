import {
  eviction,
  killedBy,
  killingWords,
  loadingAnswer,
  mountError,
  pullErrors,
  unreadyAnswer,
} from '../../../src/sandbox/workloads/image-stories.ts';
import type { KubeletEvent } from './event-step.ts';

/*
 * The events of a container, worded as a kubelet 1.36 words them (Kubernetes' pkg/kubelet: images/image_manager.go,
 * kuberuntime/kuberuntime_container.go, kuberuntime/kuberuntime_manager.go). Messages are Go template expressions.
 */

const normal = (reason: string, message: string, count?: string) => event('Normal', reason, message, count);
const warning = (reason: string, message: string, count?: string) => event('Warning', reason, message, count);

function event(type: KubeletEvent['type'], reason: string, message: string, count = '1'): KubeletEvent {
  return { type, reason, message, count };
}

/** How often a container that crashes has been started, this time included. */
const starts = 'add1 $container.restartCount';

export const pulling = normal('Pulling', 'printf "Pulling image %q" $container.image');

/** @param time Go template expression for the duration of the pull, e.g. `"50ms"` */
export function pulled(time: string): KubeletEvent {
  const words = 'Successfully pulled image %[1]q in %[2]v (%[2]v including waiting). Image size: 104857600 bytes.';
  return normal('Pulled', `printf "${words}" $container.image (${time})`);
}

export const pulledBefore = normal(
  'Pulled',
  'printf "Container image %q already present on machine and can be accessed by the pod" $container.image',
  '$container.restartCount',
);

export const created = normal('Created', '"Container created"', starts);
export const started = normal('Started', '"Container started"', starts);
export const unhealthy = warning('Unhealthy', JSON.stringify(unreadyAnswer));
export const loading = warning('Unhealthy', JSON.stringify(loadingAnswer));
export const unmounted: KubeletEvent = { ...warning('FailedMount', JSON.stringify(mountError)), ofPod: true };
export const evicting: KubeletEvent = { ...warning('Evicted', JSON.stringify(eviction.trim())), ofPod: true };
/** What the probes of a container do, by its image's tag. */
export const killedByProbe: readonly { tag: string; told: readonly KubeletEvent[] }[] = Object.entries(killedBy).map(
  ([tag, { probe, answer }]) => ({
    tag,
    told: [
      warning('Unhealthy', JSON.stringify(answer), starts),
      normal('Killing', `printf "${killingWords.replace('PROBE', probe)}" $container.name`, starts),
    ],
  }),
);
export const killing = normal('Killing', 'printf "Stopping container %s" $container.name');

/** What a container runtime says of an image that does not exist; also in the container's status. */
export const pullError = `ternary (${pullErrorOf('unauthorized')}) (${pullErrorOf('missing')}) (hasSuffix ":unauthorized" $container.image)`;

function pullErrorOf(tag: string): string {
  return `printf ${JSON.stringify((pullErrors[tag] ?? '').replaceAll('%s', '%[1]s'))} $container.image`;
}

export const pullFailed = warning('Failed', `printf "Failed to pull image %q: %s" $container.image (${pullError})`);
export const errImagePull = warning('Failed', '"Error: ErrImagePull"');
export const pullBackOff = normal('BackOff', 'printf "Back-off pulling image %q" $container.image');
export const errImagePullBackOff = warning('Failed', '"Error: ImagePullBackOff"');

/** How a kubelet names a pod inside messages. */
export const podName = 'printf "%s_%s(%s)" .metadata.name .metadata.namespace .metadata.uid';

export const restartBackOff = warning(
  'BackOff',
  `printf "Back-off restarting failed container %s in pod %s" $container.name (${podName})`,
  starts,
);
