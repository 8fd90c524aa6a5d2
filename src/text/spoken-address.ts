/**
 * Addresses as they may be shown. A user, a password, a query and a fragment can hold secrets; so can any part of a text
 * that is no whole address, where nobody knows which part was meant as what.
 */

/** An http or https address without what may be secret; undefined where it cannot be told from the rest. */
export function spokenAddress(address: string | URL): string | undefined {
  const text = String(address);
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname } = new URL(text);
  if (host === '' || isCutShort(text)) return undefined;
  return `${protocol}//${host}${pathname}`;
}

/**
 * Whether what was meant as a user or a password has ended the host, by a "/", a "?" or a "#" in it: an "@" comes behind
 * the host, which has what looks like a port, or no path.
 */
function isCutShort(address: string): boolean {
  const [, host = '', rest = ''] = /^[^:]*:[/\\]*([^/?#\\]*)(.*)$/s.exec(address) ?? [];
  return rest.includes('@') && (host.includes(':') || /^[?#]/.test(rest));
}

/** The name of a file, which may be an address that has lost its scheme: without what stands before its host, if so. */
export function spokenName(name: string): string {
  const isAddress = name.includes('://');
  if (!isAddress && !/:.*@/s.test(name)) return name;
  const host = name.slice(name.lastIndexOf('@') + 1).replace(/[?#].*/s, '');
  return name.includes('@') ? `***@${host}` : host;
}

/** What the system says of a file, in which its name stands again. */
export function spokenCause(cause: unknown, name: string): string {
  const { message } = cause as Error;
  return spokenName(name) === name ? message : message.replaceAll(name, spokenName(name));
}
