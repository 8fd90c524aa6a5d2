import { BlockList, isIP, isIPv6 } from 'node:net';
import { ownValue } from '../own-values.ts';
import { bareHost } from './bare-host.ts';
import { type ProxyAddress, proxyAddress } from './proxy-address.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for the server, with the rules of Go, which kubectl follows
 * (https://pkg.go.dev/golang.org/x/net/http/httpproxy): HTTPS_PROXY or HTTP_PROXY by the scheme of the server, in upper
 * or lower case; never for this machine itself, nor for what NO_PROXY names by host, domain, address or CIDR. Throws
 * BadInput.
 */
export function proxyOf(server: string, env: Environment): ProxyAddress | undefined {
  const { protocol, hostname, port } = new URL(server);
  const secure = protocol === 'https:';
  const variable = (secure ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']).find((name) =>
    ownValue(env, name),
  );
  const proxy = variable && ownValue(env, variable);
  if (!proxy) return undefined;
  const host = bareHost(hostname);
  if (isLoopback(host)) return undefined;
  const exceptions = (env.NO_PROXY || env.no_proxy || '').split(',').map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => isException(entry, host, port || (secure ? '443' : '80')))) return undefined;
  return proxyAddress(/^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`, variable);
}

function isException(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [network = '', prefix] = entry.split('/');
  if (prefix !== undefined && isIP(network)) return isIP(host) > 0 && isInNetwork(host, network, Number(prefix));
  const [name, ofPort] = hostAndPort(entry);
  if (ofPort !== '' && ofPort !== port) return false;
  if (isIP(name)) return isIP(host) > 0 && isInNetwork(host, name, isIPv6(name) ? 128 : 32);
  // A name says itself and all below it; with a dot or "*." in front, only what is below it. No name is an address's.
  const domain = name.replace(/^\*\./, '.');
  if (isIP(host) || domain === '') return false;
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

/** Of 'host', 'host:port', '[address]:port' or an address; the port is '' where there is none. */
export function hostAndPort(entry: string): [host: string, port: string] {
  if (isIPv6(entry)) return [entry, ''];
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return [bracketed ?? plain ?? '', port];
}

/** Whether a name or address is this machine's own, from which nothing leads outside. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) > 0 && (isInNetwork(host, '127.0.0.0', 8) || isInNetwork(host, '::1', 128));
}

function isInNetwork(address: string, network: string, prefix: number): boolean {
  if (!(prefix >= 0 && prefix <= (isIPv6(network) ? 128 : 32))) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, isIPv6(network) ? 'ipv6' : 'ipv4');
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
