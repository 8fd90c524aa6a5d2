import type { Readable } from 'node:stream';
import { BadInput } from '../failures.ts';
import { readSource } from '../manifests/read-files.ts';

/**
 * What -d means: @FILE, - or @- for standard input, otherwise the payload itself. Throws BadInput for a file that cannot
 * be read, and for what is not JSON, which every protocol here is.
 */
export async function readPayload(data: string, stdin: Readable): Promise<string> {
  const payload = await given(data, stdin);
  try {
    JSON.parse(payload);
  } catch (cause) {
    const where = data.startsWith('@') || data === '-' ? ` in ${data.replace(/^@?-?/, '') || 'standard input'}` : '';
    throw new BadInput(`the payload${where} is not JSON: ${(cause as Error).message}`, {
      hint: `For example: -d '{"data":{"ndarray":[[5.1,3.5,1.4,0.2]]}}', or -d @payload.json`,
      cause,
    });
  }
  return payload;
}

async function given(data: string, stdin: Readable): Promise<string> {
  if (data === '-') return await readSource(data, stdin);
  return data.startsWith('@') ? await readSource(data.slice(1), stdin) : data;
}
