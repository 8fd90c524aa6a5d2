import type { Readable } from 'node:stream';
import { type RequestContext, ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import type { Dispatcher } from 'undici';
import { answerLimits, TooLarge } from './answer-limits.ts';
import { gathered } from './gathered-bytes.ts';

/**
 * Sends a request of client-node's once, as it is, by undici's own means. client-node would do it by undici's fetch,
 * whose web streams, caches and rules for browsers take longer to load than all that is asked of a cluster by `list`.
 * Redirects are not followed: credentials go nowhere but to the server of the kubeconfig. Throws Error for one: API servers
 * redirect nowhere, and a login page or a proxy that does could not be talked to anyway.
 */
export async function sendRequest(request: RequestContext): Promise<ResponseContext> {
  const { origin, pathname, search } = new URL(request.getUrl());
  const dispatcher = request.getDispatcher() as Dispatcher | undefined;
  if (!dispatcher) throw new Error('a request without a dispatcher: Connection gives it one');
  const signal = request.getSignal();
  const answer = dispatcher.request({
    origin,
    path: pathname + search,
    method: String(request.getHttpMethod()) as Dispatcher.HttpMethod,
    // As client-go, the only one that the API server knows.
    headers: { ...request.getHeaders(), 'accept-encoding': 'gzip' },
    body: (request.getBody() as string | undefined) ?? null,
    signal: signal ?? null,
  });
  const { statusCode, headers, body } = await (signal ? unlessAborted(answer, signal) : answer);
  const single = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
  if (statusCode >= 300 && statusCode < 400 && single.location) {
    await body.dump();
    throw new Error(`it redirects (${statusCode}) to ${placeOf(single.location, origin)}, which is not followed`);
  }
  const plain = single['content-encoding'] === 'gzip' ? await unzipped(body) : body;
  return new ResponseContext(statusCode, single, {
    text: () => textOf(plain),
    binary: () => Promise.reject(new Error('nothing here is asked for as bytes')),
    // Read with `for await`, as a web stream is.
    stream: () => plain as unknown as ReadableStream,
  });
}

/** undici listens to a signal only once it has a connection, and waits for that as long as for any. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Without the path and the query, which may hold what nobody should see. */
function placeOf(location: string, origin: string): string {
  return URL.canParse(location, origin) ? new URL(location, origin).origin : 'nowhere';
}

async function unzipped(body: Readable): Promise<Readable> {
  const { createGunzip } = await import('node:zlib');
  const { pipeline } = await import('node:stream');
  // Whoever reads hears of the errors.
  return pipeline(body, createGunzip(), () => {});
}

/** Throws TooLarge. */
async function textOf(body: Readable): Promise<string> {
  const bytes = await gathered(body, answerLimits.bytes, () => new TooLarge('the answer', answerLimits.bytes));
  return bytes.toString('utf8');
}
