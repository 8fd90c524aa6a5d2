import { type Advice, lastingAdvice } from '../advice/advice.ts';
import { ApiFailure } from '../cluster/api-failure.ts';
import type { Namespaces } from '../cluster/namespaces.ts';
import { type RetryOptions, retryWrite } from '../lifecycle/retry/retry-write.ts';

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
