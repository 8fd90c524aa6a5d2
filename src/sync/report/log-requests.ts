import type { Pod } from '../../kubernetes/objects.ts';
import type { LogsRequest } from '../source/message.ts';
import { answerLogs, type LogsAnswering, refuseLogs } from './answer-logs.ts';

/** So many requests are answered at a time; a source that asks for more hears that of so many others, and no more. */
const MOST_ANSWERED = 4;
const MOST_REFUSED = 16;

/** Answers requests for logs, a few at a time: a source cannot have more of them read than that. */
export class LogRequests {
  readonly #answering: LogsAnswering;
  #answered = 0;
  #refused = 0;

  constructor(answering: LogsAnswering) {
    this.#answering = answering;
  }

  /** Answers what went wrong, if something did. Throws Failure where the token is refused. */
  async take(request: LogsRequest, namespace: string | undefined, pods: readonly Pod[]): Promise<string | undefined> {
    if (this.#answered >= MOST_ANSWERED) return await this.#refuse(request);
    this.#answered += 1;
    try {
      return await answerLogs(request, namespace, pods, this.#answering);
    } finally {
      this.#answered -= 1;
    }
  }

  async #refuse(request: LogsRequest): Promise<string | undefined> {
    if (this.#refused >= MOST_REFUSED) return 'the source requests logs too often';
    this.#refused += 1;
    try {
      const why = `${MOST_ANSWERED} requests for logs are in progress, the maximum: try again`;
      return await refuseLogs(request, why, this.#answering);
    } finally {
      this.#refused -= 1;
    }
  }
}
