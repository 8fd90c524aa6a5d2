import type { ServerResponse } from 'node:http';
import type { ApiFailure } from './api-failure.ts';

const noCache = { 'Cache-Control': 'no-cache, private' };

export function sendJson(response: ServerResponse, code: number, json: string, warnings: readonly string[] = []): void {
  // As the real one: one with a control character is not sent (apimachinery, util/net/http.go, NewWarningHeader).
  const sendable = warnings.filter((text) => !/\p{Cc}/u.test(text));
  response.writeHead(code, {
    ...noCache,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(json),
    // https://kubernetes.io/blog/2020/09/03/warnings/: code 299, no agent, the text quoted.
    ...(sendable.length > 0 ? { Warning: sendable.map((text) => `299 - ${inHeader(JSON.stringify(text))}`) } : {}),
  });
  response.end(json);
}

/** In UTF-8, of which Node wants each byte as a letter. */
function inHeader(text: string): string {
  return Buffer.from(text.toWellFormed()).toString('latin1');
}

export function sendFailure(response: ServerResponse, failure: ApiFailure, warnings: readonly string[] = []): void {
  sendJson(response, failure.code, JSON.stringify(failure.toStatus()), warnings);
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { ...noCache, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

export function startStream(response: ServerResponse): void {
  response.writeHead(200, { ...noCache, 'Content-Type': 'application/json' });
  response.flushHeaders();
}
