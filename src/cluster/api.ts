import type { Configuration } from '@kubernetes/client-node/dist/gen/configuration.js';
import { createConfiguration } from '@kubernetes/client-node/dist/gen/configuration.js';
import { HttpMethod, type RequestContext, type ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { ServerConfiguration } from '@kubernetes/client-node/dist/gen/servers.js';
import { KubernetesObjectApi } from '@kubernetes/client-node/dist/object.js';
import type { Clock } from '../clock.ts';
import { linkedSignal } from '../linked-signal.ts';
import { ownValue } from '../own-values.ts';
import { answerOf, refusalOf } from './answer.ts';
import { resourceList } from './answer-forms.ts';
import { type ApiFailure, type NotKubernetes, Unreachable } from './api-failure.ts';
import type { Connection } from './connection.ts';
import { type Form, object } from './form.ts';
import type { KnownSecrets } from './known-secrets.ts';
import { OF_SECRETS } from './masked-body.ts';
import { plainPath } from './plain-path.ts';
import { type DiscoveredKind, knownKind, resourcePath } from './resource-kinds.ts';
import { ServerWarnings } from './server-warnings.ts';
import { Transport, type TransportOptions } from './transport.ts';

/** What a request may be told beside its method and path. */
export interface RequestOptions {
  query?: Record<string, string | undefined>;
  accept?: string | undefined;
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

/** What a verb of KubernetesObjectApi has no parameter for. `body` is sent in place of the object that it is given. */
export interface VerbOptions extends Omit<RequestOptions, 'contentType' | 'text' | 'timeoutMs'> {
  /** Of the answer. */
  form: Form;
  /** Is told the status code of the answer, 200 to 299. */
  onStatus?(status: number): void;
  /** Is told how many letters the answer has. */
  onLength?(letters: number): void;
}

/** What no verb of KubernetesObjectApi asks for: see CONTRIBUTING.md. */
export interface ApiRequest extends RequestOptions {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address: '/apis/apps/v1/…'. Refused where it is no plainPath. */
  path: string;
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

/** A request on its way: what it was told, and how its answer is read. */
interface Sending extends RequestOptions {
  /** Gives it up. */
  stop: AbortSignal | undefined;
  read(response: ResponseContext, url: string): Promise<unknown>;
}

/**
 * KubernetesObjectApi, the dynamic client: objects are read, listed, made, patched, replaced and deleted by its own verbs.
 * Otherwise than there, bodies are sent and read as they are written, paths keep their capitals, kinds that are known need
 * no discovery, and errors hold the server's own words (ApiFailure, Unreachable, NotKubernetes). What it lacks stands
 * beside the verbs: paths of other kinds than objects (`call`), plain text, answers of others than the API server, streams.
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
  readonly #sendings = new WeakMap<RequestContext, Sending>();

  /**
   * Once `stop` aborts, what only reads is given up, with the signal's reason as the error. A change that is under way
   * is not: nobody would know whether it was made.
   */
  constructor(connection: Connection, stop?: AbortSignal, options?: TransportOptions) {
    super(createConfiguration({ baseServer: new ServerConfiguration(connection.server, {}) }));
    // Keys come from files: with apiVersion "constructor", an object would have something under it already.
    this.apiVersionResourceCache = Object.create(null);
    this.server = connection.server;
    this.warnings = new ServerWarnings((text) => this.secrets.masked(text));
    this.#connection = connection;
    this.#transport = new Transport(connection, this.warnings, options);
    this.#stop = stop;
  }

  /** What is not to be told of what the server says. */
  get secrets(): KnownSecrets {
    return this.#connection.secrets;
  }

  /** The time by the server's clock: see ServerClock. */
  get serverClock(): Pick<Clock, 'now'> {
    return this.#transport.serverClock;
  }

  /** The `options` of a verb, which are its last parameter. The verb answers with a body of this form. */
  options({ form, onStatus, onLength, ...told }: VerbOptions): Configuration {
    const read = async (response: ResponseContext, url: string) => {
      const body = await this.#body(response, form, url, onLength);
      onStatus?.(response.httpStatusCode);
      return body;
    };
    const makeRequestContext = (path: string, method: HttpMethod) => this.#request(path, method, told, read);
    return { ...this.configuration, baseServer: { makeRequestContext } };
  }

  /**
   * Sends one request and parses the JSON of its answer, which has this form. Throws ApiFailure, Unreachable, or
   * NotKubernetes for an answer that is of another one.
   */
  async call<T>({ path, method, ...told }: ApiRequest, form: Form = object({})): Promise<ApiAnswer<T>> {
    return await this.requestPromise(
      this.#request(path, HttpMethod[method], told, async (response, url) => {
        const body = await this.#body(response, form, url);
        return { status: response.httpStatusCode, body, date: response.headers.date };
      }),
    );
  }

  /** As `call`, for an answer that is plain text. */
  async text({ path, method, ...told }: ApiRequest): Promise<string> {
    return await this.requestPromise(
      this.#request(path, HttpMethod[method], told, async (response, url) => {
        if (response.httpStatusCode !== 200) throw await this.#failureOf(response, url);
        return await response.body.text();
      }),
    );
  }

  /**
   * For what is not the API server's own answer, but that of somebody behind it: whatever the status, it is an answer.
   * Given up at a stop, whatever its method. Throws Unreachable.
   */
  async exchange({ path, method, ...told }: ApiRequest): Promise<PlainAnswer> {
    const read = async ({ httpStatusCode: status, headers, body }: ResponseContext) => ({
      status,
      headers,
      text: await this.#textOf(body),
    });
    return await this.requestPromise(this.#request(path, HttpMethod[method], told, read, this.#stop));
  }

  /** Opens a stream of JSON lines, as a watch is. Throws ApiFailure or Unreachable when it does not open. */
  async stream({ path, method, ...told }: ApiRequest): Promise<AsyncIterable<Uint8Array>> {
    const stop = told.evenAfterStop ? undefined : this.#stop;
    const { signal: opening, release } = linkedSignal(stop);
    try {
      stop?.throwIfAborted();
      const request = this.configuration.baseServer.makeRequestContext(plainPath(path), HttpMethod[method]);
      const signal = told.signal ? AbortSignal.any([told.signal, opening]) : opening;
      await this.#complete(request, told, signal);
      // A watch that is opened again tells of its trouble, and comes back by itself.
      const response = await this.#transport.open(request, { once: told.evenAfterStop === true });
      if (response.httpStatusCode !== 200) throw await this.#failureOf(response, request.getUrl());
      const body = response.body.stream?.();
      if (!body) throw new Unreachable(this.server, new Error('the answer to a watch had no body'));
      return body as AsyncIterable<Uint8Array>;
    } finally {
      release();
    }
  }

  /** What the server says of a kind, and of its subresources; undefined when it does not have it. */
  async discover(apiVersion: string, kind: string): Promise<DiscoveredKind | undefined> {
    const found = await this.#discovered(apiVersion, kind);
    if (!found) return undefined;
    const names = ownValue(this.apiVersionResourceCache, apiVersion)?.resources.map(({ name }) => name) ?? [];
    const { name: plural, namespaced } = found;
    return { apiVersion, kind, plural, namespaced, scalable: names.includes(`${plural}/scale`) };
  }

  /** Discovery of a kind, of which the verbs make paths: only where it is not known. */
  protected override async resource(apiVersion: string, kind: string) {
    const known = knownKind(apiVersion, kind);
    if (!known) return await this.#discovered(apiVersion, kind);
    return { ...known, name: known.plural, singularName: kind.toLowerCase(), verbs: [] };
  }

  /** Where the server keeps an object or a collection. client-node puts all of it in lower case. */
  protected override async specUriPath(
    { apiVersion = 'v1', kind = '', metadata }: Partial<ObjectPlace>,
    action: string,
  ): Promise<string> {
    const found = await this.resource(apiVersion, kind);
    if (!found) throw new Error(`Unrecognized API version and kind: ${apiVersion} ${kind}`);
    const resource = { apiVersion, plural: found.name, namespaced: found.namespaced };
    if (action === 'list') return resourcePath(resource, metadata?.namespace);
    const name = action === 'create' ? undefined : metadata?.name;
    return resourcePath(resource, metadata?.namespace || this.defaultNamespace, name);
  }

  /** Sends a request of a verb, and reads its answer as its options say; of discovery, which has none, as that. */
  protected override async requestPromise<T>(request: RequestContext): Promise<T> {
    const sending = this.#sendings.get(request) ?? this.#discovery(request);
    const { signal, release } = linkedSignal(sending.signal, sending.stop);
    try {
      await this.#complete(request, sending, signal);
      return (await sending.read(await this.#transport.send(request, sending.timeoutMs), request.getUrl())) as T;
    } catch (error) {
      // The answer may have begun by then. A time that is up is the server's fault.
      if (error instanceof Unreachable && signal.aborted && signal.reason?.name !== 'TimeoutError') throw signal.reason;
      throw error;
    } finally {
      release();
    }
  }

  #request(
    path: string,
    method: HttpMethod,
    told: RequestOptions,
    read: Sending['read'],
    stop = method === HttpMethod.GET && !told.evenAfterStop ? this.#stop : undefined,
  ): RequestContext {
    const request = this.configuration.baseServer.makeRequestContext(plainPath(path), method);
    this.#sendings.set(request, { ...told, stop, read });
    return request;
  }

  #discovery(request: RequestContext): Sending {
    const { Accept: accept } = request.getHeaders();
    return { accept, stop: this.#stop, read: (response, url) => this.#body(response, resourceList, url) };
  }

  /** Puts into a request what is told beside its path. */
  async #complete(request: RequestContext, told: RequestOptions, signal: AbortSignal): Promise<void> {
    request.setHeaderParam('Accept', told.accept ?? 'application/json');
    for (const [name, value] of Object.entries(told.query ?? {})) {
      if (value !== undefined) request.setQueryParam(name, value);
    }
    const text = told.text ?? (told.body === undefined ? undefined : JSON.stringify(told.body));
    if (told.body !== undefined && OF_SECRETS.test(request.getUrl())) this.secrets.addSecret(told.body);
    if (text !== undefined) {
      const type = told.contentType ?? request.getHeaders()['Content-Type'] ?? 'application/json';
      request.setHeaderParam('Content-Type', type);
      request.setBody(text);
    }
    await this.#connection.authorize(request);
    request.setSignal(signal);
  }

  /** With the server's own words of what went wrong, which client-node puts others before. */
  async #discovered(apiVersion: string, kind: string) {
    return await super.resource(apiVersion, kind).catch((error: Error) => {
      error.message = error.message.replace(`Failed to fetch resource metadata for ${apiVersion}/${kind}: `, '');
      throw error;
    });
  }

  /** As the server wrote it: client-node would turn times into Dates and drop unknown metadata. */
  async #body(
    response: ResponseContext,
    form: Form,
    url: string,
    onLength?: (letters: number) => void,
  ): Promise<unknown> {
    if (response.httpStatusCode < 200 || response.httpStatusCode > 299) throw await this.#failureOf(response, url);
    const text = await this.#textOf(response.body);
    onLength?.(text.length);
    return answerOf(text, form, this.server);
  }

  async #textOf(body: ResponseContext['body']): Promise<string> {
    return await body.text().catch((cause) => {
      throw new Unreachable(this.server, cause);
    });
  }

  async #failureOf(response: ResponseContext, url: string): Promise<ApiFailure | NotKubernetes> {
    // That it failed is known, even where its words do not arrive whole.
    const text = await response.body.text().catch(() => '');
    const masked = (words: string) => this.secrets.masked(words, url);
    return refusalOf(response.httpStatusCode, text, response.headers['retry-after'], this.server, masked);
  }
}

/** As much of it as a verb is given: a list has no name, and a review is about no object. */
interface ObjectPlace {
  apiVersion: string;
  kind: string;
  metadata: { name?: string; namespace?: string };
}
