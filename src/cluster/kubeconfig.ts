import { accessSync, constants } from 'node:fs';
import { advice, kubectlConfig } from '../advice/advice.ts';
import { type Clock, systemClock } from '../clock.ts';
import { BadInput, ClusterNotReady } from '../failures.ts';
import { Connection } from './connection.ts';
import type { ConnectionOverrides, ConnectionSettings, Pem, TlsSettings } from './connection-settings.ts';
import {
  type Entry,
  type MergedKubeconfig,
  readKubeconfigFiles,
  readKubeconfigText,
  textOf,
} from './kubeconfig-files.ts';
import { credentialsOf, flagToken, impersonationOf } from './kubeconfig-user.ts';
import { type ProxyAddress, proxyAddress } from './proxy-address.ts';
import { inCluster, podNamespace, SERVICE_ACCOUNT_FOLDER, serviceAccountSettings } from './service-account.ts';

export interface KubeconfigChoice extends ConnectionOverrides {
  /** --kubeconfig: this file and no other. */
  file?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  userAgent: string;
  /** Whether a credential plugin may ask questions on standard input; false by default. */
  interactive?: () => boolean;
  /** Ends a credential plugin that is under way. */
  signal?: AbortSignal;
  clock?: Clock;
  /** Where a pod finds its service account; by default the usual place. */
  serviceAccountFolder?: string;
}

export interface LoadedKubeconfig {
  connection: Connection;
  /** The context's namespace; the pod's, in a pod; 'default' otherwise. */
  namespace: string;
  /** The name of the context; undefined where none is used. */
  context: string | undefined;
}

export interface ResolvedKubeconfig {
  settings: ConnectionSettings;
  namespace: string;
  context: string | undefined;
}

/** How to reach the chosen cluster. Throws BadInput or ClusterNotReady. */
export function loadKubeconfig(choice: KubeconfigChoice): LoadedKubeconfig {
  const { settings, namespace, context } = resolveKubeconfig(choice);
  return { connection: new Connection(settings, { clock: systemClock, ...choice }), namespace, context };
}

/** A kubeconfig that stands in a text, with its current context, whatever the environment says. */
export function kubeconfigFromText(
  text: string,
  userAgent: string,
  clock: Clock = systemClock,
  env: KubeconfigChoice['env'] = {},
): LoadedKubeconfig {
  const { settings, namespace, context } = settingsFrom(readKubeconfigText(text), { env, userAgent });
  return { connection: new Connection(settings, { env, userAgent, clock }), namespace, context };
}

/**
 * What the kubeconfig files and the flags come down to, with the precedence of client-go (tools/clientcmd): a flag
 * before the kubeconfig's setting; where nothing names a cluster, the service account of the pod that this runs in.
 * Throws BadInput or ClusterNotReady.
 */
export function resolveKubeconfig(choice: KubeconfigChoice): ResolvedKubeconfig {
  return settingsFrom(readKubeconfigFiles(choice.file, choice.env), choice);
}

