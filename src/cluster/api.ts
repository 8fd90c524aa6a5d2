import { createConfiguration } from '@kubernetes/client-node/dist/gen/configuration.js';
import type { RequestContext, ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { type HttpLibrary, HttpMethod } from '@kubernetes/client-node/dist/gen/http/http.js';
import { IsomorphicFetchHttpLibrary } from '@kubernetes/client-node/dist/gen/http/isomorphic-fetch.js';
import { from } from '@kubernetes/client-node/dist/gen/rxjsStub.js';
import { ServerConfiguration } from '@kubernetes/client-node/dist/gen/servers.js';
import { KubernetesObjectApi } from '@kubernetes/client-node/dist/object.js';
import { ApiFailure, Unreachable } from './api-failure.ts';
import type { KubeConfigWithSharedConnection } from './connection.ts';
import type { KubernetesObject } from './objects.ts';
import { ServerWarnings } from './server-warnings.ts';

/** A request is given up when the server has not answered after this long; a watch, when it has not begun to. */
const REQUEST_TIMEOUT_MS = 60_000;

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address: '/apis/apps/v1/…'. */
  path: string;
  query?: Record<string, string | undefined>;
  accept?: string;
  contentType?: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Asked although the user wants to stop: what is under way has to be brought to its end. */
  evenAfterStop?: boolean;
}

export interface DiscoveredKind {
  /** Group and version, as in apiVersion. */
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  /** Whether it has the scale subresource. */
  scalable: boolean;
}

export interface ApiAnswer<T> {
  /** HTTP status code, 200 to 299. */
  status: number;
  body: T;
  /** Its Date header, by the server's clock. */
  date: string | undefined;
}

/**
 * The generic KubernetesObjectApi, with what it lacks: subresources, server-side apply of the object as it is written,
 * watches, the status code, and errors that hold the server's own words (ApiFailure, Unreachable).
 */
export class Api extends KubernetesObjectApi {
  /** The address of the API server, for messages. */
  readonly server: string;
  /** Of all its answers. */
  readonly warnings: ServerWarnings;
  /** False once the server has shown that it cannot list and watch in one request, as those before 1.32. */
  streamingLists = true;
  readonly #stop: AbortSignal | undefined;

  /**
   * Once `stop` aborts, what only reads is given up, with the signal's reason as the error. A change that is under way
   * is not: nobody would know whether it was made.
   */
  constructor(kubeConfig: KubeConfigWithSharedConnection, stop?: AbortSignal) {
    const server = kubeConfig.getCurrentCluster()?.server ?? '';
    const warnings = new ServerWarnings();
    super(
      createConfiguration({
        baseServer: new ServerConfiguration(server.replace(/\/$/, ''), {}),
        authMethods: { default: kubeConfig },
        httpApi: new FetchWithWarnings(server, warnings),
        promiseMiddleware: [
          { pre: (request) => givenUp(request, stop), post: (response) => Promise.resolve(response) },
        ],
      }),
    );
    this.server = server;
    this.#stop = stop;
    this.warnings = warnings;
  }

  /** Sends one request and parses the JSON of its answer. Throws ApiFailure or Unreachable. */
  async call<T>(request: ApiRequest): Promise<ApiAnswer<T>> {
    const stop = request.method === 'GET' && !request.evenAfterStop ? this.#stop : undefined;
    const signal = anyOf(AbortSignal.timeout(REQUEST_TIMEOUT_MS), request.signal, stop);
    const response = await this.#send(request, signal);
    const body = await this.processResponse<T & KubernetesObject>(response);
    return { status: response.httpStatusCode, body, date: response.headers.date };
  }

  /** As `call`, for an answer that is plain text. */
  async text(request: ApiRequest): Promise<string> {
    const response = await this.#send(request, anyOf(AbortSignal.timeout(REQUEST_TIMEOUT_MS), request.signal));
    if (response.httpStatusCode !== 200) throw await failureOf(response);
    return await response.body.text();
  }

