import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { BadInput } from '../failures.ts';

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
  if (data === '-' || data === '@-') return await text(stdin);
  if (!data.startsWith('@')) return data;
  const file = data.slice(1);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BadInput(
      missing ? `the path "${file}" does not exist` : `cannot read ${file}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
