import { writeSync } from 'node:fs';

/** Writes all of it: a system that has room for a part only writes that part and says so, which is no error yet. */
export function writeAll(descriptor: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}
