import type { Readable } from 'node:stream';
import { BadInput, exitCodes, Failure } from '../../failures.ts';
import { parseList } from '../desired/list-text.ts';
import { linesOf } from './lines.ts';
import { MalformedMessage, parseMessage, type SourceReader } from './message.ts';

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
    const lines: string[] = [];
    for await (const { line } of linesOf(stdin)) {
      if (once) lines.push(line);
      else if (line.trim() !== '') {
        reader.connected();
        reader.message(parseMessage(line, NAME));
      }
    }
    if (!once) return;
    reader.connected();
    const text = lines.join('\n');
    if (isMessages(lines)) {
      for (const line of lines) if (line.trim() !== '') reader.message(parseMessage(line, NAME));
      return;
    }
    const { records, revision } = parseList(text, NAME);
    reader.message({ type: 'snapshot', revision, records });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof MalformedMessage)) throw error;
    const problem = `${NAME}: ${error.message}`;
    // What was said before it may have been done by now.
    throw once ? new BadInput(problem, { cause: error }) : new Failure(exitCodes.failed, problem, { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Whether the first line is a message of a stream, not a record. */
function isMessages(lines: readonly string[]): boolean {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return /^\s*\{.*"type"\s*:\s*"(snapshot|upsert|delete|heartbeat|logs)"/.test(first);
}