function settingsFrom(merged: MergedKubeconfig, choice: KubeconfigChoice): ResolvedKubeconfig {
  const contextName = choice.context || merged.currentContext;
  const context = merged.contexts.get(contextName);
  if (contextName && !context) throw unknownContext(contextName, merged, choice);
  const clusterName = choice.cluster || read(context, 'cluster');
  const cluster = merged.clusters.get(clusterName);
  if (choice.cluster && !cluster) throw unknown('cluster', clusterName, merged.clusters);
  const userName = choice.user || read(context, 'user');
  const user = merged.users.get(userName);
  if (choice.user && !user) throw unknown('user', userName, merged.users);
  // client-go goes on as nobody, which ends in a refusal that nobody understands.
  if (userName && !user) {
    throw new BadInput(`context "${contextName}" names the user "${userName}", which does not exist`, {
      hint: advice`Check the users in your kubeconfig: ${kubectlConfig('view')}`,
    });
  }

  const folder = choice.serviceAccountFolder ?? SERVICE_ACCOUNT_FOLDER;
  const pod = inCluster(choice.env, folder);
  const namespace = read(context, 'namespace') || (pod ? podNamespace(choice.env, folder) : 'default');
  if (!context && !cluster && !choice.server) {
    if (!pod) throw nothingChosen(merged, choice);
    return { settings: withFlags(serviceAccountSettings(choice.env, folder), choice), namespace, context: undefined };
  }
  const address = choice.server || read(cluster, 'server');
  if (!address) {
    throw new BadInput(`context "${contextName}" names the cluster "${clusterName}", which has no server`, {
      hint: advice`Check the clusters in your kubeconfig: ${kubectlConfig('view')}`,
    });
  }

  const inKubeconfig = { cluster: cluster ?? {}, user: user ?? {} };
  const tls = {
    ...tlsOfCluster(inKubeconfig.cluster, clusterName, choice),
    ...clientCertificate(inKubeconfig.user, userName, choice),
  };
  const server = serverAddress(address, choice.server ? '--server' : `server of cluster "${clusterName}"`, tls);
  const proxy = proxyOfCluster(inKubeconfig.cluster, clusterName);
  const credentials = credentialsOf(inKubeconfig.user, userName, choice, {
    server,
    tls,
    cluster: inKubeconfig.cluster,
  });
  const settings: ConnectionSettings = {
    server,
    tls,
    ...(proxy && { proxy }),
    // Over plain HTTP anybody could read them: client-go sends none.
    credentials: server.startsWith('https:') ? credentials : { kind: 'none' },
  };
  const impersonation = impersonationOf(inKubeconfig.user, userName, choice);
  const used = { ...settings, ...(impersonation && { impersonation }) };
  return { settings: used, namespace, context: context && contextName };
}

/** A service account takes from the flags what client-go lets it, and whom to act as. */
function withFlags(settings: ConnectionSettings, choice: KubeconfigChoice): ConnectionSettings {
  const { certificateAuthority } = choice;
  const token = flagToken(choice);
  const impersonation = impersonationOf({}, '', choice);
  return {
    ...settings,
    ...(token && { credentials: { kind: 'token', token } }),
    ...(certificateAuthority && { tls: { ...settings.tls, authority: { file: certificateAuthority } } }),
    ...(impersonation && { impersonation }),
  };
}

function tlsOfCluster(cluster: Entry, name: string, flags: ConnectionOverrides): TlsSettings {
  // Whoever says on the command line whom to trust means that alone.
  const trustSaid = flags.insecureSkipTlsVerify || flags.certificateAuthority;
  const insecure = trustSaid ? flags.insecureSkipTlsVerify === true : cluster['insecure-skip-tls-verify'] === true;
  const authority = trustSaid
    ? fileFrom(flags.certificateAuthority, 'certificate-authority', name)
    : pemFrom(cluster, 'certificate-authority', name);
  if (insecure && authority) {
    throw new BadInput('specifying a root certificates file with the insecure flag is not allowed', {
      hint: 'Leave out one of certificate-authority and insecure-skip-tls-verify',
    });
  }
  // The name belongs to the server of the kubeconfig, not to another one.
  const serverName = flags.tlsServerName || (flags.server ? '' : read(cluster, 'tls-server-name'));
  return { insecure, ...(authority && { authority }), ...(serverName && { serverName }) };
}

function clientCertificate(user: Entry, name: string, flags: ConnectionOverrides): Partial<TlsSettings> {
  // A server that sees a certificate does not look at the token (its x509 authenticator comes first).
  if (flags.token && !flags.clientCertificate) return {};
  const certificate =
    fileFrom(flags.clientCertificate, 'client-certificate', name) ?? pemFrom(user, 'client-certificate', name);
  if (!certificate) return {};
  const key = fileFrom(flags.clientKey, 'client-key', name) ?? pemFrom(user, 'client-key', name);
  if (!key) {
    throw new BadInput(
      `client-key-data or client-key must be specified for ${name || 'the client certificate'} to use the clientCert authentication method`,
      { hint: 'Give the key that belongs to the certificate with --client-key, or in the kubeconfig' },
    );
  }
  return { certificate, key };
}

