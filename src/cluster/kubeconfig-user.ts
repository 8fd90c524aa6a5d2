import { BadInput, ClusterNotReady } from '../failures.ts';
import { isObject } from '../own-values.ts';
import type {
  ConnectionOverrides,
  Credentials,
  ExecSettings,
  Impersonation,
  TlsSettings,
} from './connection-settings.ts';
import { unsendableIn, unsendableInToken } from './header-value.ts';
import { type Entry, textOf } from './kubeconfig-files.ts';
import { pemText } from './pem.ts';

/** What a credential plugin may ask to be told of. */
interface ChosenCluster {
  server: string;
  tls: TlsSettings;
  cluster: Entry;
}

/** How a user of a kubeconfig, under a name for messages, says who it is. Throws BadInput. */
export function credentialsOf(
  user: Entry,
  name: string,
  flags: ConnectionOverrides,
  chosen: ChosenCluster,
): Credentials {
  const given = flagToken(flags);
  if (given) return { kind: 'token', token: given };
  const token = checked(read(user, name, 'token'), inUser(name, 'token'), unsendableInToken);
  const file = read(user, name, 'tokenFile');
  const [username, password] = [read(user, name, 'username'), read(user, name, 'password')];
  const basic = username !== '' || password !== '';
  if (basic && (token || file)) {
    throw new BadInput(
      `more than one authentication method found for ${name}: found token and basicAuth, only one is allowed`,
    );
  }
  // The file first: what it holds now is newer than a token that was written down beside it.
  if (file) return { kind: 'token-file', file };
  if (token) return { kind: 'token', token };
  if (basic) return { kind: 'basic', username, password };
  if (user.exec && user['auth-provider']) {
    throw new BadInput(`authProvider cannot be provided in combination with an exec plugin for ${name}`);
  }
  if (user.exec) {
    const exec = execOf(user.exec, name, chosen);
    return chosen.tls.certificate ? { kind: 'none' } : { kind: 'exec', exec };
  }
  return user['auth-provider'] ? authProvider(user['auth-provider'], name) : { kind: 'none' };
}

/** What --token says. Throws BadInput where that cannot be sent. */
export function flagToken({ token = '' }: ConnectionOverrides): string {
  return checked(token, '--token', unsendableInToken);
}

/** Throws BadInput that names the place, and never the value, where this cannot be sent in a header. */
function checked(value: string, place: string, problemIn: (value: string) => string | undefined): string {
  const problem = problemIn(value);
  if (problem === undefined) return value;
  // A flag is typed wrongly; with credentials of a kubeconfig that cannot be sent nobody is let in.
  const Unsendable = place.startsWith('--') ? BadInput : ClusterNotReady;
  throw new Unsendable(`${place} contains ${problem}, which cannot be sent in a header`, {
    hint: 'Remove it: copying may have added it, or "|" in YAML, which keeps the line break',
  });
}

const inUser = (name: string, key: string) => `in the kubeconfig, user "${name}": ${key}`;

function execOf(exec: unknown, name: string, chosen: ChosenCluster): ExecSettings {
  if (!isObject(exec)) throw new BadInput(`in the kubeconfig, user "${name}": exec: expected a mapping`);
  const missing = (what: string) =>
    new BadInput(`${what} must be specified for ${name} to use exec authentication plugin`);
  const command = read(exec, name, 'command');
  if (!command) throw missing('command');
  const apiVersion = read(exec, name, 'apiVersion');
  if (!apiVersion) throw missing('apiVersion');
  if (apiVersion !== V1 && apiVersion !== V1BETA1) {
    throw new BadInput(`exec plugin: invalid apiVersion "${apiVersion}" for ${name}`, {
      hint: `Expected ${V1} or ${V1BETA1}; newer versions of the plugin support them`,
    });
  }
  const interactiveMode = read(exec, name, 'interactiveMode') || (apiVersion === V1BETA1 ? 'IfAvailable' : '');
  if (!interactiveMode) throw missing('interactiveMode');
  if (interactiveMode !== 'Never' && interactiveMode !== 'IfAvailable' && interactiveMode !== 'Always') {
    throw new BadInput(`invalid interactiveMode for ${name}: "${interactiveMode}"`);
  }
  const env = listOf(exec.env, name, 'env').map((variable) => {
    const variableName = isObject(variable) ? read(variable, name, 'name') : '';
    if (!isObject(variable) || !variableName) throw missing('env variable name');
    const [value = ''] = textsOf([variable.value ?? ''], name, 'env');
    return { name: variableName, value };
  });
  return {
    apiVersion,
    command,
    args: textsOf(exec.args, name, 'args'),
    env,
    interactiveMode,
    installHint: read(exec, name, 'installHint'),
    cluster: exec.provideClusterInfo === true ? clusterInfo(chosen) : undefined,
  };
}

