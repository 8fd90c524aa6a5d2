import { ApiFailure, Unreachable } from '../cluster/api-failure.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Context } from '../context.ts';
import { errorLine, exitCodes, Interrupted } from '../failures.ts';
import { explainConnecting } from '../lifecycle/errors/api-errors.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { spareMemoryFromNowOn } from '../spare-memory.ts';
import { connect, connectionFlags, connectUnasked } from './connection.ts';
import type { FoundTargets, Place } from './find-targets.ts';
import { say, warn, written } from './say.ts';
import { type Targets, targetFlags } from './targets.ts';

/** The flags of a verb that only reads, of the deployments that are named, in files, selected, or all of them. */
export const readingFlags = { ...connectionFlags, ...targetFlags };

export type ReadingGiven = typeof readingFlags;

export interface Chosen {
  cluster: SeldonCluster;
  targets: Targets;
  found: SeldonDeployment[];
  /** To look for what they own in: undefined stands for all namespaces. */
  namespaces: (string | undefined)[];
  /** The namespace that -n or the context says; undefined with -A. */
  namespace: string | undefined;
  /** 1 when one was named that is not there. */
  exitCode: number;
}

/** Connects to where the deployments are to be looked for. */
export async function connectToRead(given: ReadingGiven, program: Context): Promise<Place> {
  const { cluster, namespace } = await connectUnasked(given, program);
  cluster.onWarning((text) => warn(program, text));
  const { allNamespaces, recursive, override, namespace: flag } = given;
  return { cluster, flag, namespace, allNamespaces, recursive, override, program };
}

/** Reads the deployments that are meant, and tells of those that are not there. */
export async function findToRead(
  targets: Targets,
  place: Place,
  given: ReadingGiven,
  program: Context,
  { tellMissing = true } = {},
): Promise<Chosen> {
  const { found, missing } = await findOrAsk(targets, place, given, program);
  for (const { message, furtherLines } of tellMissing ? missing : []) {
    say(program, errorLine(message));
    for (const line of furtherLines) if (line !== '') say(program, written(program, line));
  }
  const { cluster } = place;
  const namespace = namespaceOf(place);
  const namespaces =
    targets.by === 'file' ? [...new Set(found.map(({ metadata }) => metadata.namespace))] : [namespace];
  const exitCode = missing.length > 0 ? exitCodes.failed : exitCodes.done;
  return { cluster, targets, found, namespaces, namespace, exitCode };
}

/** The cluster was not asked what it has. Where something is not as it should be, it is: that may tell why. */
async function findOrAsk(targets: Targets, place: Place, given: ReadingGiven, program: Context): Promise<FoundTargets> {
  const { findTargets } = await import('./find-targets.ts');
  const [outcome] = await Promise.allSettled([findTargets(targets, place)]);
  if (outcome.status === 'fulfilled' && outcome.value.missing.length === 0) return outcome.value;
  const cause = outcome.status === 'rejected' ? outcome.reason?.cause : undefined;
  if (cause instanceof Unreachable) explainConnecting(cause, 'find the SeldonDeployment resource');
  if (outcome.status === 'rejected' && !(cause instanceof ApiFailure)) throw outcome.reason;
  const { cluster } = await connect(given, program);
  if (cluster.resource.apiVersion !== place.cluster.resource.apiVersion) {
    cluster.onWarning((text) => warn(program, text));
    place.cluster = cluster;
    return await findTargets(targets, place);
  }
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

/**
 * Resolves with the exit code when the user wants a watch to end, which is nothing to speak of. What goes on for so long
 * takes no more memory than it uses.
 */
export function untilInterrupted({ signal }: Context): Promise<number> {
  spareMemoryFromNowOn();
  return new Promise((resolve) => {
    const end = () => resolve(signal.reason instanceof Interrupted ? signal.reason.exitCode : exitCodes.interrupted);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}

/** Undefined stands for all of them. */
export function namespaceOf({ allNamespaces, flag, namespace }: Place): string | undefined {
  return allNamespaces ? undefined : flag || namespace;
}

/** As kubectl says where it has found nothing. */
export function inNamespace(namespace: string | undefined): string {
  return namespace === undefined ? '' : ` in ${namespace} namespace`;
}
