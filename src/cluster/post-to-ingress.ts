import type { Readable } from 'node:stream';
import { answerLimits, TooLarge } from './answer-limits.ts';
import type { PlainAnswer } from './api.ts';
import { Unreachable } from './api-failure.ts';
import { makeDispatcher } from './dispatcher.ts';
import { gathered } from './gathered-bytes.ts';
import { proxyOf } from './proxy.ts';

export interface IngressAsking {
  /** 'scheme://host:port', to which it goes. */
  origin: string;
  /** The name that is asked for, where that is another than the origin's. */
  host: string | undefined;
  /** For HTTPS_PROXY, SSL_CERT_FILE and their kin. */
  env: Readonly<Record<string, string | undefined>>;
}

export type PostToIngress = (
  path: string,
  json: string,
  limit: { timeoutMs: number; signal?: AbortSignal | undefined },
) => Promise<PlainAnswer>;

/**
 * Posts JSON as a user of the model does, past the API server: without any credentials, by the certificates that the system
 * trusts, over the proxy that the environment names. No redirect is followed: a payload goes nowhere else. Throws BadInput;
 * what is returned throws Unreachable.
 */
export function postToIngress({ origin, host, env }: IngressAsking): PostToIngress {
  const proxy = proxyOf(origin, env);
  const tls = host === undefined ? {} : { servername: host };
  const dispatcher = makeDispatcher({ server: origin, tls, proxy, repeated: [], env, onlyHttp1: true });
  return async (path, json, { timeoutMs, signal: stop }) => {
    const signals = [...(stop ? [stop] : []), ...(timeoutMs > 0 ? [AbortSignal.timeout(timeoutMs)] : [])];
    const signal = signals.length > 0 ? AbortSignal.any(signals) : null;
    try {
      const headers = { 'content-type': 'application/json', accept: 'application/json', ...(host && { host }) };
      const response = await dispatcher.request({ origin, path, method: 'POST', headers, body: json, signal });
      const text = await textOf(response.body);
      const single = Object.entries(response.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
      return { status: response.statusCode, headers: Object.fromEntries(single), text };
    } catch (cause) {
      if (stop?.aborted) throw stop.reason;
      throw new Unreachable(origin, cause);
    }
  };
}

async function textOf(body: Readable): Promise<string> {
  const bytes = await gathered(body, answerLimits.bytes, () => new TooLarge('the answer', answerLimits.bytes));
  return bytes.toString('utf8');
}
