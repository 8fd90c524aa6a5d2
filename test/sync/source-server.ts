import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface StatusItem {
  id: string;
  phase: string;
  reason?: string;
  name: string;
  availableReplicas: number;
  desiredReplicas: number;
  message: string;
}

/** A source of ours: it answers as it is told, and keeps what it is told of statuses and logs. */
export class SourceServer {
  /** What is answered to each request for the desired state, in turn; the last one again and again. */
  answers: Answer[] = [];
  /** The HTTP statuses of the answers to reports, in turn; the last one again and again. */
  reportStatuses = [200];
  /** And to logs. */
  logsStatus = 200;
  readonly requests: IncomingMessage[] = [];
  readonly reports: { owner: string; revision: string | null; items: StatusItem[] }[] = [];
  readonly logs: Record<string, unknown>[] = [];
  /** What was sent by PUT and POST, byte by byte. */
  readonly bodies: string[] = [];
  onRequest: () => void = () => {};
  /** Streams that are open. */
  readonly open = new Set<ServerResponse>();
  readonly #server;
  readonly #scheme: string;

  private constructor(tls: { cert: string; key: string } | undefined) {
    const handle = (request: IncomingMessage, response: ServerResponse) => void this.#handle(request, response);
    this.#server = tls ? createSecureServer(tls, handle) : createServer(handle);
    this.#scheme = tls ? 'https' : 'http';
  }

  static async start(tls?: { cert: string; key: string }): Promise<SourceServer> {
    const source = new SourceServer(tls);
    source.#server.listen(0, '127.0.0.1');
    await once(source.#server, 'listening');
    return source;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}/desired`;
  }

  get reportUrl(): string {
    return new URL('status', this.url).href;
  }

  /** Says something on every stream that is open. */
  say(text: string): void {
    for (const response of this.open) response.write(text);
  }

  /** Ends every stream in the middle of whatever it was saying. */
  cut(): void {
    for (const response of this.open) response.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.onRequest();
    if (request.method === 'GET') {
      const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
      this.requests.push(request);
      response.on('close', () => this.open.delete(response));
      await answer?.(request, response);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    this.bodies.push(text);
    if (request.method === 'PUT') {
      const status = (this.reportStatuses.length > 1 ? this.reportStatuses.shift() : this.reportStatuses[0]) ?? 200;
      if (status === 200) this.reports.push(JSON.parse(text));
      response.writeHead(status).end();
      return;
    }
    if (this.logsStatus === 200) {
      for (const line of text.split('\n').filter((one) => one !== '')) this.logs.push(JSON.parse(line));
    }
    response.writeHead(this.logsStatus).end();
  }
}

export const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end();

export const text =
  (code: number, body: string, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end(body);

/** The connection is lost: before an answer, or in the middle of one that is sent in parts. */
export const lost =
  (body?: string): Answer =>
  (_, response) => {
    if (body === undefined) return response.destroy();
    response.writeHead(200, { 'content-type': 'application/yaml' });
    return response.write(body, () => setTimeout(() => response.destroy(), 20));
  };

/** As servers of HTTP/1.0 say that an answer is over: by ending the connection, which is also how it gets lost. */
export const closedEnd =
  (body: string): Answer =>
  (_, { socket }) =>
    socket?.end(`HTTP/1.1 200 OK\r\ncontent-type: application/yaml\r\nconnection: close\r\n\r\n${body}`);

/** A plain list, with an ETag that it knows again. */
export const jsonList =
  (items: readonly object[], etag?: string): Answer =>
  (request, response) => {
    if (etag !== undefined && request.headers['if-none-match'] === etag) return response.writeHead(304).end();
    const body = JSON.stringify({ revision: etag ?? 'r1', items });
    return response
      .writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...(etag !== undefined && { etag }),
      })
      .end(body);
  };

/** Promises a whole list, and is cut off in the middle. */
export const cutOff =
  (items: readonly object[]): Answer =>
  (_, response) => {
    const body = JSON.stringify({ items });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.write(body.slice(0, -20), () => setTimeout(() => response.destroy(), 20));
  };

/** Says that it is whole, and is not. */
export const truncated =
  (items: readonly object[]): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items }).slice(0, -20));

/** A stream that stays open after these texts. */
export const stream =
  (source: () => SourceServer, type: 'text/event-stream' | 'application/x-ndjson', texts: readonly string[]): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type });
    source().open.add(response);
    response.flushHeaders();
    for (const text of texts) response.write(text);
  };

export const sse = (message: object, id?: string) =>
  `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`;
export const ndjson = (message: object) => `${JSON.stringify(message)}\n`;
export const snapshot = (items: readonly object[], revision = 'r1') => ({ type: 'snapshot', revision, items });
