import type { Invocation } from '../advice/invocation.ts';
import { booleanOf } from './command-line.ts';
import type { Tokens } from './tokens.ts';

/** The flags that say which cluster and as whom, in the order in which they are repeated. */
const FLAGS = [
  '--context',
  '--cluster',
  '--user',
  '--server',
  '--tls-server-name',
  '--certificate-authority',
  '--insecure-skip-tls-verify',
  '--client-certificate',
  '--client-key',
  '--token',
  '--as',
  '--as-uid',
  '--as-group',
  '--as-user-extra',
];
const REPEATABLE = ['--as-group', '--as-user-extra'];

/** What stands for a token: never the token itself. */
const TOKEN = 'TOKEN';

/** What a command line says of the connection; of a flag that is given twice the last counts, as it does everywhere. */
export function invocationOf({ tokens }: Pick<Tokens, 'tokens'>): Invocation {
  const values = (name: string) =>
    tokens.flatMap((token) => (token.kind === 'flag' && token.flag.name === name ? [token.value ?? 'true'] : []));
  /** An empty value says nothing. */
  const last = (name: string) => values(name).at(-1) || undefined;
  const connection = FLAGS.flatMap((name) => {
    const given = REPEATABLE.includes(name) ? values(name) : values(name).slice(-1);
    return given.filter((value) => value !== '').flatMap((value) => repeated(name, value));
  });
  return {
    kubeconfig: last('--kubeconfig'),
    connection,
    namespace: last('--namespace'),
    ...(isTrue(last('--sandbox')) && { sandbox: {} }),
  };
}

function repeated(name: string, value: string): string[] {
  if (name === '--insecure-skip-tls-verify') return isTrue(value) ? [name] : [];
  if (name === '--token') return [`${name}=${TOKEN}`];
  return [`${name}=${name === '--server' ? withoutPassword(value) : value}`];
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && booleanOf(value) === true;
}

/** https://user:password@host: requests are sent without them too. */
function withoutPassword(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1');
}
