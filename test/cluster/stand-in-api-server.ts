import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { Api } from '../../src/cluster/api.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { refuse, StandInCollection } from './stand-in-collection.ts';

export interface ReceivedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  /** Each value of a header that came several times. */
  lines(header: string): string[];
  body: string;
}

interface Refusal {
  status: number;
  message: string;
  headers?: Record<string, string>;
}

/**
 * An API server on a port of 127.0.0.1, for one test: collections that behave, and answers that the test has ready.
 * With a certificate it speaks TLS and, as the real one, HTTP/2 with whoever can.
 */
export class StandInApiServer {
  /** All requests, in the order in which they came. */
  readonly received: ReceivedRequest[] = [];
  /** How many connections were made to it. */
  connections = 0;
  readonly #server: Server | Http2SecureServer;
  readonly #scheme: string;
  readonly #sockets = new Set<Socket>();
  readonly #collections = new Map<string, StandInCollection>();
  readonly #answers = new Map<string, (response: ServerResponse) => void>();
  readonly #refusals: { path: string; refusal: Refusal }[] = [];
  #resourceVersion = 100;

  private constructor(tls?: { cert: string; key: string }) {
    const listener: RequestListener = (request, response) => {
      const url = new URL(request.url ?? '/', 'http://any');
      const query = Object.fromEntries(url.searchParams);
      const { method = '', headers } = request;
      const lines = (header: string) => valuesOf(header, request.rawHeaders);
      const received: ReceivedRequest = { method, path: url.pathname, query, headers, lines, body: '' };
      this.received.push(received);
      request.setEncoding('utf8').on('data', (text: string) => {
        received.body += text;
      });
      request.on('end', () => this.#answer(url, headers.accept ?? '', response));
    };
    // The requests and responses of HTTP/2 are made to look like those of HTTP/1.1.
    this.#server = tls ? createSecureServer({ ...tls, allowHTTP1: true }, listener as never) : createServer(listener);
    this.#scheme = tls ? 'https' : 'http';
    this.#server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
    });
  }

  static async start(tls?: { cert: string; key: string }): Promise<StandInApiServer> {
    const standIn = new StandInApiServer(tls);
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A client of this server, over a kubeconfig with these further settings of its cluster and user. */
  api(cluster: Record<string, unknown> = {}, user: Record<string, unknown> = {}, stop?: AbortSignal): Api {
    return new Api(kubeconfigFromText(this.kubeconfig(cluster, user), 'tester/1.0').connection, stop);
  }

  kubeconfig(cluster: Record<string, unknown> = {}, user: Record<string, unknown> = {}): string {
    return JSON.stringify({
      clusters: [{ name: 'stand-in', cluster: { server: this.url, ...cluster } }],
      users: [{ name: 'tester', user }],
      contexts: [{ name: 'test', context: { cluster: 'stand-in', user: 'tester' } }],
      'current-context': 'test',
    });
  }

  collection(path: string): StandInCollection {
    const known = this.#collections.get(path);
    if (known) return known;
    const made = new StandInCollection(this.#resourceVersion, () => {
      this.#resourceVersion += 1;
      return this.#resourceVersion;
    });
    this.#collections.set(path, made);
    return made;
  }

  /** Its database is restored: resourceVersions go on from here. */
  forgetTo(resourceVersion: number): void {
    this.#resourceVersion = resourceVersion;
  }

  /** How requests for a path that is no collection are answered. */
  answer(path: string, answer: (response: ServerResponse) => void): void {
    this.#answers.set(path, answer);
  }

  /** Refuses the next request for this path; several are refused in their order. */
  refuseNext(path: string, status: number, message: string, headers?: Record<string, string>): void {
    this.#refusals.push({ path, refusal: { status, message, ...(headers && { headers }) } });
  }

  /** Ends all connections, as a load balancer does. */
  async hangUp(): Promise<void> {
    const ended = [...this.#sockets].map((socket) => socket.closed || once(socket.destroy(), 'close'));
    await Promise.all(ended);
  }

  async close(): Promise<void> {
    await this.hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ pathname, searchParams }: URL, accept: string, response: ServerResponse): void {
    const refused = this.#refusals.findIndex(({ path }) => path === pathname);
    const [next] = refused < 0 ? [] : this.#refusals.splice(refused, 1);
    const collection = this.#collections.get(pathname);
    const answer = this.#answers.get(pathname);
    if (next) refuse(response, next.refusal.status, next.refusal.message, next.refusal.headers);
    else if (answer) answer(response);
    else if (!collection) refuse(response, 404, 'the server could not find the requested resource');
    else if (searchParams.get('watch') === 'true') collection.watch(response, accept, searchParams);
    else collection.list(response, accept);
  }
}

/** Of raw headers: name, value, name, value. */
function valuesOf(header: string, raw: readonly string[]): string[] {
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === header);
}
