import { readFileSync } from 'node:fs';
import type { Pem } from './connection-settings.ts';

/** Certificates or a key as text. Throws Error when a file cannot be read. */
export function pemText(pem: Pem): string {
  return 'file' in pem ? readFileSync(pem.file, 'utf8') : Buffer.from(pem.base64, 'base64').toString('utf8');
}