/** Throws BadInput when both are there, as kubectl does, and when the file cannot be read. */
function pemFrom(settings: Entry, key: string, name: string): Pem | undefined {
  const base64 = read(settings, `${key}-data`);
  const file = read(settings, key);
  if (base64 && file)
    throw new BadInput(`${key}-data and ${key} are both specified for ${name}: leave one of them out`);
  return base64 ? { base64 } : fileFrom(file, key, name);
}

function fileFrom(file: string | undefined, key: string, name: string): Pem | undefined {
  if (!file) return undefined;
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw new BadInput(`unable to read ${key} ${file}${name && ` for ${name}`}: ${(cause as Error).message}`, {
      cause,
    });
  }
  return { file };
}

/** An address without a scheme is taken for HTTPS where there is anything to do with certificates, as by client-go. */
function serverAddress(address: string, place: string, tls: TlsSettings): string {
  const secure = tls.insecure || tls.authority || tls.certificate;
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `${secure ? 'https' : 'http'}://${address}`;
  const url = URL.canParse(full) && /^https?:/i.test(full) ? new URL(full) : undefined;
  // An "@" behind the host: what was meant as a password has ended it.
  if (!url || `${url.pathname}${url.search}${url.hash}`.includes('@')) {
    // Nobody knows which part of it may be a password.
    throw new BadInput(`the ${place} is not the address of a server: expected a URL such as https://host:6443`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function proxyOfCluster(cluster: Entry, name: string): ProxyAddress | undefined {
  const address = read(cluster, 'proxy-url');
  return address ? proxyAddress(address, `proxy-url for cluster "${name}"`) : undefined;
}

/** A text, '' where it is not there. Throws BadInput when it is something else. */
function read(settings: Entry | undefined, key: string): string {
  try {
    return textOf(settings ?? {}, key);
  } catch (cause) {
    throw new BadInput(`in the kubeconfig: ${(cause as Error).message}`, { cause });
  }
}

function unknown(what: string, name: string, known: ReadonlyMap<string, unknown>): BadInput {
  return new BadInput(`${what} "${name}" does not exist`, { hint: whatThereIs(`${what}s`, known) });
}

function unknownContext(name: string, merged: MergedKubeconfig, choice: KubeconfigChoice): BadInput {
  return new BadInput(`context "${name}" does not exist in ${describeFiles(merged, choice)}`, {
    hint: whatThereIs('contexts', merged.contexts),
  });
}

function whatThereIs(what: string, known: ReadonlyMap<string, unknown>): string {
  const names = [...known.keys()].map((name) => `"${name}"`);
  return names.length > 0 ? `It has the ${what} ${names.join(', ')}.` : `It has no ${what} at all.`;
}

function nothingChosen(merged: MergedKubeconfig, choice: KubeconfigChoice): ClusterNotReady {
  if (merged.files.length > 0) {
    return new ClusterNotReady(`no context is set in ${describeFiles(merged, choice)}`, {
      hint: advice`Choose one with --context, or set a default: ${kubectlConfig('use-context', 'NAME')}`,
    });
  }
  return new ClusterNotReady('no kubeconfig found: nothing says which cluster to use', {
    hint: 'Give one with --kubeconfig or KUBECONFIG, or try the sandbox, which needs no cluster: --sandbox',
  });
}

function describeFiles({ files }: MergedKubeconfig, choice: KubeconfigChoice): string {
  return files.join(', ') || (choice.file ?? 'any kubeconfig: no file was found');
}
