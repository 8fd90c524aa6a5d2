import type { Pod } from '../../cluster/objects.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { linkedSignal } from '../../linked-signal.ts';
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
}

/** So many lines are sent where the source does not say how many it wants. */
const TAIL_LINES = 1_000;
/** As many lines go in one request. */
const LINES_A_REQUEST = 500;
const ANSWER_MS = 30_000;

/** Where the answer to a request for logs goes: .../status -> .../logs */
export function logsAddress(reportUrl: URL): URL {
  const address = new URL('logs', reportUrl);
  address.search = reportUrl.search;
  return address;
}

/**
 * Sends what the pods of one deployment have logged, of every pod and, unless one is named, of every container; the last
 * line of the answer says that it is over. Answers what went wrong, if something did. Throws Failure where the token is refused.
 */
export async function answerLogs(
  request: LogsRequest,
  namespace: string | undefined,
  pods: readonly Pod[],
  answering: LogsAnswering,
): Promise<string | undefined> {
  const { id, tx } = request;
  const send = (lines: readonly object[]) => post(answering, lines);
  try {
    let missing: string | undefined;
    let waiting: object[] = [];
    if (namespace === undefined) missing = 'there is no such deployment here';
    for (const { pod, container } of chosen(request, pods)) {
      try {
        for await (const line of linesOf(request, namespace ?? '', pod, container, answering)) {
          waiting.push({ id, tx, pod, container, line });
          if (waiting.length < LINES_A_REQUEST) continue;
          await send(waiting);
          waiting = [];
        }
      } catch (error) {
        if (error instanceof NotTaken || isRefusal(error)) throw error;
        // One container that has not begun does not keep the logs of the others back.
        missing = `${pod}, container ${container}: ${(error as Error).message}`;
      }
    }
    await send([...waiting, { id, tx, eof: true, ...(missing !== undefined && { error: missing }) }]);
    return undefined;
  } catch (error) {
    if (isRefusal(error)) throw error;
    return `cannot send the logs of ${id}: ${(error as Error).message}`;
  }
}

function chosen({ container }: LogsRequest, pods: readonly Pod[]): { pod: string; container: string }[] {
  return pods.flatMap(({ metadata: { name: pod }, spec }) => {
    const names = (spec?.containers ?? []).map(({ name }) => name);
    return names
      .filter((name) => container === undefined || name === container)
      .map((name) => ({ pod, container: name }));
  });
}

function linesOf(
  { sinceSeconds, tailLines = TAIL_LINES }: LogsRequest,
  namespace: string,
  pod: string,
  container: string,
  { cluster, signal }: LogsAnswering,
): AsyncGenerator<string> {
  const query = { follow: false, previous: false, timestamps: false, tailLines, sinceSeconds };
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
      body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      signal: inTime,
    })
    .catch((cause) => {
      if (isRefusal(cause)) throw cause;
      throw new NotTaken(troubleInWords(cause), { cause });
    })
    .finally(release);
  if (status >= 300) throw new NotTaken(`${spoken(url)} answered ${status}`);
}
