import type { CorpusCase } from './corpus-case.ts';
import { wrongTypes } from './wrong-types.ts';

const user = (settings: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Config',
  preferences: { colors: true },
  'current-context': 'a',
  contexts: [{ name: 'a', context: { cluster: 'a', user: 'a', namespace: 'default' } }],
  clusters: [
    {
      name: 'a',
      cluster: {
        server: 'https://127.0.0.1:9',
        'tls-server-name': 'server',
        'insecure-skip-tls-verify': true,
        'proxy-url': 'http://127.0.0.1:9',
        'disable-compression': true,
        extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }],
      },
    },
  ],
  users: [{ name: 'a', user: settings }],
  ...more,
});

const impersonation = { as: 'jane', 'as-uid': '7', 'as-groups': ['devs'], 'as-user-extra': { scopes: ['view'] } };

/** Every field that the program reads, in users of every kind. */
const users: Readonly<Record<string, object>> = {
  token: user({ token: 'abc', ...impersonation }),
  password: user({ username: 'jane', password: 'x' }),
  'token file': user({ tokenFile: '/dev/null' }),
  certificate: user({ 'client-certificate-data': 'YQ==', 'client-key-data': 'YQ==' }),
  files: user({ 'client-certificate': '/dev/null', 'client-key': '/dev/null' }),
  plugin: user({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'no-such-plugin',
      args: ['token'],
      env: [{ name: 'A', value: 'b' }],
      installHint: 'install it',
      interactiveMode: 'Never',
      provideClusterInfo: true,
    },
  }),
  oidc: user({ 'auth-provider': { name: 'oidc', config: { 'id-token': 'a.b.c' } } }),
};

const GOOD = JSON.stringify(users.token);
const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join('');
const broken: readonly (readonly [name: string, content: string | Uint8Array])[] = [
  ['text', 'hello'],
  ['a list', '[]'],
  ['a number', '7'],
  ['YAML that breaks off', 'clusters: [{name: a'],
  ['a quote that is not closed', 'current-context: "a'],
  ['an alias of nothing', 'current-context: *a'],
  [
    'a billion laughs',
    `a: &a [x,x]\n${Array.from({ length: 40 }, (_, level) => `b${level}: &b${level} [*a${level > 0 ? `, *b${level - 1}, *b${level - 1}` : ''}]\n`).join('')}clusters: *b39\n`,
  ],
  ['a text of a megabyte in 100 places', `x: &x ${'x'.repeat(2 ** 20)}\nz: [${'*x,'.repeat(100)}]\n`],
  ['a key that stands twice, the last time with what there is not', `${GOOD.slice(0, -1)},"current-context":"b"}`],
  ['a key that stands twice behind 50,000 others', `${keys(50_000)}k7: 1\nclusters: []\nclusters: {a: b}\n`],
  ['an alias in itself', 'users: &x [*x]\n'],
  ['two documents', '---\nclusters: []\n---\nclusters: []\n'],
  ['100,000 lists in each other', '['.repeat(100_000)],
  ['the same name twice', GOOD.replace('"clusters":[', '"clusters":[{"name":"a","cluster":{}},')],
  ['a server that is no address', GOOD.replace('https://127.0.0.1:9', 'https://[')],
  ['a server of another protocol', GOOD.replace('https://127.0.0.1:9', 'file:///etc/passwd')],
  ['a context that there is not', GOOD.replace('"current-context":"a"', '"current-context":"b"')],
  ['17 MiB', `${GOOD}\n#${' '.repeat(17 * 1024 * 1024)}`],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['all bytes', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ['NUL', `${GOOD}\0`],
  ['a context of __proto__', GOOD.replace('"current-context":"a"', '"current-context":"__proto__"')],
];

export const kubeconfigCases: readonly CorpusCase[] = [
  ...broken.map(([name, content]) => ({ name, content, expected: 'bad' as const, withoutPlace: true })),
  ...Object.entries(users).flatMap(([kind, config]) =>
    wrongTypes(config).map((one) => ({ ...one, name: `${kind}: ${one.name}` })),
  ),
];
