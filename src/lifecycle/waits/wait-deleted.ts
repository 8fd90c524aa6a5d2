import type { KubernetesObject } from '../../kubernetes/objects.ts';
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
  const names = named.map((object) => `${object.kind?.toLowerCase()}/${object.metadata.name}${inWords(object)}`);
  if (finalizersOf(deployment).length > 0) names.push(`${itself}${inWords(deployment)}`);
  const rest = remaining.length - named.length;
  return waiting(`${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''} to be gone`);
}

function whyItStays(deployment: KubernetesObject | undefined): string {
  const waitsForDependents = deployment?.metadata.finalizers?.includes('foregroundDeletion');
  if (finalizersOf(deployment).length > 0 || !waitsForDependents) return inWords(deployment);
  return ' (all that it owns goes first, of kinds that are not watched too)';
}

function inWords(object: KubernetesObject | undefined): string {
  const names = finalizersOf(object);
  return names.length > 0 ? ` (finalizers: ${names.join(', ')})` : '';
}

/** Those that somebody has to take away: not those by which the garbage collector notes what it has to do. */
export function finalizersOf(object: KubernetesObject | undefined): string[] {
  return object?.metadata.finalizers?.filter((name) => name !== 'foregroundDeletion' && name !== 'orphan') ?? [];
}
