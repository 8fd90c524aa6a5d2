import { BadInput } from '../../failures.ts';
import { checkNumbers } from '../../manifests/check-numbers.ts';
import type { ReadDocument } from '../../manifests/document.ts';
import { jsonDocuments } from '../../manifests/json-documents.ts';
import { at, type FieldPath, type PositionOf } from '../../manifests/manifest.ts';
import { isObject } from '../../own-values.ts';
import { ReadingBudget } from '../../reading/reading-budget.ts';
import { recordsIn, revisionOf } from '../desired/list-text.ts';
import { isTooLong, tooLong } from '../desired/names-of-source.ts';
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

/** connect ECONNREFUSED 127.0.0.1:9: trying again in 2 s */
export function againInWords(problem: string, againInMs: number): string {
  return `${problem}: trying again in ${Math.ceil(againInMs / 1_000)} s`;
}

/** Something of the stream that cannot be read: what else may be missing is unknown, so everything has to be asked for again. */
export class MalformedMessage extends BadInput {}

/** The types of messages; a record has none. */
export const messageTypes: readonly string[] = ['snapshot', 'upsert', 'delete', 'heartbeat', 'logs'];

/**
 * One message of a stream, which stands in this line of it. A record without a type is an upsert. Throws MalformedMessage
 * with the place.
 */
export function parseMessage(text: string, name: string, line = 1): SourceMessage {
  const document = parsed(text, name, line);
  const { content: value, positionOf } = document;
  const malformed = (problem: string, path: FieldPath = []): never => {
    throw new MalformedMessage(`${at(positionOf(path))}: ${problem}`);
  };
  if (!isObject(value)) return malformed('expected a JSON object');
  const revision = revisionOf(value);
  if (isTooLong(revision)) return malformed(`a revision ${tooLong}`, ['revision']);
  switch (value.type) {
    case 'snapshot': {
      const { items } = value;
      const records = Array.isArray(items) ? recordsIn({ ...document, content: { items } }) : undefined;
      return { type: 'snapshot', revision, records: records ?? malformed('a snapshot without items') };
    }
    case 'upsert': {
      if (!isObject(value.item)) return malformed('an upsert without an item', ['item']);
      const itemAt: PositionOf = (below, part) => positionOf(['item', ...below], part);
      return { type: 'upsert', record: { value: value.item, positionOf: itemAt }, revision };
    }
    case 'delete':
      if (typeof value.id !== 'string' || value.id === '') return malformed('a delete without an id', ['id']);
      if (isTooLong(value.id)) return malformed(`an id ${tooLong}`, ['id']);
      return { type: 'delete', id: value.id, revision };
    case 'heartbeat':
      return { type: 'heartbeat' };
    case 'logs':
      if (isTooLong(value.id)) return malformed(`an id ${tooLong}`, ['id']);
      if (isTooLong(value.tx)) return malformed(`a tx ${tooLong}`, ['tx']);
      return { type: 'logs', request: logsRequest(value) ?? malformed('a request for logs without an id', ['id']) };
    case undefined:
      return { type: 'upsert', record: { value, positionOf }, revision: undefined };
    default:
      return malformed(`a message of unknown type ${JSON.stringify(value.type)}`, ['type']);
  }
}

/** Exactly one JSON document. What it says is not quoted: it may hold what nobody should see. */
function parsed(text: string, name: string, line: number): ReadDocument {
  const place = `${name}:${line}:1`;
  try {
    const [document, ...others] = jsonDocuments(text, place, new ReadingBudget()) ?? [];
    if (!document || others.length > 0) throw new MalformedMessage(`${place}: a message that is not a JSON object`);
    checkNumbers(document);
    return onLine(document, name, line);
  } catch (error) {
    if (error instanceof MalformedMessage) throw error;
    // Whatever it throws is the message's fault: what is thrown by a connection is tried again without asking for everything.
    if (!(error instanceof BadInput)) throw new MalformedMessage(`${place}: cannot be read`, { cause: error });
    throw new MalformedMessage(error.message.replace(`${place}:1:`, `${name}:${line}:`), { cause: error });
  }
}

/** A message has one line, as a rule, and it counts where that stands in the stream. */
function onLine({ content, positionOf, itemsAt }: ReadDocument, file: string, line: number): ReadDocument {
  const moved =
    (inText: PositionOf): PositionOf =>
    (path, part) => {
      const found = inText(path, part);
      return { file, line: found.line + line - 1, column: found.column };
    };
  return {
    content,
    positionOf: moved(positionOf),
    ...(itemsAt && { itemsAt: (path) => itemsAt(path).map(moved) }),
  };
}

function logsRequest({ id, tx, container, sinceSeconds, tailLines }: Record<string, unknown>): LogsRequest | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const count = (value: unknown) => (Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined);
  return {
    id,
    tx: typeof tx === 'string' || typeof tx === 'number' ? String(tx) : '',
    container: typeof container === 'string' && container !== '' ? container : undefined,
    sinceSeconds: count(sinceSeconds) || undefined,
    tailLines: count(tailLines),
  };
}
