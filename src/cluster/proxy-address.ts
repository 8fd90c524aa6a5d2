import { BadInput } from '../failures.ts';

/** A proxy, and how to say to it who we are. */
export interface ProxyAddress {
  /** 'scheme://host:port', which may be shown: nothing of a user or a password. */
  origin: string;
  /** How it is said to a proxy of HTTP: the value of Proxy-Authorization. */
  authorization?: string;
  /** How it is said to one of SOCKS. */
  login?: { userId: string; password: string };
}

/**
 * Reads the address of a proxy that stands in `place`, as 'proxy-url of cluster "a"'. Whatever is wrong with it, no part
 * of the address is told: nobody knows then which part is the password. Throws BadInput.
 */
export function proxyAddress(address: string, place: string): ProxyAddress {
  const trouble = (why: string, hint = ESCAPES) => new BadInput(`invalid ${place}: ${why}`, { hint });
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) throw trouble('it has no scheme', EXPECTED);
  if (!SCHEMES.has(scheme)) throw trouble(`unsupported scheme "${scheme}", must be http, https, or socks5`, EXPECTED);
  if (!URL.canParse(address)) throw trouble('it is not the address of a proxy');
  const { protocol, host, username, password, pathname, search, hash } = new URL(address);
  if (host === '') throw trouble('it has no host', EXPECTED);
  // What was meant as a password has ended the host.
  if (`${pathname}${search}${hash}`.includes('@')) throw trouble('there is an "@" after its host');
  const origin = `${protocol}//${host}`;
  if (username === '' && password === '') return { origin };
  try {
    const login = { userId: decodeURIComponent(username), password: decodeURIComponent(password) };
    const basic = Buffer.from(`${login.userId}:${login.password}`).toString('base64');
    return { origin, authorization: `Basic ${basic}`, login };
  } catch {
    throw trouble('there is a "%" in its user or password that two hexadecimal digits should follow');
  }
}

/** By each of the last two Go has the proxy look up the name of the server. */
const SCHEMES = new Set(['http', 'https', 'socks5', 'socks5h']);
const EXPECTED =
  'Expected an address such as http://proxy.example.com:3128 or http://USER:PASSWORD@proxy.example.com:3128';
const ESCAPES =
  'Percent-encode special characters in the user and password: %23 for #, %25 for %, %2F for /, %3A for :, %3F for ?, %40 for @';
