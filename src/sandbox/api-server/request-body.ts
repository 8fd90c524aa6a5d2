import type { IncomingMessage } from 'node:http';
import { ReadingBudget } from '../../reading/reading-budget.ts';
import { ApiFailure, badRequest } from './api-failure.ts';

/** MaxRequestBodyBytes of https://github.com/kubernetes/apiserver/blob/master/pkg/server/config.go */
const mostBytes = 3 * 1024 * 1024;

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) {
      throw new ApiFailure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${mostBytes}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString();
}

/** A body's value: JSON, or YAML where the media type allows it. `kind` is for the message of a 400. */
export async function parseBody(body: string, mediaType: string, kind: string): Promise<unknown> {
  if (body.trim() === '') return undefined;
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!mediaType.includes('yaml')) throw unreadable(kind, (error as Error).message);
  }
  // Most clients send JSON under the YAML media types too, so the parser is often not needed at all.
  const { yamlValues } = await import('../../reading/yaml-values.ts');
  const fail = (_offset: number, problem: string): never => {
    throw unreadable(kind, problem);
  };
  const [first] = yamlValues(body, new ReadingBudget(), fail);
  return first?.value;
}

function unreadable(kind: string, why: string): ApiFailure {
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why}`,
  );
}

export function mediaTypeOf(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
}
