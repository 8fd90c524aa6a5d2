import { ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { escapeTerminal } from '../text/escape.ts';
import { maskedBody } from './masked-body.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * What is told of requests on standard error, by kubectl's levels: nothing below 6, then each request and its duration,
 * from 7 on its headers, from 8 on those of the answer, and the bodies; cut, below 9. Never a secret.
 */
export interface RequestLog {
  /** As kubectl's -v. */
  level: number;
  write(text: string): unknown;
}

/** With what of a request to this address, and of its answer, may be told. */
export interface MaskingLog extends RequestLog {
  masked(text: string, url: string): string;
}

export interface LoggedRequest {
  method: string;
  url: string;
  headers: Headers;
  body: string | undefined;
}

/** As many of a body's characters are told at level 8 (client-go, rest/request.go, truncateBody). */
const CUT_AT = 1_024;

/** `milliseconds`: from sending it to the beginning of the answer, or to what went wrong (`result` is then its message). */
export function logRequest(
  log: MaskingLog,
  request: LoggedRequest,
  result: { status: number; headers: Headers } | string,
  milliseconds: number,
): void {
  if (log.level < 6) return;
  const status = typeof result === 'string' ? `failed (${result})` : result.status;
  const lines = [`${request.method} ${request.url} ${status} in ${Math.round(milliseconds)} milliseconds`];
  if (log.level >= 7) lines.push('Request Headers:', ...headerLines(request.headers));
  if (log.level >= 8 && request.body) lines.push(`Request Body: ${told(request.body, log, request)}`);
  if (log.level >= 8 && typeof result !== 'string') lines.push('Response Headers:', ...headerLines(result.headers));
  write(log, lines, request);
}

/** The answer, whose body is told once it has been read, and line by line where it goes on, as a watch does. */
export function withLoggedBody(log: MaskingLog, request: LoggedRequest, response: ResponseContext): ResponseContext {
  if (log.level < 8) return response;
  // Others may have been answered meanwhile.
  const tell = (body: string) => {
    write(log, [`${request.method} ${request.url} Response Body: ${told(body, log, request)}`], request);
  };
  const { body, headers } = response;
  return new ResponseContext(response.httpStatusCode, headers, {
    binary: () => body.binary(),
    text: async () => {
      const text = await body.text();
      tell(text);
      return text;
    },
    // What containers have written is no JSON, and is printed anyway.
    ...(body.stream && {
      stream: () => (isJson(headers) ? tellingLines(body.stream?.(), tell) : body.stream?.()) as ReadableStream,
    }),
  });
}

function isJson(headers: Headers): boolean {
  return /\bjson\b/i.test(headers['content-type'] ?? '');
}

/** The same bytes; each line of them is told once it is whole. */
async function* tellingLines(stream: unknown, tell: (line: string) => void): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let begun = '';
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    const lines = (begun + decoder.decode(chunk, { stream: true })).split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) tell(line);
    yield chunk;
  }
  if (begun !== '') tell(begun);
}

/** Masked before it is cut: half a secret is no JSON any more. */
function told(body: string, { level, masked }: MaskingLog, { url }: LoggedRequest): string {
  const text = masked(maskedBody(body.trimEnd(), url), url);
  const rest = text.length - CUT_AT;
  return level >= 9 || rest <= 0 ? text : `${text.slice(0, CUT_AT)} [truncated ${rest} chars]`;
}

/** What a server says may be meant for the terminal, or look like lines of ours. */
function write(log: MaskingLog, lines: readonly string[], { url }: LoggedRequest): void {
  log.write(`${lines.map((line) => escapeTerminal(log.masked(line, url))).join('\n')}\n`);
}

const SECRET = /^(authorization|proxy-authorization|cookie|set-cookie|x-amz-security-token)$/i;

function headerLines(headers: Headers): string[] {
  return Object.entries(headers).map(
    ([name, value]) => `    ${name}: ${SECRET.test(name) ? maskedCredential(value) : value}`,
  );
}

/** The kind of credentials may be seen. */
function maskedCredential(value: string): string {
  const [, kind] = /^(Bearer|Basic|Negotiate) /i.exec(value) ?? [];
  return kind ? `${kind} <masked>` : '<masked>';
}
