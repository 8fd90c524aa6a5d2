import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { RunFiles } from './folders.ts';

export interface ApiResponse {
  /** HTTP status; 0 if there was no answer within two seconds, or half a minute where something is written. */
  status: number;
  /** The answer, as JSON where it was JSON. */
  body: unknown;
}

/** One request as cluster administrator. Never rejects: whoever starts a server expects it not to answer at first. */
export function apiRequest(files: RunFiles, url: string, method = 'GET', body?: object): Promise<ApiResponse> {
  const read = (name: string) => readFileSync(join(files.keys, name));
  return new Promise((resolve) => {
    const noAnswer = () => resolve({ status: 0, body: undefined });
    const sent = request(url, {
      method,
      ca: read('ca.crt'),
      cert: read('admin.crt'),
      key: read('admin.key'),
      agent: false,
      // Seldon's own definition has 3 MB, which a server that has just begun takes seconds for.
      timeout: method === 'GET' ? 2000 : 30_000,
      headers: { 'User-Agent': 'control-plane-starter', 'Content-Type': 'application/json' },
    });
    sent.once('timeout', () => sent.destroy());
    sent.once('error', noAnswer);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('error', noAnswer);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(text) }));
    });
    sent.end(body && JSON.stringify(body));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
