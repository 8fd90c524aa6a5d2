import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import type { Pod } from '../../kubernetes/objects.ts';
import { linkedSignal } from '../../linked-signal.ts';
import { inMebibytes } from '../../reading/input-limits.ts';
import { harmlessJson } from '../../text/escape.ts';
import { spoken } from '../source/address.ts';
import type { LogsRequest } from '../source/message.ts';
import { isRefusal } from '../source/refused.ts';
import { type SourceConnection, troubleInWords } from '../source/source-connection.ts';

export interface LogsAnswering {
  cluster: SeldonCluster;
  /** Where statuses go; logs go beside it. */
  reportUrl: URL;
  connection: SourceConnection;
  signal: AbortSignal;
  /** So long an answer may take to be read; as logLimits has it, if not given. */
  timeMs?: number;
}

/** So many lines are sent where the source does not say how many it wants. */
const TAIL_LINES = 1_000;
/** What goes in one request: so many lines, or a little more than so many letters. */
const LINES_A_REQUEST = 500;
const LETTERS_A_REQUEST = 1024 * 1024;
/** What is sent at most in answer to one request, whatever it asks for: of each container, and of all of them. */
export const logLimits = { tailLines: 10_000, letters: 16 * 1024 * 1024, timeMs: 120_000 } as const;
const ANSWER_MS = 30_000;

/** Where the answer to a request for logs goes: .../status -> .../logs */
export function logsAddress(reportUrl: URL): URL {
  const address = new URL('logs', reportUrl);
  address.search = reportUrl.search;
  return address;
}

/**
 * Sends what the pods of one deployment have logged, of every pod and, unless one is named, of every container; the last
 * line of the answer says that it is over, and what is missing. Answers what went wrong, if something did. Throws Failure
 * where the token is refused.
 */
export async function answerLogs(
  request: LogsRequest,
  namespace: string | undefined,
  pods: readonly Pod[],
  answering: LogsAnswering,
): Promise<string | undefined> {
  const { id, tx } = request;
  const { timeMs = logLimits.timeMs } = answering;
  const time = AbortSignal.timeout(timeMs);
  const { signal, release } = linkedSignal(answering.signal, time);
  try {
    let missing: string | undefined;
    let waiting: object[] = [];
    let [letters, sent] = [0, 0];
    const send = async () => {
      await post(answering, waiting);
      sent += letters;
      [waiting, letters] = [[], 0];
    };
    if (namespace === undefined) missing = 'there is no such deployment here';
    reading: for (const { pod, container } of chosen(request, pods)) {
      try {
        for await (const line of containerLines(request, namespace ?? '', pod, container, { ...answering, signal })) {
          waiting.push({ id, tx, pod, container, line });
          letters += line.length;
          if (sent + letters > logLimits.letters) {
            missing = `more than ${inMebibytes(logLimits.letters)}, the maximum: ask for fewer lines`;
            break reading;
          }
          if (waiting.length >= LINES_A_REQUEST || letters >= LETTERS_A_REQUEST) await send();
        }
      } catch (error) {
        if (error instanceof NotTaken || isRefusal(error)) throw error;
        // One container that has not begun does not keep the logs of the others back.
        missing = `${pod}, container ${container}: ${(error as Error).message}`;
      }
      if (time.aborted) missing = `the rest did not arrive within ${timeMs / 1_000}s`;
      if (signal.aborted) break;
    }
    waiting.push(endOf(request, missing));
    await send();
    return undefined;
  } catch (error) {
    if (isRefusal(error)) throw error;
    return `cannot send the logs of ${id}: ${(error as Error).message}`;
  } finally {
    release();
  }
}

/** Says no to a request: answers what went wrong with that, as `answerLogs`. */
export async function refuseLogs(
  request: LogsRequest,
  why: string,
  answering: LogsAnswering,
): Promise<string | undefined> {
  try {
    await post(answering, [endOf(request, why)]);
    return undefined;
  } catch (error) {
    if (isRefusal(error)) throw error;
    return `cannot refuse the logs of ${request.id}: ${(error as Error).message}`;
  }
}

function endOf({ id, tx }: LogsRequest, missing: string | undefined): object {
  return { id, tx, eof: true, ...(missing !== undefined && { error: missing }) };
}

function chosen({ container }: LogsRequest, pods: readonly Pod[]): { pod: string; container: string }[] {
  return pods.flatMap(({ metadata: { name: pod }, spec }) => {
    const names = (spec?.containers ?? []).map(({ name }) => name);
    return names
      .filter((name) => container === undefined || name === container)
      .map((name) => ({ pod, container: name }));
  });
}

function containerLines(
  { sinceSeconds, tailLines = TAIL_LINES }: LogsRequest,
  namespace: string,
  pod: string,
  container: string,
  { cluster, signal }: LogsAnswering,
): AsyncGenerator<string> {
  const most = Math.min(tailLines, logLimits.tailLines);
  const query = { follow: false, previous: false, timestamps: false, tailLines: most, sinceSeconds };
  return cluster.logLines({ namespace, pod, container }, query, signal);
}

/** Who asked does not take the answer. */
class NotTaken extends Error {}

/** As JSON lines. Throws NotTaken; Failure where the token is refused. */
async function post({ reportUrl, connection, signal }: LogsAnswering, lines: readonly object[]): Promise<void> {
  const url = logsAddress(reportUrl);
  const { signal: inTime, release } = linkedSignal(signal, AbortSignal.timeout(ANSWER_MS));
  const { status } = await connection
    .request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.map((line) => `${harmlessJson(JSON.stringify(line))}\n`).join(''),
      signal: inTime,
    })
    .catch((cause) => {
      if (isRefusal(cause)) throw cause;
      throw new NotTaken(troubleInWords(cause), { cause });
    })
    .finally(release);
  if (status >= 300) throw new NotTaken(`${spoken(url)} answered ${status}`);
}
