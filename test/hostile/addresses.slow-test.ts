import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { kubeconfigFromText, resolveKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { proxyOf } from '../../src/cluster/proxy.ts';
import { BadInput } from '../../src/failures.ts';
import { derivedOwner } from '../../src/sync/derived-owner.ts';
import { checkedAddress } from '../../src/sync/source/address.ts';
import { spokenAddress, spokenName } from '../../src/text/spoken-address.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';

/** Passwords with what means something in an address; each part of them is a secret too. */
const passwords = [
  'c4n4ry#m1n3s',
  'c4n4ry/m1n3s',
  'c4n4ry\\m1n3s',
  'c4n4ry%m1n3s',
  'c4n4ry@m1n3s',
  'c4n4ry?m1n3s',
  'c4n4ry:m1n3s',
  'c4n4ry m1n3s',
  'c4n4ry[m1n3s]',
  'c4n4ryßm1n3s–',
  'c4n4ry\nm1n3s',
  '%63%34n4ry%2Fm1n3s%40',
  '#c4n4ry//m1n3s@@',
  '?c4n4ry=m1n3s&a=b',
  '//c4n4ry://m1n3s',
];

/** How somebody may write an address with a password in it: right, without a scheme, or with a mistake. */
const forms: [it: string, of: (scheme: string, secret: string) => string][] = [
  ['whole', (scheme, secret) => `${scheme}://user:${secret}@127.0.0.1:9/m.yaml`],
  ['with the password as the user', (scheme, secret) => `${scheme}://x:${secret}@127.0.0.1:9/m.yaml`],
  ['without a scheme', (_, secret) => `user:${secret}@127.0.0.1:9/m.yaml`],
  ['without a slash', (scheme, secret) => `${scheme}:/user:${secret}@127.0.0.1:9/m.yaml`],
  ['without slashes', (scheme, secret) => `${scheme}:user:${secret}@127.0.0.1:9/m.yaml`],
  ['without a colon', (scheme, secret) => `${scheme}//user:${secret}@127.0.0.1:9/m.yaml`],
  ['in capitals', (scheme, secret) => `${scheme.toUpperCase()}://user:${secret}@127.0.0.1:9/m.yaml`],
  ['of another scheme', (_, secret) => `ftp://user:${secret}@127.0.0.1:9/m.yaml`],
  ['of SOCKS', (_, secret) => `socks5://user:${secret}@127.0.0.1:9`],
  ['with a host that is none', (scheme, secret) => `${scheme}://user:${secret}@[`],
  ['with a port that is none', (scheme, secret) => `${scheme}://user:${secret}@127.0.0.1:99999999`],
  ['without a host', (scheme, secret) => `${scheme}://user:${secret}@`],
  ['with the password in the query', (scheme, secret) => `${scheme}://127.0.0.1:9/m.yaml?password=user:${secret}@`],
];

interface Place {
  it: string;
  schemes: string[];
  args(address: string): string[];
  cluster?(address: string): Record<string, unknown>;
  user?(address: string): Record<string, unknown>;
  env?(address: string): Record<string, string>;
}

const elsewhere = { server: 'https://nowhere.invalid' };
const places: Place[] = [
  {
    it: 'server in the kubeconfig',
    schemes: ['http', 'https'],
    args: () => ['list'],
    cluster: (server) => ({ server }),
  },
  {
    it: 'server in the kubeconfig beside certificates',
    schemes: ['https'],
    args: () => ['list'],
    cluster: (server) => ({ server, 'insecure-skip-tls-verify': true }),
  },
  { it: '--server', schemes: ['http', 'https'], args: (server) => ['list', `--server=${server}`] },
  {
    it: 'proxy-url in the kubeconfig',
    schemes: ['http', 'https'],
    args: () => ['list'],
    cluster: (address) => ({ 'proxy-url': address }),
  },
  ...['HTTPS_PROXY', 'https_proxy'].map((name) => ({
    it: `${name}, on the way to the API server`,
    schemes: ['http', 'https'],
    args: () => ['list'],
    cluster: () => elsewhere,
    env: (address: string) => ({ [name]: address }),
  })),
  {
    it: 'HTTP_PROXY, on the way to the API server',
    schemes: ['http'],
    args: () => ['list'],
    cluster: () => ({ server: 'http://nowhere.invalid' }),
    env: (address) => ({ HTTP_PROXY: address }),
  },
  {
    it: 'HTTPS_PROXY, on the way to a URL',
    schemes: ['http'],
    args: () => ['apply', '-f', 'https://nowhere.invalid/m.yaml'],
    env: (address) => ({ HTTPS_PROXY: address }),
  },
  {
    it: 'HTTPS_PROXY, on the way to a source',
    schemes: ['http'],
    // The next mistake, because a source is asked for long.
    args: () => ['sync', 'https://nowhere.invalid/m.yaml', '--owner=a', '--source-certificate-authority=/no/such'],
    env: (address) => ({ HTTPS_PROXY: address }),
  },
  { it: '-f of apply', schemes: ['http', 'https'], args: (address) => ['apply', '-f', address] },
  { it: '-f of run', schemes: ['https'], args: (address) => ['run', '-o', 'json', '-f', address] },
  { it: '-f of diff', schemes: ['https'], args: (address) => ['diff', '-f', address] },
  { it: '-f of a plan', schemes: ['https'], args: (address) => ['plan', 'validate', '-f', address] },
  { it: '--report of a run', schemes: ['https'], args: (address) => ['run', '-f', '-', `--report=${address}`] },
  { it: 'a saved stream', schemes: ['https'], args: (address) => ['report', address, '-o', '/no/such.html'] },
  { it: 'the source of a sync', schemes: ['http', 'https'], args: (address) => ['sync', address] },
  { it: 'the source of a sync as JSON', schemes: ['https'], args: (address) => ['sync', address, '-o', 'json'] },
  {
    it: '--report of a sync',
    schemes: ['http', 'https'],
    args: (address) => ['sync', '-', '--owner=a', `--report=${address}`],
  },
  {
    it: '--source of an agent',
    schemes: ['http', 'https'],
    args: (address) => ['agent', 'manifest', '-n', 'a', `--source=${address}`],
  },
  {
    it: '--report of an agent',
    schemes: ['https'],
    args: (address) => ['agent', 'manifest', '-n', 'a', '--source=https://a.example/x', `--report=${address}`],
  },
  {
    it: 'the issuer of OIDC',
    schemes: ['https'],
    args: () => ['list'],
    user: (issuer) => ({
      'auth-provider': { name: 'oidc', config: { 'idp-issuer-url': issuer, 'id-token': 'e30.eyJleHAiOjF9.x' } },
    }),
  },
];

describe('The password in an address is never told, however it is written', () => {
  let folder: string;
  let server: StandInApiServer;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'addresses-'));
    server = await StandInApiServer.start();
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  // Each form in each place, the passwords in turn, as they are or in their codes; all with all stand below.
  for (const [at, place] of places.entries()) {
    it(`by a command: ${place.it}`, async () => {
      const file = path.join(folder, 'config');
      for (const [index, [form, of]] of forms.entries()) {
        for (const turn of [0, 1]) {
          const password = passwords[(at + index * 2 + turn) % passwords.length] ?? '';
          const scheme = place.schemes[(index + turn) % place.schemes.length] ?? '';
          const address = of(scheme, (at + index) % 3 === 0 ? encodeURIComponent(password) : password);
          writeFileSync(file, server.kubeconfig(place.cluster?.(address), place.user?.(address)));
          const args = place.args(address);
          const takesLevel = args[0] !== 'agent' && args[0] !== 'report' && args[1] !== 'validate';
          const given = takesLevel ? [...args, turn === 0 ? '-v=9' : '-v=0'] : args;
          const told = await runInProcess(file, given, { env: place.env?.(address) ?? {}, stdin: modelYaml() });
          assertNotTold(`${told.stdout}${told.stderr}`, password, `${form}, ${JSON.stringify(address)}`);
        }
      }
    });
  }

  const readers: [it: string, read: (address: string) => unknown][] = [
    ['server and proxy-url', (address) => kubeconfigOf({ server: address, 'proxy-url': address })],
    ['server', (address) => kubeconfigOf({ server: address })],
    ['proxy-url', (address) => kubeconfigOf({ server: 'https://nowhere.invalid', 'proxy-url': address })],
    ['--server', (server) => resolveKubeconfig({ file: '', env: { HOME: '/nowhere' }, userAgent: 'test', server })],
    ['HTTPS_PROXY', (address) => proxyOf('https://nowhere.invalid', { HTTPS_PROXY: address })?.origin],
    ['http_proxy', (address) => proxyOf('http://nowhere.invalid', { http_proxy: address })?.origin],
    ['a source', (address) => checkedAddress('SOURCE', address, true)],
    ['an address that is shown', spokenAddress],
    ['a name that is shown', spokenName],
    ['the owner of a sync', (address) => (/^https?:\/\//i.test(address) ? '' : derivedOwner([address]))],
  ];
  for (const [name, read] of readers) {
    it(`by what reads ${name}`, () => {
      let refused = 0;
      for (const scheme of ['http', 'https']) {
        for (const [form, of] of forms) {
          for (const password of passwords) {
            for (const address of [of(scheme, password), of(scheme, encodeURIComponent(password))]) {
              const told = toldBy(read, address);
              if (told.refused) refused += 1;
              assertNotTold(told.text, password, `${form}, ${JSON.stringify(address)}`);
            }
          }
        }
      }
      assert.ok(refused > 0 || /^(an address|a name|the owner)/.test(name));
    });
  }
});

const kubeconfigOf = (cluster: Record<string, unknown>) => {
  const contexts = [{ name: 'a', context: { cluster: 'a' } }];
  const text = JSON.stringify({ clusters: [{ name: 'a', cluster }], contexts, 'current-context': 'a' });
  return kubeconfigFromText(text, 'test').connection.server;
};

function toldBy(read: (address: string) => unknown, address: string): { refused: boolean; text: string } {
  try {
    const made = read(address);
    return { refused: false, text: typeof made === 'string' ? made : '' };
  } catch (error) {
    // Anything else would be printed with its stack, and with what it was given.
    assert.ok(error instanceof BadInput, `${address}: ${error}`);
    return { refused: true, text: [error.message, error.hint, ...error.details].join('\n') };
  }
}

/** Neither as it is, nor as it is sent, nor any part of it. */
function assertNotTold(text: string, password: string, when: string): void {
  const basic = Buffer.from(`user:${password}`).toString('base64');
  for (const part of [password, encodeURIComponent(password), basic, 'c4n4ry', 'm1n3s', '%63%34', 'n4ry']) {
    assert.ok(!text.includes(part), `${when} tells "${part}": ${text}`);
  }
}
