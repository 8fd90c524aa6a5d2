import type { KubernetesEvent } from '../kubernetes/objects.ts';

/**
 * The pod that a ReplicaSet says it has made, as podOf answers it; undefined: it says something else. The words are
 * those of pkg/controller/controller_utils.go (RealPodControl.createPods). A pod's name is drawn by lot, so that it tells
 * whose a pod is that nobody has seen; names of other kinds come again.
 */
export function podMadeBy({ involvedObject: { namespace = '' }, message = '' }: KubernetesEvent): string | undefined {
  const [, pod] = /^Created pod: (\S+)$/.exec(message) ?? [];
  return pod && `${namespace}/${pod}`;
}

/** The namespace and the name of the pod that an Event is about; undefined: it is about something else. */
export function podOf({ involvedObject: { kind, namespace = '', name = '' } }: KubernetesEvent): string | undefined {
  return kind === 'Pod' ? `${namespace}/${name}` : undefined;
}
