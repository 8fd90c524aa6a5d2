import path from 'node:path';
import { BadInput } from '../failures.ts';
import { spokenName } from '../text/spoken-address.ts';
import { sha256 } from './sha256.ts';

/**
 * An owner for who has given none: from where the source is, never from a token or a query, so that the same source is
 * the same owner after every start. Throws BadInput for standard input, which is nowhere.
 */
export function derivedOwner(sources: readonly string[]): string {
  if (sources.includes('-')) {
    throw new BadInput('standard input has no address to derive an owner from', {
      hint: 'Name the owner with --owner, for example --owner=team-vision',
    });
  }
  const addresses = sources.map((source) => {
    if (!isUrl(source)) return path.resolve(source);
    const { origin, pathname } = new URL(source);
    return origin + pathname;
  });
  const [first = ''] = addresses;
  const readable = (isUrl(first) ? new URL(first).hostname : path.basename(spokenName(first)))
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  return [readable, sha256(addresses.sort().join('\n')).slice(0, 8)].filter(Boolean).join('-');
}

export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}
