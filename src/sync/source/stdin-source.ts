import { Readable } from 'node:stream';
import { BadInput, exitCodes, Failure } from '../../failures.ts';
import { readSource } from '../../manifests/read-files.ts';
import { takeJson } from '../../reading/json-values.ts';
import { ReadingBudget } from '../../reading/reading-budget.ts';
import { holdsNothing, parseList } from '../desired/list-text.ts';
import { messageTypes, parseMessage, type SourceReader } from './message.ts';
import { sourceLines } from './source-lines.ts';

export interface StdinSourceOptions {
  stdin: Readable;
  /** Reads to the end and takes it as one state; otherwise each line is a message, as it comes. */
  once: boolean;
  signal: AbortSignal;
}

const NAME = 'standard input';

/** Reads standard input; resolves at its end. Throws Failure for what cannot be read. */
export async function readStdinSource(
  { stdin, once, signal }: StdinSourceOptions,
  reader: SourceReader,
): Promise<void> {
  const stop = () => stdin.destroy();
  signal.addEventListener('abort', stop);
  try {
    await (once ? readWhole(stdin, reader) : readMessages(sourceLines(stdin), reader));
  } catch (error) {
    if (signal.aborted) return;
    if (once || !(error instanceof BadInput)) throw error;
    // What was said before it may have been done by now.
    throw new Failure(exitCodes.failed, error.message, { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function readWhole(stdin: Readable, reader: SourceReader): Promise<void> {
  const text = await readSource('-', stdin);
  reader.connected();
  if (isMessages(text)) return await readMessages(sourceLines(Readable.from([text])), reader);
  const { records, revision, isBlank } = parseList(text, NAME);
  if (isBlank) throw holdsNothing(NAME);
  reader.message({ type: 'snapshot', revision, records });
}

async function readMessages(lines: AsyncIterable<{ line: string }>, reader: SourceReader): Promise<void> {
  let count = 0;
  for await (const { line } of lines) {
    count += 1;
    if (line.trim() === '') continue;
    const message = parseMessage(line, NAME, count);
    reader.connected();
    reader.message(message);
  }
}

/** Whether the first line is a message of a stream, not a record. */
function isMessages(text: string): boolean {
  const [first = ''] = /^.*$/m.exec(text.trimStart()) ?? [];
  // What is refused for its size is refused with its place.
  if (takeJson(first, new ReadingBudget())) return false;
  try {
    const { type } = JSON.parse(first);
    return messageTypes.includes(type);
  } catch {
    return false;
  }
}
