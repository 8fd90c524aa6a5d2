import { decodeText } from '../../manifests/decode-text.ts';
import { inMebibytes, inputLimits } from '../../manifests/input-limits.ts';

/**
 * One request to a source, or to whom is reported. Redirects are not followed: the token goes to the address that was
 * given and nowhere else, and what is reported too.
 */
export async function request(url: URL, init: Omit<RequestInit, 'redirect'>): Promise<Response> {
  return await fetch(url, { ...init, redirect: 'manual' });
}

/** What is told of an answer that is none: "it answered 503". */
export function refusalInWords({ status, headers }: Response, url: URL): string {
  const location = headers.get('location');
  if (status < 300 || status > 399 || location === null) return `it answered ${status}`;
  // The rest of the address may hold what nobody should see.
  const target = URL.canParse(location, url.href) ? new URL(location, url).origin : 'nowhere';
  return `it redirects (${status}) to ${target}, which is not followed`;
}

/** The text of an answer. Throws Error where it is too large, and BadInput where it is no text. */
export async function textOf({ body }: Response, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (body) {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > inputLimits.bytes) {
        throw new Error(`its answer is larger than ${inMebibytes(inputLimits.bytes)}, which is the most that is read`);
      }
      chunks.push(chunk);
    }
  }
  return decodeText(Buffer.concat(chunks), name);
}
