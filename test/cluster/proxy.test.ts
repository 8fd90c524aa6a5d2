import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyOf } from '../../src/cluster/proxy.ts';

const SERVER = 'https://api.example.com:6443';
const PROXY = 'http://proxy:3128';

const cases: {
  it: string;
  server?: string;
  env: Record<string, string>;
  proxy: string | undefined;
}[] = [
  { it: 'is none where the environment names none', env: {}, proxy: undefined },
  { it: 'is that of HTTPS_PROXY for HTTPS', env: { HTTPS_PROXY: PROXY, HTTP_PROXY: 'http://no' }, proxy: PROXY },
  { it: 'is not that of HTTP_PROXY for HTTPS', env: { HTTP_PROXY: PROXY }, proxy: undefined },
  {
    it: 'is that of HTTP_PROXY for HTTP',
    server: 'http://api.example.com',
    env: { HTTP_PROXY: PROXY, HTTPS_PROXY: 'http://no' },
    proxy: PROXY,
  },
  { it: 'may be named in lower case', env: { https_proxy: PROXY }, proxy: PROXY },
  { it: 'is that in upper case first', env: { HTTPS_PROXY: PROXY, https_proxy: 'http://no' }, proxy: PROXY },
  { it: 'may be without a scheme', env: { HTTPS_PROXY: 'proxy:3128' }, proxy: PROXY },
  ...['localhost:6443', '127.0.0.1:6443', '127.1.2.3', '[::1]:6443'].map((host) => ({
    it: `is none for this machine: ${host}`,
    server: `https://${host}`,
    env: { HTTPS_PROXY: PROXY },
    proxy: undefined,
  })),
  ...(
    [
      ['api.example.com', SERVER, true],
      ['API.Example.com', SERVER, true],
      ['example.com', SERVER, true],
      ['.example.com', SERVER, true],
      ['*.example.com', SERVER, true],
      ['.example.com', 'https://example.com', false],
      ['ample.com', SERVER, false],
      ['other.org, example.com', SERVER, true],
      [' , ,', SERVER, false],
      ['*', SERVER, true],
      ['example.com:6443', SERVER, true],
      ['example.com:443', SERVER, false],
      ['example.com:443', 'https://example.com', true],
      ['10.1.2.3', 'https://10.1.2.3:6443', true],
      ['10.1.2.3:6443', 'https://10.1.2.3:6443', true],
      ['10.1.2.3:443', 'https://10.1.2.3:6443', false],
      ['10.0.0.0/8', 'https://10.1.2.3:6443', true],
      ['10.0.0.0/16', 'https://10.1.2.3:6443', false],
      ['10.0.0.0/8', SERVER, false],
      ['10.0.0.0/99', 'https://10.1.2.3:6443', false],
      ['fd00::/8', 'https://[fd00::1]:6443', true],
      ['fd00::1', 'https://[fd00::1]:6443', true],
      ['[fd00::1]:6443', 'https://[fd00::1]:6443', true],
      ['[fd00::1]:443', 'https://[fd00::1]:6443', false],
      ['2.3', 'https://10.1.2.3:6443', false],
    ] as const
  ).map(([noProxy, server, without]) => ({
    it: `is ${without ? 'not asked' : 'asked'} for ${server} with NO_PROXY="${noProxy}"`,
    server,
    env: { HTTPS_PROXY: PROXY, NO_PROXY: noProxy },
    proxy: without ? undefined : PROXY,
  })),
];

describe('the proxy of the environment', () => {
  for (const { it: sentence, server = SERVER, env, proxy } of cases) {
    it(sentence, () => assert.equal(proxyOf(server, env)?.origin, proxy));
  }
});
