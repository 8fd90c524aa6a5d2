import { isObject } from '../../manifests/check-metadata.ts';
import { recordAt, revisionOf } from '../desired/list-text.ts';
import type { RawRecord } from '../desired/record.ts';

/** What the source asks to be told of the logs of one of its deployments. */
export interface LogsRequest {
  id: string;
  /** The source's name for this request; it comes back with every line. */
  tx: string;
  container: string | undefined;
  sinceSeconds: number | undefined;
  tailLines: number | undefined;
}

/** What a source says. */
export type SourceMessage =
  /** All that it wants, whole. */
  | { type: 'snapshot'; revision: string | undefined; records: RawRecord[] }
  /** The same as last time. */
  | { type: 'unchanged' }
  | { type: 'upsert'; record: RawRecord; revision: string | undefined }
  | { type: 'delete'; id: string; revision: string | undefined }
  | { type: 'heartbeat' }
  | { type: 'logs'; request: LogsRequest };

/** Who is told what comes from a source. */
export interface SourceReader {
  message(message: SourceMessage): void;
  /** It answers; again after trouble. */
  connected(): void;
  /** It does not, and is tried again after so many milliseconds. */
  trouble(problem: string, againInMs: number): void;
}

/** Something of the stream that cannot be read: what else may be missing is unknown, so everything has to be asked for again. */
export class MalformedMessage extends Error {}

/** One message of a stream. A record without a type is an upsert. Throws MalformedMessage. */
export function parseMessage(text: string, name: string): SourceMessage {
  const value = parsed(text);
  if (!isObject(value)) throw new MalformedMessage(`expected a JSON object, found ${text.slice(0, 80)}`);
  const revision = revisionOf(value);
  switch (value.type) {
    case 'snapshot': {
      if (!Array.isArray(value.items)) throw new MalformedMessage('a snapshot without items');
      const records = value.items.map((item: unknown, index: number) => recordAt(item, name, index));
      return { type: 'snapshot', revision, records };
    }
    case 'upsert':
      if (!isObject(value.item)) throw new MalformedMessage('an upsert without an item');
      return { type: 'upsert', record: recordAt(value.item, name, 0), revision };
    case 'delete':
      if (typeof value.id !== 'string' || value.id === '') throw new MalformedMessage('a delete without an id');
      return { type: 'delete', id: value.id, revision };
    case 'heartbeat':
      return { type: 'heartbeat' };
    case 'logs':
      return { type: 'logs', request: logsRequest(value) };
    case undefined:
      return { type: 'upsert', record: recordAt(value, name, 0), revision: undefined };
    default:
      throw new MalformedMessage(`a message of unknown type ${JSON.stringify(value.type)}`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MalformedMessage(`a message that is no JSON: ${text.slice(0, 80)}`, { cause });
  }
}

function logsRequest({ id, tx, container, sinceSeconds, tailLines }: Record<string, unknown>): LogsRequest {
  if (typeof id !== 'string' || id === '') throw new MalformedMessage('a request for logs without an id');
  const count = (value: unknown) => (Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined);
  return {
    id,
    tx: tx === undefined ? '' : String(tx),
    container: typeof container === 'string' && container !== '' ? container : undefined,
    sinceSeconds: count(sinceSeconds) || undefined,
    tailLines: count(tailLines),
  };
}
