import { type Advice, lastingAdvice } from '../advice/advice.ts';
import { ApiFailure } from '../cluster/api-failure.ts';
import { FIELD_MANAGER } from '../cluster/apply-object.ts';
import type { Namespaces } from '../cluster/namespaces.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { isCreatedBy } from '../kubernetes/managed-fields.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { type RetryOptions, retryWrite } from '../lifecycle/retry/retry-write.ts';

/**
 * Makes a namespace where there is none of the name. Answers its uid if it was made now, also by a try of which no
 * answer came: otherwise nobody would remove it. Throws Failure.
 */
export async function makeNamespace(
  cluster: Pick<SeldonCluster, 'namespaces' | 'serverTime'>,
  name: string,
  repeating: RetryOptions,
): Promise<string | undefined> {
  const tried = `create namespace "${name}"`;
  const since = cluster.serverTime;
  const send = async (unsure: boolean) => {
    const uid = await cluster.namespaces.create(name);
    if (uid !== undefined || !unsure) return uid;
    const there = await cluster.namespaces.read(name).catch((error) => {
      // To read it is no right that a run needs otherwise.
      if (!(error instanceof ApiFailure) || error.status !== 403) throw error;
      repeating.tell('warning', `namespace "${name}" may have been made now, and is left: it may not be read`);
      return undefined;
    });
    return there && isCreatedBy(there, FIELD_MANAGER, since) ? there.metadata.uid : undefined;
  };
  return await retryWrite(tried, send, repeating).catch((error) => explain(error, tried));
}

/**
 * Removes a namespace that the run made, if nothing is in it that somebody else has put there meanwhile. Answers what to
 * say of it: whether it is gone, and if not why not.
 */
export async function removeNamespace(
  namespaces: Pick<Namespaces, 'contents' | 'delete'>,
  name: string,
  uid: string,
  repeating: RetryOptions,
): Promise<Advice> {
  try {
    const contents = await retryWrite(`list namespace "${name}"`, () => namespaces.contents(name), repeating);
    if (contents.length > 0) return lastingAdvice`namespace "${name}" is left, because it holds ${contents.join(', ')}`;
    const send = async (unsure: boolean) => {
      await namespaces.delete(name, uid).catch((error) => {
        // The try that nobody answered has done it.
        if (!unsure || !(error instanceof ApiFailure) || (error.status !== 404 && error.status !== 409)) throw error;
      });
    };
    await retryWrite(`delete namespace "${name}"`, send, repeating);
    return `namespace "${name}" deleted`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return lastingAdvice`namespace "${name}" is left, because nobody can say whether it is empty: ${why}`;
  }
}
