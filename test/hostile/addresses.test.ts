import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
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
  { it: 'server in the kubeconfig', schemes: ['http', 'https'], args: () => ['list'], cluster: (server) => ({ server }) },
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

describe('The password in an address is never told, however it is written', { concurrency: true }, () => {
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

  for (const [index, place] of places.entries()) {
    it(place.it, async () => {
      const file = path.join(folder, `config-${index}`);
      for (const scheme of place.schemes) {
        for (const [form, of] of forms) {
          for (const password of passwords) {
            for (const secret of new Set([password, encodeURIComponent(password)])) {
              const address = of(scheme, secret);
              writeFileSync(file, server.kubeconfig(place.cluster?.(address), place.user?.(address)));
              for (const level of ['-v=0', '-v=9']) {
                const args = place.args(address);
                const takesLevel = args[0] !== 'agent' && args[0] !== 'report' && args[1] !== 'validate';
                const env = place.env?.(address) ?? {};
                const given = takesLevel ? [...args, level] : args;
                const told = await runInProcess(file, given, { env, stdin: modelYaml() });
                assertNotTold(told, password, `${form}, ${JSON.stringify(address)}, ${level}`);
              }
            }
          }
        }
      }
    });
  }
});

/** Neither as it is, nor as it is sent, nor any part of it. */
function assertNotTold({ stdout, stderr }: { stdout: string; stderr: string }, password: string, when: string): void {
  const basic = Buffer.from(`user:${password}`).toString('base64');
  const parts = password.split(/[^A-Za-z0-9]+/).filter((part) => part.length >= 4);
  for (const part of [password, encodeURIComponent(password), basic, ...parts, 'c4n4ry', 'm1n3s']) {
    for (const text of [stdout, stderr]) assert.ok(!text.includes(part), `${when} tells "${part}": ${text}`);
  }
}
