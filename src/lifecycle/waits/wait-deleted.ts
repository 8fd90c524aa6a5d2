import { type Advice, advice, kubectl } from '../../advice/advice.ts';
import { kubectlName } from '../../kubernetes/kubectl-name.ts';
import type { KubernetesObject, Pod } from '../../kubernetes/objects.ts';
import { isNodeLost } from '../diagnosis/in-pod.ts';
import { type Answer, done, ifUpToDate, waiting } from './answer.ts';
import type { Observation } from './observation.ts';

/** So many of those that are held are named; one is usually the whole story. */
const MOST_NAMED = 3;

/**
 * Whether the deployment and everything it owned is gone. The deployment's own disappearance is not enough: with a
 * background deletion its pods live on for their whole grace period.
 */
export function waitDeleted(seen: Observation): Answer {
  const { deployment, gone, owned, unsyncedKinds } = seen;
  if (unsyncedKinds.length > 0) return waiting(`the API server to list ${unsyncedKinds.join(', ')}`);
  const remaining = [...owned.pods, ...owned.replicaSets, ...owned.deployments, ...owned.others];
  if (gone && remaining.length === 0) return ifUpToDate(done, seen);
  const itself = `seldondeployment "${deployment?.metadata.name}"`;
  if (remaining.length === 0) return waiting(`${itself} to be gone${whyItStays(deployment)}`);

  // What is held by finalizers holds up everything else: no time that passes will end it.
  const held = remaining.filter((object) => finalizersOf(object).length > 0);
  const named = held.length > 0 ? held.slice(0, MOST_NAMED) : remaining.slice(0, 1);
  const names = named.map(
    (object) =>
      `${object.kind?.toLowerCase()}/${object.metadata.name}${finalizersInWords(object)}${overdue(object, seen)}`,
  );
  if (finalizersOf(deployment).length > 0) names.push(`${itself}${finalizersInWords(deployment)}`);
  const rest = remaining.length - named.length;
  return waiting(`${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''} to be gone`);
}

/** Its kubelet ends a pod within its grace, which is what deletionTimestamp says; a few seconds more are ordinary. */
const OVERDUE_MS = 10_000;

function isOverdue({ metadata }: KubernetesObject, { now }: Observation): boolean {
  return now - Date.parse(metadata.deletionTimestamp ?? '') > OVERDUE_MS;
}

/** Nobody but its own kubelet, or a deletion by force, ends a pod. */
function overdue(pod: Pod, seen: Observation): string {
  const { kind, metadata } = pod;
  const node = pod.spec?.nodeName;
  if (kind !== 'Pod' || node === undefined || !isOverdue(pod, seen)) return '';
  const words = isNodeLost(pod, seen.events(metadata.uid ?? '')) ? 'does not answer (NotReady)' : 'may not answer';
  return ` (grace period ended ${metadata.deletionTimestamp}, node ${node} ${words})`;
}

function whyItStays(deployment: KubernetesObject | undefined): string {
  const waitsForDependents = deployment?.metadata.finalizers?.includes('foregroundDeletion');
  if (finalizersOf(deployment).length > 0 || !waitsForDependents) return finalizersInWords(deployment);
  return ' (everything that it owns is deleted first, including kinds that are not watched)';
}

function finalizersInWords(object: KubernetesObject | undefined): string {
  const names = finalizersOf(object);
  return names.length > 0 ? ` (finalizers: ${names.join(', ')})` : '';
}

/** Those that somebody has to take away: not those by which the garbage collector notes what it has to do. */
export function finalizersOf(object: KubernetesObject | undefined): string[] {
  return object?.metadata.finalizers?.filter((name) => name !== 'foregroundDeletion' && name !== 'orphan') ?? [];
}

/** What to do about what finalizers, or a node that does not answer, keep from going: a line for each object. */
export function heldBack(seen: Observation, namespace: string): Advice[] {
  const { deployment, owned } = seen;
  const onLostNodes = owned.pods
    .filter((pod) => isOverdue(pod, seen) && isNodeLost(pod, seen.events(pod.metadata.uid ?? '')))
    .map(({ metadata: { name }, spec: { nodeName = '' } = {} }) => {
      const [look, remove] = [kubectl(['describe', 'node', nodeName]), kubectl(['delete', 'node', nodeName])];
      return advice`pod/${name} stays until its node answers again: ${look}${advice`. If the machine is gone for good: ${remove}`}`;
    });
  const itself = deployment ? [{ ...deployment, kind: 'SeldonDeployment' }] : [];
  const held = [...owned.pods, ...owned.replicaSets, ...owned.deployments, ...owned.others, ...itself]
    .filter((object) => finalizersOf(object).length > 0)
    .map((object) => {
      const name = kubectlName(object);
      const patch = ['--type=merge', '-p', '{"metadata":{"finalizers":null}}'];
      const letGo = kubectl(['patch', name, ...patch], { namespace });
      return advice`${name} stays until its finalizers are removed: ${finalizersOf(object).join(', ')}.${advice` If their controller is gone: ${letGo}`}`;
    });
  return [...held, ...onLostNodes];
}