const V1 = 'client.authentication.k8s.io/v1';
const V1BETA1 = 'client.authentication.k8s.io/v1beta1';

/** As https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-Cluster */
function clusterInfo({ server, tls, cluster }: ChosenCluster): Record<string, unknown> {
  const extensions = Array.isArray(cluster.extensions) ? cluster.extensions : [];
  const ours = extensions.find((extension) => extension?.name === 'client.authentication.k8s.io/exec');
  const authority = tls.authority && Buffer.from(pemText(tls.authority)).toString('base64');
  const info = {
    server,
    'tls-server-name': tls.serverName,
    'insecure-skip-tls-verify': tls.insecure || undefined,
    'certificate-authority-data': authority,
    'proxy-url': cluster['proxy-url'],
    'disable-compression': cluster['disable-compression'],
    config: ours?.extension,
  };
  return Object.fromEntries(Object.entries(info).filter(([, value]) => value !== undefined && value !== ''));
}

/** The providers that kubectl had built in; all but oidc have become credential plugins. */
function authProvider(provider: unknown, name: string): Credentials {
  if (!isObject(provider)) throw new BadInput(`in the kubeconfig, user "${name}": auth-provider: expected a mapping`);
  const kind = read(provider, name, 'name');
  const { config } = provider;
  const plugin = plugins.get(kind);
  if (plugin) {
    throw new BadInput(
      `the ${kind} auth plugin, which user "${name}" names, has been removed from Kubernetes clients`,
      {
        hint: `Use the credential plugin "${plugin}" instead, as for a current kubectl`,
      },
    );
  }
  if (kind !== 'oidc') throw new BadInput(`no Auth Provider found for name "${kind}", which user "${name}" names`);
  const idToken = isObject(config) ? read(config, name, 'id-token') : '';
  return { kind: 'oidc', idToken: checked(idToken, inUser(name, 'id-token'), unsendableInToken) };
}

const plugins = new Map([
  ['gcp', 'gke-gcloud-auth-plugin'],
  ['azure', 'kubelogin'],
]);

/** Whom to act as, from the flags or else from the user of the kubeconfig. Throws BadInput. */
export function impersonationOf(user: Entry, name: string, flags: ConnectionOverrides): Impersonation | undefined {
  const sendable = (value: string, place: string) => checked(value, place, unsendableIn);
  const groups = flags.asGroups?.length
    ? flags.asGroups.map((group) => sendable(group, '--as-group'))
    : textsOf(user['as-groups'], name, 'as-groups').map((group) => sendable(group, inUser(name, 'as-groups')));
  const extra = { ...extraOf(user['as-user-extra'], name), ...flags.asUserExtra };
  for (const [key, values] of Object.entries(extra)) {
    const isFlag = flags.asUserExtra !== undefined && Object.hasOwn(flags.asUserExtra, key);
    for (const value of values) sendable(value, isFlag ? '--as-user-extra' : inUser(name, 'as-user-extra'));
  }
  const uid = flags.asUid
    ? sendable(flags.asUid, '--as-uid')
    : sendable(read(user, name, 'as-uid'), inUser(name, 'as-uid'));
  const as = flags.as ? sendable(flags.as, '--as') : sendable(read(user, name, 'as'), inUser(name, 'as'));
  if (as) return { user: as, ...(uid && { uid }), groups, extra };
  if (uid || groups.length > 0 || Object.keys(extra).length > 0) {
    throw new BadInput(`requesting uid, groups or user-extra${name && ` for ${name}`} without impersonating a user`, {
      hint: 'Set the user with --as',
    });
  }
  return undefined;
}

function extraOf(value: unknown, name: string): Record<string, string[]> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, values]) => [key, textsOf(values, name, `as-user-extra.${key}`)]),
  );
}

function listOf(value: unknown, name: string, key: string): unknown[] {
  const list = value ?? [];
  if (!Array.isArray(list)) throw new BadInput(`in the kubeconfig, user "${name}": ${key}: expected a list`);
  return list;
}

function textsOf(value: unknown, name: string, key: string): string[] {
  return listOf(value, name, key).map((item) => {
    // Numbers among the arguments are meant as they are written.
    if (['string', 'number', 'boolean'].includes(typeof item)) return String(item);
    throw new BadInput(`in the kubeconfig, user "${name}": ${key}: expected a list of texts`);
  });
}

function read(settings: Entry, name: string, key: string): string {
  try {
    return textOf(settings, key);
  } catch (cause) {
    throw new BadInput(`in the kubeconfig, user "${name}": ${(cause as Error).message}`, { cause });
  }
}
