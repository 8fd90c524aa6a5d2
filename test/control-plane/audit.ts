import { readFile } from 'node:fs/promises';

/** A request that the API server answered, from its audit log at level Metadata (audit.k8s.io/v1, Event). */
export interface AuditedRequest {
  auditID: string;
  /** get, list, watch, create, update, patch, delete, deletecollection, or the HTTP method for what is no object. */
  verb: string;
  userAgent: string;
  username: string;
  requestURI: string;
  /** Absent if no object was asked for, as in discovery. */
  objectRef?: {
    resource: string;
    namespace?: string;
    name?: string;
    apiGroup?: string;
    apiVersion?: string;
    subresource?: string;
  };
  /** HTTP status code. */
  code: number;
  /** Whether it is over; false for a watch that is still open. */
  complete: boolean;
  /** RFC 3339 with microseconds, as are all times here: see auditMilliseconds. */
  requestReceivedTimestamp: string;
  /** When it was answered; for a watch, when it began to be. */
  stageTimestamp: string;
  /** When it was over, if it is. */
  completeTimestamp?: string;
}

export interface AuditFilter {
  /** Received at this time or later. */
  since?: Date;
  /** A part of the user agent, or a pattern for it. */
  userAgent?: string | RegExp;
}

/**
 * The requests in an audit log, each once, in the order in which they were answered. (Watches are logged twice, when
 * they start and when they end.) The API server writes the line after it has answered, so the very last requests may
 * be missing: look again.
 */
export async function readAudit(path: string, filter: AuditFilter = {}): Promise<AuditedRequest[]> {
  return auditedRequests(await readFile(path, 'utf8'), filter);
}

/** As readAudit, from the log's text. A last line without its end is left out: it is being written. */
export function auditedRequests(text: string, { since, userAgent = '' }: AuditFilter = {}): AuditedRequest[] {
  const requests = new Map<string, AuditedRequest>();
  for (const line of text.split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as AuditLine;
    if (since && auditMilliseconds(entry.requestReceivedTimestamp) < since.getTime()) continue;
    if (
      !(userAgent instanceof RegExp
        ? userAgent.test(entry.userAgent ?? '')
        : (entry.userAgent ?? '').includes(userAgent))
    ) {
      continue;
    }
    requests.set(entry.auditID, merged(requests.get(entry.auditID), entry));
  }
  return [...requests.values()];
}

/** Milliseconds since 1970, with the fraction that Date.parse drops. */
export function auditMilliseconds(timestamp: string): number {
  const fraction = /\.(\d+)/.exec(timestamp)?.[1] ?? '0';
  return Math.floor(Date.parse(timestamp) / 1000) * 1000 + Number(`0.${fraction}`) * 1000;
}

type AuditLine = Pick<
  AuditedRequest,
  'auditID' | 'verb' | 'requestURI' | 'objectRef' | 'requestReceivedTimestamp' | 'stageTimestamp'
> & {
  stage: 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  userAgent?: string;
  user?: { username?: string };
  responseStatus?: { code?: number };
};

function merged(earlier: AuditedRequest | undefined, line: AuditLine): AuditedRequest {
  const complete = line.stage === 'ResponseComplete' || line.stage === 'Panic';
  return {
    auditID: line.auditID,
    verb: line.verb,
    userAgent: line.userAgent ?? '',
    username: line.user?.username ?? '',
    requestURI: line.requestURI,
    ...(line.objectRef && { objectRef: line.objectRef }),
    code: line.responseStatus?.code ?? 0,
    complete,
    requestReceivedTimestamp: line.requestReceivedTimestamp,
    stageTimestamp: earlier?.stageTimestamp ?? line.stageTimestamp,
    ...(complete && { completeTimestamp: line.stageTimestamp }),
  };
}
