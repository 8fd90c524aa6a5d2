import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Stranger } from './strangers.ts';

/** A place in the answers to requests for one path; every element of a list is at the same one. */
export type Spot = string;

export interface Mutation {
  spot: Spot;
  stranger: Stranger;
}

/** Stands before an API server, and puts another value in one spot of its answers. */
export class MutatingProxy {
  /** What there is to change: of all answers since it was last emptied. */
  readonly spots = new Map<Spot, { isWhole: boolean }>();
  change: Mutation | undefined;
  readonly #upstream: URL;
  readonly #server = createServer((incoming, outgoing) => this.#passOn(incoming, outgoing));

  private constructor(upstream: string) {
    this.#upstream = new URL(upstream);
  }

  static async start(upstream: string): Promise<MutatingProxy> {
    const proxy = new MutatingProxy(upstream);
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #passOn(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url = '', headers } = incoming;
    const { pathname } = new URL(url, this.#upstream);
    const asked = httpRequest(new URL(url, this.#upstream), {
      method,
      headers: { ...headers, host: this.#upstream.host },
    });
    asked.on('response', (response) => {
      const { 'content-length': _, ...kept } = response.headers;
      const isWatch = url.includes('watch=true');
      const place = isWatch ? `${pathname}?watch` : `${method} ${pathname}`;
      const { status } = this.change?.spot === place ? this.change.stranger : {};
      outgoing.writeHead(status ?? response.statusCode ?? 502, kept);
      outgoing.flushHeaders();
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        rest += text;
        if (!isWatch) return;
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) outgoing.write(`${this.#changed(place, line)}\n`);
      });
      response.on('end', () => outgoing.end(this.#changed(place, rest)));
    });
    asked.on('error', () => outgoing.destroy());
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  }

  #changed(asked: string, text: string): string {
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch {
      return text;
    }
    return JSON.stringify(this.#walked(content, asked, true)) ?? '';
  }

  #walked(value: unknown, spot: Spot, isWhole = false): unknown {
    this.spots.set(spot, { isWhole });
    if (spot === this.change?.spot) return this.change.stranger.of(value);
    if (Array.isArray(value)) return value.map((item) => this.#walked(item, `${spot}[]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        // There are hundreds in each.
        key === 'fieldsV1' ? this.#leaf(inner, `${spot} ${key}`) : this.#walked(inner, `${spot} ${key}`),
      ]),
    );
  }

  #leaf(value: unknown, spot: Spot): unknown {
    this.spots.set(spot, { isWhole: false });
    return spot === this.change?.spot ? this.change.stranger.of(value) : value;
  }
}
