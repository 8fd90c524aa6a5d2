import type { ServerResponse } from 'node:http';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';

/** What the server does with a watch from a resourceVersion that it has compacted away. */
export type WhenExpired = 'answer 410' | 'send an error' | 'close without a word';

interface Change {
  type: string;
  object: KubernetesObject;
}

interface Watch {
  response: ServerResponse;
  metadataOnly: boolean;
}

/** One collection of a stand-in API server: holds objects, lists them and lets them be watched, as the real one does. */
export class StandInCollection {
  /** Servers before 1.32 answer a streaming list with 400 or 422. */
  streamingLists: 'known' | 400 | 422 = 'known';
  whenExpired: WhenExpired = 'send an error';
  /** Each byte in a chunk of its own. */
  inPieces = false;
  /** The answer to a list when there is nothing: Go writes null for a slice that was never made. */
  emptyItems: [] | null = [];
  /** What open watches are still to be told, while the server is slow. */
  #held: (() => void)[] | undefined;
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #watches = new Set<Watch>();
  readonly #nextResourceVersion: () => number;
  #history: Change[] = [];
  #compacted = 0;
  #newest: number;

  constructor(newest: number, nextResourceVersion: () => number) {
    this.#newest = newest;
    this.#nextResourceVersion = nextResourceVersion;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  put(object: KubernetesObject): void {
    this.#change(this.#objects.has(object.metadata.name) ? 'MODIFIED' : 'ADDED', object);
  }

  remove(name: string): void {
    const object = this.#objects.get(name);
    if (object) this.#change('DELETED', object);
  }

  /** From now on the watches that are open by now hear nothing, while lists show what there is. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const tell of held) tell();
  }

  /** Holds this alone from now on, without a history. */
  restore(object: KubernetesObject): void {
    this.#objects.clear();
    this.#watches.clear();
    this.put(object);
    this.#history = [];
  }

  /** Ends the open watches as a server does when their time is up. */
  endWatches(): void {
    for (const { response } of this.#watches) response.end();
    this.#watches.clear();
  }

  /** Breaks the connections off in the middle of a message. */
  breakWatches(): void {
    for (const { response } of this.#watches) {
      response.write('{"type":"ADDED","object":{"metadata":{"na', () => response.destroy());
    }
    this.#watches.clear();
  }

  /** Says a line on every open watch, whatever it is. */
  say(line: string): void {
    for (const { response } of this.#watches) response.write(`${line}\n`);
  }

  /** Sends an error, and leaves the watches open. */
  sendError(code: number, message: string): void {
    for (const { response } of this.#watches) sendError(response, code, message);
  }

  /** Sends something that is no JSON, and leaves the watches open. */
  sendRubbish(): void {
    for (const { response } of this.#watches) response.write('<html>\n');
  }

  bookmark(): void {
    for (const { response } of this.#watches) this.#sendBookmark(response, {});
  }

  /** From now on the server knows only the present, and nothing of how it came about. */
  compact(): void {
    this.#newest = this.#nextResourceVersion();
    this.#compacted = this.#newest;
    this.#history = [];
  }

  list(response: ServerResponse, accept: string): void {
    const metadataOnly = isMetadataOnly(accept);
    const items = [...this.#objects.values()].map((object) => shown(object, metadataOnly));
    const metadata = { resourceVersion: String(this.#newest) };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ kind: 'List', metadata, items: items.length > 0 ? items : this.emptyItems }));
  }

  watch(response: ServerResponse, accept: string, query: URLSearchParams): void {
    const initial = query.get('sendInitialEvents') === 'true';
    const from = Number(query.get('resourceVersion') ?? 0);
    const expired = !initial && from < this.#compacted;
    if (initial && this.streamingLists !== 'known') {
      refuse(response, this.streamingLists, 'sendInitialEvents: Forbidden');
    } else if (expired && this.whenExpired === 'answer 410') {
      refuse(response, 410, 'too old resource version');
    } else {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.flushHeaders();
      const watch = { response, metadataOnly: isMetadataOnly(accept) };
      this.#watches.add(watch);
      response.on('close', () => this.#watches.delete(watch));
      if (initial) this.#sendAll(watch);
      else if (!expired) this.#sendChangesSince(from, watch);
      else if (this.whenExpired === 'close without a word') response.end();
      else sendError(response, 410, 'too old resource version');
    }
  }

  #sendAll(watch: Watch): void {
    for (const object of this.#objects.values()) this.#send(watch, { type: 'ADDED', object });
    this.#sendBookmark(watch.response, { 'k8s.io/initial-events-end': 'true' });
  }

  #sendChangesSince(resourceVersion: number, watch: Watch): void {
    for (const change of this.#history) {
      if (Number(change.object.metadata.resourceVersion) > resourceVersion) this.#send(watch, change);
    }
  }

  #change(type: string, { metadata, ...rest }: KubernetesObject): void {
    this.#newest = this.#nextResourceVersion();
    const object = { ...rest, metadata: { ...metadata, resourceVersion: String(this.#newest) } };
    if (type === 'DELETED') this.#objects.delete(metadata.name);
    else this.#objects.set(metadata.name, object);
    this.#history.push({ type, object });
    for (const watch of this.#watches) {
      const tell = () => this.#send(watch, { type, object });
      if (this.#held) this.#held.push(tell);
      else tell();
    }
  }

  #send({ response, metadataOnly }: Watch, { type, object }: Change): void {
    const line = Buffer.from(`${JSON.stringify({ type, object: shown(object, metadataOnly) })}\n`);
    if (this.inPieces) for (const byte of line) response.write(Buffer.of(byte));
    else response.write(line);
  }

  #sendBookmark(response: ServerResponse, annotations: Record<string, string>): void {
    const object = { metadata: { resourceVersion: String(this.#newest), annotations } };
    response.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }
}

export function refuse(response: ServerResponse, code: number, message: string, headers: Record<string, string> = {}) {
  response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code, message }));
}

function sendError(response: ServerResponse, code: number, message: string): void {
  response.write(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code, message } })}\n`);
}

function isMetadataOnly(accept: string): boolean {
  return accept.includes('as=PartialObjectMetadata');
}

function shown(object: KubernetesObject, metadataOnly: boolean): KubernetesObject {
  return metadataOnly ? { kind: 'PartialObjectMetadata', metadata: object.metadata } : object;
}
