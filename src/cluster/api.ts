import { createConfiguration } from '@kubernetes/client-node/dist/gen/configuration.js';
import { HttpMethod, type RequestContext, type ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { ServerConfiguration } from '@kubernetes/client-node/dist/gen/servers.js';
import { KubernetesObjectApi } from '@kubernetes/client-node/dist/object.js';
import { linkedSignal } from '../linked-signal.ts';
import { ownValue } from '../own-values.ts';
import { answerOf, refusalOf } from './answer.ts';
import { resourceList } from './answer-forms.ts';
import { type ApiFailure, type NotKubernetes, Unreachable } from './api-failure.ts';
import type { Connection } from './connection.ts';
import { type Form, object } from './form.ts';
import { plainPath } from './plain-path.ts';
import { ServerWarnings } from './server-warnings.ts';
import { Transport, type TransportOptions } from './transport.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address: '/apis/apps/v1/…'. Refused where it is no plainPath. */
  path: string;
  query?: Record<string, string | undefined>;
  accept?: string;
  contentType?: string;
  body?: unknown;
  /** Instead of `body`: what is JSON already, and is to be sent as it is written. */
  text?: string;
  /** Milliseconds until it is given up, 0 for never; what the connection's options say, if it is not given. */
  timeoutMs?: number;
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

/** An answer of any status, as it came. */
export interface PlainAnswer {
  status: number;
  /** By their names in lower case. */
  headers: Readonly<Record<string, string>>;
  text: string;
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
  readonly #connection: Connection;
  readonly #transport: Transport;
  readonly #stop: AbortSignal | undefined;

  /**
   * Once `stop` aborts, what only reads is given up, with the signal's reason as the error. A change that is under way
   * is not: nobody would know whether it was made.
   */
  constructor(connection: Connection, stop?: AbortSignal, options?: TransportOptions) {
    const warnings = new ServerWarnings();
    const transport = new Transport(connection, warnings, options);
    super(
      createConfiguration({
        baseServer: new ServerConfiguration(connection.server, {}),
        authMethods: { default: connection },
        httpApi: transport,
        // For the requests that KubernetesObjectApi makes by itself, which is discovery.
        promiseMiddleware: [
          {
            pre: (request) => {
              if (stop) request.setSignal(stop);
              return Promise.resolve(request);
            },
            post: (response) => Promise.resolve(response),
          },
        ],
      }),
    );
    this.server = connection.server;
    this.warnings = warnings;
    this.#connection = connection;
    this.#transport = transport;
    this.#stop = stop;
  }

  /** The time by the server's clock: see ServerClock. */
  get serverTime(): number {
    return this.#transport.serverClock.now();
  }

  /**
   * Sends one request and parses the JSON of its answer, which has this form. Throws ApiFailure, Unreachable, or
   * NotKubernetes for an answer that is of another one.
   */
  async call<T>(request: ApiRequest, form: Form = object({})): Promise<ApiAnswer<T>> {
    const stop = request.method === 'GET' && !request.evenAfterStop ? this.#stop : undefined;
    return await this.#answer(request, stop, async (response) => {
      const body = await this.#body<T>(response, form);
      return { status: response.httpStatusCode, body, date: response.headers.date };
    });
  }

  /** As `call`, for an answer that is plain text. */
  async text(request: ApiRequest): Promise<string> {
    return await this.#answer(request, undefined, async (response) => {
      if (response.httpStatusCode !== 200) throw await this.#failureOf(response);
      return await response.body.text();
    });
  }

  /**
   * For what is not the API server's own answer, but that of somebody behind it: whatever the status, it is an answer.
   * Throws Unreachable.
   */
  async exchange(request: ApiRequest): Promise<PlainAnswer> {
    return await this.#answer(request, this.#stop, async ({ httpStatusCode: status, headers, body }) => {
      const text = await body.text().catch((cause) => {
        throw new Unreachable(this.server, cause);
      });
      return { status, headers, text };
    });
  }

  /** Opens a stream of JSON lines, as a watch is. Throws ApiFailure or Unreachable when it does not open. */
  async stream(request: ApiRequest): Promise<AsyncIterable<Uint8Array>> {
    const stop = request.evenAfterStop ? undefined : this.#stop;
    const { signal: opening, release } = linkedSignal(stop);
    try {
      stop?.throwIfAborted();
      // A watch that is opened again tells of its trouble, and comes back by itself.
      const once = request.evenAfterStop === true;
      const signal = request.signal ? AbortSignal.any([request.signal, opening]) : opening;
      const response = await this.#transport.open(await this.#prepare(request, signal), { once });
      if (response.httpStatusCode !== 200) throw await this.#failureOf(response);
      const body = response.body.stream?.();
      if (!body) throw new Unreachable(this.server, new Error('the answer to a watch had no body'));
      return body as AsyncIterable<Uint8Array>;
    } finally {
      release();
    }
  }

  /** What discovery says of a kind, and of its subresources; undefined when the server does not have it. */
  async discover(apiVersion: string, kind: string): Promise<DiscoveredKind | undefined> {
    const found = await this.resource(apiVersion, kind);
    if (!found) return undefined;
    // The list that `resource` found it in was kept; asking for the subresource through it could ask the server again.
    const names = ownValue(this.apiVersionResourceCache, apiVersion)?.resources.map(({ name }) => name) ?? [];
    return {
      apiVersion,
      kind,
      plural: found.name,
      namespaced: found.namespaced,
      scalable: names.includes(`${found.name}/scale`),
    };
  }

  /** With the server's own words of what went wrong, which client-node puts others before. */
  protected override async resource(apiVersion: string, kind: string) {
    return await super.resource(apiVersion, kind).catch((error: Error) => {
      error.message = error.message.replace(`Failed to fetch resource metadata for ${apiVersion}/${kind}: `, '');
      throw error;
    });
  }

  /** The path of an object, by the plural that discovery gave for its kind. */
  async pathOf(object: { apiVersion: string; kind: string; metadata: { name: string; namespace: string } }) {
    return await this.specUriPath(object, 'read');
  }

  /** Discovery, which client-node asks for by itself. */
  protected override async processResponse<T>(response: ResponseContext): Promise<T> {
    return await this.#body<T>(response, resourceList);
  }

  /** As the server wrote it: client-node would turn times into Dates and drop unknown metadata. */
  async #body<T>(response: ResponseContext, form: Form): Promise<T> {
    if (response.httpStatusCode < 200 || response.httpStatusCode > 299) throw await this.#failureOf(response);
    const text = await response.body.text().catch((cause) => {
      throw new Unreachable(this.server, cause);
    });
    return answerOf(text, form, this.server) as T;
  }

  async #failureOf(response: ResponseContext): Promise<ApiFailure | NotKubernetes> {
    // That it failed is known, even where its words do not arrive whole.
    const text = await response.body.text().catch(() => '');
    return refusalOf(response.httpStatusCode, text, response.headers['retry-after'], this.server);
  }

  /** Sends it and reads the answer, unless `stop` or the request's own signal gives it up before all of it is there. */
  async #answer<T>(
    request: ApiRequest,
    stop: AbortSignal | undefined,
    read: (response: ResponseContext) => Promise<T>,
  ): Promise<T> {
    const { signal, release } = linkedSignal(request.signal, stop);
    try {
      const context = await this.#prepare(request, signal);
      return await read(await this.#transport.send(context, request.timeoutMs).toPromise());
    } catch (error) {
      // The answer may have begun by then. A time that is up is the server's fault.
      if (error instanceof Unreachable && signal.aborted && signal.reason?.name !== 'TimeoutError') throw signal.reason;
      throw error;
    } finally {
      release();
    }
  }

  async #prepare(request: ApiRequest, signal: AbortSignal): Promise<RequestContext> {
    const context = this.configuration.baseServer.makeRequestContext(
      plainPath(request.path),
      HttpMethod[request.method],
    );
    context.setHeaderParam('Accept', request.accept ?? 'application/json');
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) context.setQueryParam(name, value);
    }
    const text = request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    if (text !== undefined) {
      context.setHeaderParam('Content-Type', request.contentType ?? 'application/json');
      context.setBody(text);
    }
    await this.#connection.applySecurityAuthentication(context);
    context.setSignal(signal);
    return context;
  }
}
