import { type Advice, advice, kubectl, lastingAdvice } from '../advice/advice.ts';
import { ApiFailure } from '../cluster/api-failure.ts';
import { namespaceContents } from '../cluster/namespace-contents.ts';
import { namespaceIsGone } from '../cluster/namespace-end.ts';
import { FIELD_MANAGER, type NamedKind } from '../cluster/objects.ts';
import { resourceKinds } from '../cluster/resource-kinds.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { isCreatedBy } from '../kubernetes/managed-fields.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { type RetryOptions, retryWrite } from '../lifecycle/retry/retry-write.ts';
import { duration } from '../text/age.ts';

/**
 * Makes a namespace where there is none of the name. Answers its uid if it was made now, also by a try of which no
 * answer came: otherwise nobody would remove it. In a dry run by the server, one that it would have got. Throws Failure.
 */
export async function makeNamespace(
  cluster: Pick<SeldonCluster, 'objects' | 'serverClock'>,
  name: string,
  repeating: RetryOptions,
  dryRun = false,
): Promise<string | undefined> {
  const tried = `create namespace "${name}"`;
  const since = cluster.serverClock.now();
  const send = async (unsure: boolean) => {
    try {
      return (await cluster.objects.create(namespaceCalled(name), { fieldManager: FIELD_MANAGER, dryRun })).metadata
        .uid;
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.reason !== 'AlreadyExists') throw error;
      if (!unsure) return undefined;
    }
    const there = await cluster.objects.read(namespaceCalled(name)).catch((error) => {
      // To read it is no right that a run needs otherwise.
      if (!(error instanceof ApiFailure) || error.status !== 403) throw error;
      repeating.tell('warning', `namespace "${name}" may have been created, and is not deleted: no right to read it`);
      return undefined;
    });
    return there && isCreatedBy(there, FIELD_MANAGER, since) ? there.metadata.uid : undefined;
  };
  return await retryWrite(tried, send, repeating).catch((error) => explain(error, tried));
}

/** What has become of a namespace that was to go. */
export interface NamespaceEnd {
  state: 'gone' | 'left' | 'going';
  /** What to say of it. */
  message: Advice;
}

/**
 * Removes a namespace that the run made, if nothing is in it that somebody else has put there meanwhile, and waits until it
 * is gone, for at most the time of a wait.
 */
export async function removeNamespace(
  cluster: Pick<SeldonCluster, 'objects' | 'api'>,
  name: string,
  uid: string,
  repeating: RetryOptions,
): Promise<NamespaceEnd> {
  try {
    const list = () => namespaceContents(cluster.api, name);
    const contents = await retryWrite(`list namespace "${name}"`, list, repeating);
    if (contents.length > 0) {
      const message = lastingAdvice`namespace "${name}" is not deleted, because it contains ${contents.join(', ')}`;
      return { state: 'left', message };
    }
    const send = async (unsure: boolean) => {
      await cluster.objects.delete(namespaceCalled(name), uid).catch((error) => {
        // The try that nobody answered has done it.
        if (!unsure || !(error instanceof ApiFailure) || (error.status !== 404 && error.status !== 409)) throw error;
      });
    };
    await retryWrite(`delete namespace "${name}"`, send, repeating);
    const { clock, withinMs: timeoutMs } = repeating;
    const isGone = await namespaceIsGone(cluster.api, name, uid, { clock, timeoutMs });
    if (isGone) return { state: 'gone', message: `namespace "${name}" deleted` };
    const since = isGone === undefined ? '' : ` after ${duration(timeoutMs)}`;
    const look = kubectl(['get', 'namespace', name, '-o', 'yaml']);
    return { state: 'going', message: advice`namespace "${name}" is still being deleted${since}: ${look}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = lastingAdvice`namespace "${name}" is not deleted, because its contents cannot be listed: ${why}`;
    return { state: 'left', message };
  }
}

function namespaceCalled(name: string): NamedKind {
  const { apiVersion, kind } = resourceKinds.namespace;
  return { apiVersion, kind, metadata: { name } };
}
