import type { ContainerStatus, Pod } from '../../kubernetes/objects.ts';
import type { Observation } from '../waits/observation.ts';

/** Something that keeps a deployment from becoming available, and that waiting alone may not mend. */
export interface Blocker {
  /** The same as long as it is the same blocker, though its wording may change. */
  key: string;
  /** 'now': no time mends it. 'after-grace': it may pass by itself, as when a registry is down for a moment. */
  fails: 'now' | 'after-grace';
  /** Pod, container, reason and message. */
  why: string;
  /** What a person could do. */
  advice: string;
  /** Where it shows, if it is in a pod. */
  pod?: { name: string; uid: string; container: string; hasRun: boolean };
}

/**
 * The gravest blocker that a moment shows. Pods that find no node and quotas that are used up are none: an autoscaler
 * or somebody else's deletion mends them, so they are only named while waiting.
 */
export function findBlocker({ deployment, owned }: Observation): Blocker | undefined {
  const inPods = owned.pods.filter(({ metadata }) => !metadata.deletionTimestamp).flatMap(blockersInPod);
  const all = [...inPods, ...ofTheOperator(deployment?.status)];
  return all.find(({ fails }) => fails === 'now') ?? all[0];
}

/**
 * The operator's own word. It is never final and often passes (conflicts and objects that are still being deleted are
 * written as Failed too: seldon-core#2044), so it has to stay the same for a while.
 */
function ofTheOperator(status: { state?: string; description?: string } | undefined): Blocker[] {
  if (status?.state !== 'Failed') return [];
  const description = status.description || 'without saying why';
  return [
    {
      key: `Failed: ${description}`,
      fails: 'after-grace',
      why: `the operator says Failed: ${description}`,
      advice: 'Look at its events above, and at the log of the Seldon operator',
    },
  ];
}

function blockersInPod(pod: Pod): Blocker[] {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return [
    ...initContainerStatuses.flatMap((container) => blockerInContainer(pod, container, true)),
    ...containerStatuses.flatMap((container) => blockerInContainer(pod, container, false)),
  ];
}

function blockerInContainer(pod: Pod, container: ContainerStatus, init: boolean): Blocker[] {
  const { name, uid = '' } = pod.metadata;
  const found = (category: string, fails: Blocker['fails'], why: string, advice: string): Blocker[] => [
    {
      key: `${name}/${container.name}: ${category}`,
      fails,
      why: `pod ${name}, container ${container.name}: ${why}`,
      advice,
      pod: { name, uid, container: container.name, hasRun: container.restartCount > 0 || category === 'crash' },
    },
  ];
  const { reason = '', message = '' } = container.state?.waiting ?? {};
  const image = container.image || pod.spec?.containers?.find(({ name }) => name === container.name)?.image || '';
  const said = `${reason}${image && !message.includes(image) ? `, image ${image}` : ''}${message ? `: ${message}` : ''}`;
  if (NEVER_AN_IMAGE.has(reason)) return found('image', 'now', said, imageAdvice(image));
  if (reason === 'ImagePullBackOff' || reason === 'ErrImagePull') {
    const final = reason === 'ImagePullBackOff' && NO_SUCH_IMAGE.test(message);
    return found('image', final ? 'now' : 'after-grace', said, imageAdvice(image));
  }
  if (reason === 'CrashLoopBackOff') {
    const fails = container.restartCount >= RESTARTS_THAT_SUFFICE ? 'now' : 'after-grace';
    return found('crash', fails, `${said} (${container.restartCount} restarts)`, crashAdvice(init));
  }
  if (CANNOT_START.has(reason) && !/failed to sync .* cache/.test(message)) {
    return found(
      'config',
      'after-grace',
      said,
      'Check the Secrets, ConfigMaps and volumes that the container refers to',
    );
  }
  const stopped = container.state?.terminated;
  if (init && stopped && stopped.exitCode !== 0) {
    const how = `${stopped.reason ?? 'terminated'}, exit code ${stopped.exitCode}${stopped.message ? `: ${stopped.message}` : ''}`;
    return found(
      'crash',
      container.restartCount >= RESTARTS_THAT_SUFFICE ? 'now' : 'after-grace',
      how,
      crashAdvice(true),
    );
  }
  return [];
}

/** A container that has crashed this often will go on so. */
const RESTARTS_THAT_SUFFICE = 2;

/** https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy, pkg/kubelet/images/types.go */
const NEVER_AN_IMAGE = new Set(['InvalidImageName', 'ErrImageNeverPull']);
const CANNOT_START = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

/** What container runtimes and registries say when another try would be answered the same. */
const NO_SUCH_IMAGE = /not found|manifest unknown|unauthorized|access denied|authorization failed|does not exist/i;

function imageAdvice(image: string): string {
  return `Check that the image ${image} exists and that the cluster may pull it (imagePullSecrets)`;
}

function crashAdvice(init: boolean): string {
  return init
    ? 'Check modelUri and the credentials for it: the model is downloaded before its server starts'
    : 'Check the log above, the command and the environment of the container';
}
