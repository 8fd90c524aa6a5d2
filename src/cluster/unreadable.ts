import { type Advice, advice, ourCommand } from '../advice/advice.ts';
import type { ApiFailure } from './api-failure.ts';
import { inPlural } from './kinds.ts';

/** A kind that the server did not let be watched, or does not have. */
export interface Unreadable {
  kind: string;
  /** As kubectl names it: pods, replicasets.apps */
  resource: string;
  failure: ApiFailure;
}

/** What is lost with each kind, the gravest first; of the others it is their events. */
const losses: readonly [kinds: readonly string[], loss: string][] = [
  // Pods are found through their ReplicaSets.
  [['Pod', 'ReplicaSet'], 'pods are not watched: their problems and the end of their deletion are not reported'],
  [['Ingress'], 'the deletion of the Ingress is not verified'],
  [['Event'], 'no events are shown'],
];

/** What a namespace is watched without, in one line: the rights that are missing, what that means, what to do. */
export function unreadableInWords(unreadable: readonly Unreadable[], namespace: string | undefined): Advice {
  const rights = unreadable.filter(({ failure }) => failure.status === 403).map(right);
  const absent = unreadable.filter(({ failure }) => failure.status !== 403);
  const where = namespace === undefined ? 'all namespaces' : `namespace "${namespace}"`;
  const without = [
    ...(rights.length > 0 ? [`the right to ${inARow(rights)} in ${where}`] : []),
    ...absent.map(({ resource, failure }) => `${resource} (${failure.message})`),
  ];
  const lost = losses
    .filter(([kinds]) => kinds.some((kind) => unreadable.some((one) => one.kind === kind)))
    .map(([, loss]) => loss);
  const others = unreadable
    .filter(({ kind }) => !losses.some(([kinds]) => kinds.includes(kind)))
    .map(({ kind }) => inPlural(kind));
  if (others.length > 0) lost.push(`events of ${inARow(others)} are not shown`);
  const role = ourCommand(['doctor', '--print-role'], { namespace });
  const ask = rights.length > 0 ? advice`; for the required rights: ${role}` : '';
  return advice`continuing without ${inARow(without)}: ${lost.join('; ')}${ask}`;
}

/** "watch pods": the verb is the one that the server refused. */
function right({ resource, failure }: Unreadable): string {
  const [, verb = 'watch'] = / cannot (\w+) resource /.exec(failure.message) ?? [];
  return `${verb} ${resource}`;
}

function inARow(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : (words[0] ?? '');
}
