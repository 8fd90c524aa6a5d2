import { readFileSync } from 'node:fs';
import type { Dispatcher } from 'undici';
import { makeDispatcher } from '../../cluster/dispatcher.ts';
import { gathered } from '../../cluster/gathered-bytes.ts';
import { innermostMessage } from '../../cluster/innermost-error.ts';
import { proxyOf } from '../../cluster/proxy.ts';
import { BadInput } from '../../failures.ts';
import { linkedSignal } from '../../linked-signal.ts';
import { decodeText } from '../../manifests/decode-text.ts';
import { ownValue } from '../../own-values.ts';
import { inMebibytes, inputLimits, TooMuchInput } from '../../reading/input-limits.ts';
import { type ReadToken, spoken } from './address.ts';
import { authenticationFailed } from './refused.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface SourceConnectionOptions {
  token: ReadToken;
  userAgent: string;
  /** For HTTPS_PROXY, SSL_CERT_FILE and their kin. */
  env: Environment;
  /** A file with the authorities that alone are believed, as PEM; undefined: those of the system. */
  authority: string | undefined;
  /** So long an answer may take to begin, and one that is read as a whole to be there; a minute if not given. */
  answerMs?: number;
}

export interface SourceRequest {
  method: 'GET' | 'PUT' | 'POST';
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
}

export interface SourceAnswer {
  status: number;
  /** In lower case. */
  header(name: string): string | undefined;
  /** As it comes; it throws where the connection is lost before its end. */
  body: AsyncIterable<Uint8Array>;
  /** All of it. Throws TooMuchInput where it is larger than what is read of a file, SourceTrouble where it takes too long, BadInput where it is no text. */
  text(): Promise<string>;
}

const ANSWER_MS = 60_000;
/** A stream that says nothing for so long, not even a heartbeat, may be lost without anybody knowing: it is opened again. */
const SILENCE_MS = 300_000;

/** What is not read of an answer frees the connection, if it comes so soon and is so short. */
const LEFTOVER_MS = 1_000;
const LEFTOVER_BYTES = 16 * 1024;

/** A source, or who is reported to, that answers with something else than what was asked for. */
export class SourceTrouble extends Error {}

/**
 * The way to the source and to who is reported to: the proxy of the environment, the authority of their certificates, the
 * token. Redirects are not followed, because the token would go along.
 */
export class SourceConnection {
  readonly #options: SourceConnectionOptions;
  /** By the proxy that they go through, the one for whoever is believed by now: the last keeps its connections until they end. */
  readonly #dispatchers = new Map<string | undefined, { ca: string | undefined; dispatcher: Dispatcher }>();

  constructor(options: SourceConnectionOptions) {
    this.#options = options;
  }

  /** Throws BadInput where a proxy, the token or the authority cannot be read: told before anything is asked of anybody. */
  check(urls: readonly URL[] = []): void {
    for (const url of urls) proxyOf(url.href, this.#options.env);
    this.#options.token();
    this.#authority();
  }

  /** Throws Failure where the token is refused, SourceTrouble for a redirect, Error where nobody answers. */
  async request({ method, url, headers, body, signal }: SourceRequest): Promise<SourceAnswer> {
    const { token, userAgent, answerMs = ANSWER_MS } = this.#options;
    const secret = token();
    // headersTimeout begins anew with each answer of 1xx, of which there may be no end.
    const opening = new AbortController();
    const late = new SourceTrouble(`no answer after ${answerMs / 1_000}s`);
    const timer = setTimeout(() => opening.abort(late), answerMs);
    const { signal: both, release } = linkedSignal(signal, opening.signal);
    const asked = this.#dispatcher(url).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: {
        ...headers,
        'user-agent': userAgent,
        // The length of a body that is packed would say nothing about what is in it.
        'accept-encoding': 'identity',
        ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
      },
      body: body ?? null,
      signal: both,
      headersTimeout: answerMs,
      bodyTimeout: SILENCE_MS,
    });
    asked.catch(release);
    const { statusCode: status, ...answer } = await asked.finally(() => clearTimeout(timer));
    answer.body.once('close', release);
    const header = (name: string) => [ownValue(answer.headers, name) ?? []].flat()[0];
    if (status === 401 || status === 403 || (status >= 300 && status < 400 && status !== 304)) {
      await leave(answer.body);
      if (status < 400)
        throw new SourceTrouble(`it redirects (${status}), and redirects are not followed: use the new address`);
      throw authenticationFailed(status, spoken(url));
    }
    // What is answered to a report is not read, but frees the connection.
    if (method !== 'GET') await leave(answer.body);
    return { status, header, body: answer.body, text: () => wholeText(answer.body, spoken(url), answerMs) };
  }

  #dispatcher(url: URL): Dispatcher {
    const ca = this.#authority();
    const proxy = proxyOf(url.href, this.#options.env);
    // The file may be replaced: whoever is in it by then is believed.
    const known = this.#dispatchers.get(proxy?.origin);
    if (known && known.ca === ca) return known.dispatcher;
    const tls = { ...(ca !== undefined && { ca }) };
    const { env } = this.#options;
    const dispatcher = makeDispatcher({ server: url.origin, tls, proxy, repeated: [], env, onlyHttp1: true });
    this.#dispatchers.set(proxy?.origin, { ca, dispatcher });
    return dispatcher;
  }

  #authority(): string | undefined {
    const { authority: file } = this.#options;
    if (file === undefined) return undefined;
    try {
      return readFileSync(file, 'utf8');
    } catch (cause) {
      throw new BadInput(
        `cannot read the authority of the source's certificate from ${file}: ${(cause as Error).message}`,
        {
          cause,
        },
      );
    }
  }
}

async function leave(body: Dispatcher.ResponseData['body']): Promise<void> {
  await body.dump({ limit: LEFTOVER_BYTES, signal: AbortSignal.timeout(LEFTOVER_MS) }).catch(() => {});
}

async function wholeText(body: Dispatcher.ResponseData['body'], name: string, answerMs: number): Promise<string> {
  const tooMuch = () => new TooMuchInput(`its answer is larger than ${inMebibytes(inputLimits.bytes)}`);
  const late = new SourceTrouble(`its answer did not arrive within ${answerMs / 1_000}s`);
  // Whether it comes slowly or not at all.
  const timer = setTimeout(() => body.destroy(late), answerMs);
  try {
    return decodeText(await gathered(body, inputLimits.bytes, tooMuch), name);
  } finally {
    clearTimeout(timer);
  }
}

/** Why there is no answer, or not all of one: that stands in the innermost cause. */
export function troubleInWords(error: unknown): string {
  const message = innermostMessage(error);
  return /^(terminated|aborted|other side closed)$/i.test(message)
    ? 'the connection was lost in the middle of an answer'
    : message;
}