  /** Opens a stream of JSON lines, as a watch is. Throws ApiFailure or Unreachable when it does not open. */
  async stream(request: ApiRequest): Promise<ReadableStream<Uint8Array>> {
    const opening = new AbortController();
    const timer = setTimeout(() => opening.abort(new DOMException('no answer', 'TimeoutError')), REQUEST_TIMEOUT_MS);
    const stop = request.evenAfterStop ? undefined : this.#stop;
    const giveUp = () => opening.abort(stop?.reason);
    stop?.addEventListener('abort', giveUp);
    try {
      stop?.throwIfAborted();
      const response = await this.#send(request, anyOf(opening.signal, request.signal));
      if (response.httpStatusCode !== 200) throw await failureOf(response);
      const body = response.body.stream?.();
      if (!body) throw new Unreachable(this.server, new Error('the answer to a watch had no body'));
      return body as ReadableStream<Uint8Array>;
    } finally {
      clearTimeout(timer);
      stop?.removeEventListener('abort', giveUp);
    }
  }

  /** What discovery says of a kind, and of its subresources; undefined when the server does not have it. */
  async discover(apiVersion: string, kind: string): Promise<DiscoveredKind | undefined> {
    const found = await this.resource(apiVersion, kind);
    if (!found) return undefined;
    // The list that `resource` found it in was kept; asking for the subresource through it could ask the server again.
    const names = this.apiVersionResourceCache[apiVersion]?.resources.map(({ name }) => name) ?? [];
    return {
      apiVersion,
      kind,
      plural: found.name,
      namespaced: found.namespaced,
      scalable: names.includes(`${found.name}/scale`),
    };
  }

  /** The path of an object, by the plural that discovery gave for its kind. */
  async pathOf(object: { apiVersion: string; kind: string; metadata: { name: string; namespace: string } }) {
    return await this.specUriPath(object, 'read');
  }

  /** Answers stay as the server wrote them: client-node would turn times into Dates and drop unknown metadata. */
  protected override async processResponse<T>(response: ResponseContext): Promise<T> {
    if (response.httpStatusCode < 200 || response.httpStatusCode > 299) throw await failureOf(response);
    const text = await response.body.text().catch((cause) => {
      throw new Unreachable(this.server, cause);
    });
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new Unreachable(this.server, new Error('the answer was cut short or is not JSON'));
    }
  }

  async #send(request: ApiRequest, signal: AbortSignal): Promise<ResponseContext> {
    const context = this.configuration.baseServer.makeRequestContext(request.path, HttpMethod[request.method]);
    context.setHeaderParam('Accept', request.accept ?? 'application/json');
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) context.setQueryParam(name, value);
    }
    if (request.body !== undefined) {
      context.setHeaderParam('Content-Type', request.contentType ?? 'application/json');
      context.setBody(JSON.stringify(request.body));
    }
    await this.#authenticate(context);
    context.setSignal(signal);
    return await this.configuration.httpApi.send(context).toPromise();
  }

  async #authenticate(context: RequestContext): Promise<void> {
    await this.configuration.authMethods.default?.applySecurityAuthentication(context);
  }
}

/** client-node's own transport, with errors that say which server did not answer and why; it sees every answer. */
class FetchWithWarnings implements HttpLibrary {
  readonly #fetch = new IsomorphicFetchHttpLibrary();
  readonly #server: string;
  readonly #warnings: ServerWarnings;

  constructor(server: string, warnings: ServerWarnings) {
    this.#server = server;
    this.#warnings = warnings;
  }

  send(request: RequestContext) {
    const answer = this.#fetch.send(request).toPromise();
    const seen = answer.then((response) => {
      this.#warnings.see(response.headers.warning);
      return response;
    });
    return from(
      seen.catch((cause) => {
        const reason = request.getSignal()?.reason;
        // Whoever gave the request up has said why; a time that is up is the server's fault.
        if (reason instanceof Error && reason.name !== 'TimeoutError') throw reason;
        throw new Unreachable(this.#server, cause);
      }),
    );
  }
}

/** For the requests that KubernetesObjectApi makes by itself, which is discovery. */
function givenUp(request: RequestContext, stop: AbortSignal | undefined): Promise<RequestContext> {
  request.setSignal(anyOf(AbortSignal.timeout(REQUEST_TIMEOUT_MS), stop));
  return Promise.resolve(request);
}

function anyOf(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}

async function failureOf(response: ResponseContext): Promise<ApiFailure> {
  // That it failed is known, even where its words do not arrive whole.
  const text = await response.body.text().catch(() => '');
  return new ApiFailure(response.httpStatusCode, text, response.headers['retry-after']);
}
