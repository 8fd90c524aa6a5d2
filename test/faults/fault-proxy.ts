import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import {
  createServer as createTlsServer,
  request as httpsRequest,
  Agent as TlsAgent,
  type Server as TlsServer,
} from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Upstream } from './upstream.ts';

/** A request on its way to the API server. */
export interface Passing {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  isWatch: boolean;
}

/**
 * What becomes of a request, or of its answer: it is lost before the server has it ('lose') or after ('lose the answer'),
 * never answered, answered late, answered in another way, or cut in the middle of its JSON.
 */
export type Fate =
  | 'pass'
  | 'lose'
  | 'lose the answer'
  | 'swallow'
  | 'swallow the answer'
  | 'cut'
  | { lateMs: number }
  | { status: number; headers?: Record<string, string>; message?: string; carriedOut?: boolean }
  | { lines: readonly string[] };

/** Decides about each request; may change its query before it goes on. */
export interface Fault {
  fateOf(request: Passing): Fate;
  /** Each line of a watch, as lines to be sent instead; as it is where it is not said. */
  line?(line: string, request: Passing): string[];
  /** The text of any other answer. */
  body?(text: string): string;
  /** Told each answer. */
  answered?(request: Passing, status: number): void;
}

interface OpenWatch {
  outgoing: ServerResponse;
  request: Passing;
  /** Nothing of it is passed on any more, and it stays open. */
  silent: boolean;
}

/** Stands before an API server and lets requests through as a fault has it. */
export class FaultProxy {
  readonly #server: Server | TlsServer;
  readonly #agent: Agent;
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<OpenWatch>();
  readonly #upstream: Upstream;
  readonly fault: Fault;

  private constructor(upstream: Upstream, fault: Fault, tls?: { cert: string; key: string }) {
    this.#upstream = upstream;
    this.fault = fault;
    const { url, credentials } = upstream;
    this.#agent =
      url.protocol === 'https:' ? new TlsAgent({ keepAlive: true, ...credentials }) : new Agent({ keepAlive: true });
    const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void this.#take(incoming, outgoing);
    this.#server = tls ? createTlsServer(tls, listener) : createServer(listener);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(upstream: Upstream, fault: Fault, tls?: { cert: string; key: string }): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream, fault, tls);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every watch: 'end' in its order, 'reset' in the middle of a line, 'silence' without a word and without an end. */
  watchesShall(what: 'end' | 'reset' | 'silence', lastLine?: string): void {
    for (const watch of this.#watches) {
      if (what === 'silence') {
        watch.silent = true;
        continue;
      }
      this.#watches.delete(watch);
      watch.silent = true;
      if (what === 'reset') watch.outgoing.write('{"type":"MODIFIED","obj', () => watch.outgoing.destroy());
      else watch.outgoing.end(lastLine);
    }
  }

  /** All connections there are. */
  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** From now on it shows this certificate. */
  rotate(tls: { cert: string; key: string }): void {
    (this.#server as TlsServer).setSecureContext(tls);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    this.#agent.destroy();
    await once(this.#server, 'close');
  }

  async #take(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing.on('error', () => {});
    const url = new URL(incoming.url ?? '/', 'http://any');
    const { method = '', headers } = incoming;
    const isWatch = url.searchParams.get('watch') === 'true';
    const request: Passing = { method, path: url.pathname, query: url.searchParams, headers, isWatch };
    const body: Buffer[] = [];
    try {
      for await (const chunk of incoming) body.push(chunk as Buffer);
    } catch {
      return;
    }
    const fate = this.fault.fateOf(request);
    if (fate === 'lose') return void incoming.socket.resetAndDestroy();
    if (fate === 'swallow') return;
    if (typeof fate === 'object' && 'lines' in fate) {
      outgoing.writeHead(200, { 'Content-Type': 'application/json' });
      return void outgoing.end(fate.lines.map((line) => `${line}\n`).join(''));
    }
    if (typeof fate === 'object' && 'status' in fate && !fate.carriedOut) return answer(outgoing, fate);
    if (typeof fate === 'object' && 'lateMs' in fate) await new Promise((resolve) => setTimeout(resolve, fate.lateMs));
    const further = this.#send(request, Buffer.concat(body));
    further.on('error', () => outgoing.destroy());
    outgoing.on('close', () => further.destroy());
    further.on('response', (response) => {
      this.fault.answered?.(request, response.statusCode ?? 0);
      response.on('error', () => outgoing.destroy());
      if (isWatch && response.statusCode === 200) return this.#passWatch(response, request, outgoing);
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        if (fate === 'lose the answer') return void incoming.socket.resetAndDestroy();
        if (fate === 'swallow the answer') return;
        if (typeof fate === 'object' && 'status' in fate) return answer(outgoing, fate);
        const whole = Buffer.concat(parts).toString();
        const text = this.fault.body?.(whole) ?? whole;
        const sent = fate === 'cut' ? text.slice(0, text.length / 2) : text;
        const { 'content-length': _, 'transfer-encoding': __, ...kept } = response.headers;
        outgoing.writeHead(response.statusCode ?? 502, kept).end(sent);
      });
    });
  }

  #send({ method, path, query, headers }: Passing, body: Buffer) {
    const { url } = this.#upstream;
    const target = new URL(path, url);
    target.search = query.toString();
    // Whoever is behind the proxy is let in as the proxy is.
    const { 'accept-encoding': _, authorization: __, ...kept } = headers;
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const further = send(target, { method, agent: this.#agent, headers: { ...kept, host: url.host } });
    further.end(body);
    return further;
  }

  #passWatch(response: IncomingMessage, request: Passing, outgoing: ServerResponse): void {
    const watch = { outgoing, request, silent: false };
    this.#watches.add(watch);
    outgoing.on('close', () => this.#watches.delete(watch));
    outgoing.writeHead(200, { 'Content-Type': 'application/json' });
    outgoing.flushHeaders();
    let rest = '';
    response.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (watch.silent) return;
      for (const line of lines) {
        for (const sent of this.fault.line?.(line, request) ?? [line]) outgoing.write(`${sent}\n`);
      }
    });
    response.on('end', () => !watch.silent && outgoing.end());
  }
}

function answer(outgoing: ServerResponse, { status, headers, message = 'a fault' }: Extract<Fate, { status: number }>) {
  outgoing.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  outgoing.end(JSON.stringify({ kind: 'Status', status: 'Failure', code: status, message }));
}
