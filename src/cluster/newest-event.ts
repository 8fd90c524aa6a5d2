import { type Clock, sleep } from '../clock.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { linkedSignal } from '../linked-signal.ts';
import type { Api } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { METADATA_ONLY } from './metadata-only.ts';
import { listAndWatch } from './reflector.ts';
import { resourceKinds } from './resource-kinds.ts';
import { isNewer } from './resource-version.ts';

const PAUSE_MS = 250;

/**
 * The resourceVersion of the newest Event in a namespace, or in all of them, '0' where there is none: that of the collection
 * itself counts what is not in it, too. Asked again while the server is not well, up to `timeoutMs`; then throws what went
 * wrong last. '0' once the signal aborts.
 */
export async function newestEvent(
  api: Api,
  namespace: string | undefined,
  timeoutMs: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string> {
  const end = clock.now() + timeoutMs;
  for (;;) {
    try {
      return await askOnce(api, namespace, end - clock.now(), { clock, signal });
    } catch (error) {
      const forGood = error instanceof ApiFailure && error.status < 500 && error.status !== 429;
      if (forGood || signal.aborted || clock.now() + PAUSE_MS >= end) throw error;
      await sleep(clock, PAUSE_MS, signal);
    }
  }
}

/** All are listed in one request where the server can do that: a list in chunks would be of more than one moment. */
async function askOnce(
  api: Api,
  namespace: string | undefined,
  timeoutMs: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string> {
  const listed = new AbortController();
  const late = new Error('the API server did not list them in time');
  const cancel = clock.after(timeoutMs, () => listed.abort(late));
  const { signal: ended } = linkedSignal(signal, listed.signal);
  try {
    return await new Promise((resolve, reject) => {
      const reader = {
        replaced: (events: KubernetesObject[]) => resolve(newestOf(events)),
        changed: () => {},
        trouble: (problem: string | undefined) => problem && reject(new Error(problem)),
      };
      ended.addEventListener('abort', () => (signal.aborted ? resolve('0') : reject(late)));
      const target = { kind: resourceKinds.event, namespace, accept: METADATA_ONLY, keep: onlyResourceVersion };
      listAndWatch(api, target, reader, { clock, signal: ended }).catch(reject);
    });
  } finally {
    cancel();
    listed.abort();
  }
}

function onlyResourceVersion({ metadata: { name, resourceVersion = '0' } }: KubernetesObject): KubernetesObject {
  return { metadata: { name, resourceVersion } };
}

function newestOf(events: readonly KubernetesObject[]): string {
  let newest = '0';
  for (const { metadata } of events) {
    if (isNewer(metadata.resourceVersion ?? '0', newest)) newest = metadata.resourceVersion ?? '0';
  }
  return newest;
}
