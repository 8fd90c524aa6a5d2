import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { BadInput, ClusterNotReady } from '../failures.ts';
import { KubeConfigWithSharedConnection } from './connection.ts';

export interface KubeconfigChoice {
  /** --kubeconfig: this file and no other. */
  file?: string | undefined;
  /** --context, instead of current-context. */
  context?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  userAgent: string;
}

export interface LoadedKubeconfig {
  kubeConfig: KubeConfigWithSharedConnection;
  /** The context's namespace, 'default' when it names none. */
  namespace: string;
}

interface NamedEntry {
  name?: string;
  cluster?: Record<string, unknown>;
  user?: Record<string, unknown>;
  context?: { cluster?: string; user?: string; namespace?: string };
}

interface KubeconfigFile {
  'current-context'?: string;
  clusters?: NamedEntry[];
  users?: NamedEntry[];
  contexts?: NamedEntry[];
}

/**
 * Finds and merges kubeconfig files as kubectl does
 * (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files):
 * --kubeconfig alone; or every file of the list in KUBECONFIG, where missing ones are skipped and the first to name a
 * thing wins (client-node throws at both); or ~/.kube/config; or, where there is none, the service account of the pod.
 */
export function loadKubeconfig(choice: KubeconfigChoice): LoadedKubeconfig {
  const kubeConfig = new KubeConfigWithSharedConnection(choice.userAgent);
  const files = readFiles(choice);
  if (files.length === 0 && choice.env.KUBERNETES_SERVICE_HOST && !choice.context) {
    kubeConfig.loadFromCluster();
    return { kubeConfig, namespace: kubeConfig.getContextObject(kubeConfig.currentContext)?.namespace ?? 'default' };
  }
  const merged = merge(files.map(({ file, config }) => withAbsolutePaths(config, path.dirname(path.resolve(file)))));
  const contextName = choice.context ?? merged['current-context'] ?? '';
  const context = merged.contexts?.find(({ name }) => name === contextName)?.context;
  if (!context) throw contextProblem(contextName, merged, files, choice);
  const cluster = merged.clusters?.find(({ name }) => name === context.cluster)?.cluster;
  if (!cluster?.server) {
    throw new BadInput(`context "${contextName}" names the cluster "${context.cluster ?? ''}", which has no server`, {
      hint: 'Look at the clusters in your kubeconfig: kubectl config view',
    });
  }
  const user = merged.users?.find(({ name }) => name === context.user);
  if (context.user && !user) {
    throw new BadInput(`context "${contextName}" names the user "${context.user}", which there is not`, {
      hint: 'Look at the users in your kubeconfig: kubectl config view',
    });
  }
  const userName = context.user || 'anonymous';
  kubeConfig.loadFromString(
    JSON.stringify({
      clusters: [{ name: context.cluster, cluster }],
      users: [{ name: userName, user: withTokenProvider(user?.user ?? {}) }],
      contexts: [{ name: contextName, context: { ...context, user: userName } }],
      'current-context': contextName,
    }),
  );
  return { kubeConfig, namespace: context.namespace || 'default' };
}

/** A kubeconfig that stands in a text, with its current context. */
export function kubeconfigFromText(text: string, userAgent: string): LoadedKubeconfig {
  const kubeConfig = new KubeConfigWithSharedConnection(userAgent);
  kubeConfig.loadFromString(text);
  return { kubeConfig, namespace: kubeConfig.getContextObject(kubeConfig.currentContext)?.namespace ?? 'default' };
}

/** All that the files say. */
export function mergedKubeconfig(choice: KubeconfigChoice): KubeconfigFile {
  return merge(readFiles(choice).map(({ config }) => config));
}

function readFiles(choice: KubeconfigChoice): { file: string; config: KubeconfigFile }[] {
  if (choice.file) return [readFile(choice.file, true)].filter((found) => found !== undefined);
  const list = choice.env.KUBECONFIG?.split(path.delimiter).filter((entry) => entry !== '') ?? [];
  const files = list.length > 0 ? list : [path.join(choice.env.HOME || homedir(), '.kube', 'config')];
  return [...new Set(files)].map((file) => readFile(file, false)).filter((found) => found !== undefined);
}

function readFile(file: string, required: boolean): { file: string; config: KubeconfigFile } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && !required) return undefined;
    throw new BadInput(`cannot read the kubeconfig ${file}: ${(cause as Error).message}`, { cause });
  }
  try {
    const config: object | undefined = parse(text) ?? {};
    if (typeof config !== 'object' || Array.isArray(config)) throw new Error('expected a mapping');
    for (const [key, value] of Object.entries(config)) {
      if (['clusters', 'users', 'contexts'].includes(key) && value !== null && !Array.isArray(value)) {
        throw new Error(`${key}: expected a list`);
      }
    }
    return { file, config: config as KubeconfigFile };
  } catch (cause) {
    throw new BadInput(`cannot read the kubeconfig ${file}: ${(cause as Error).message.split('\n')[0]}`, { cause });
  }
}

/** The first file that names a cluster, user or context, or sets the current context, wins. */
function merge(configs: KubeconfigFile[]): KubeconfigFile {
  const first = (key: 'clusters' | 'users' | 'contexts') => {
    const byName = new Map<string, NamedEntry>();
    for (const entry of configs.flatMap((config) => config[key] ?? [])) {
      if (entry?.name !== undefined && !byName.has(entry.name)) byName.set(entry.name, entry);
    }
    return [...byName.values()];
  };
  const current = configs.map((config) => config['current-context']).find((name) => name);
  return {
    ...(current === undefined ? {} : { 'current-context': current }),
    clusters: first('clusters'),
    users: first('users'),
    contexts: first('contexts'),
  };
}

/** Paths in a kubeconfig are relative to the file that holds them; a command without a slash is looked up in PATH. */
function withAbsolutePaths(config: KubeconfigFile, directory: string): KubeconfigFile {
  const resolve = (settings: Record<string, unknown> | undefined, keys: string[]) => {
    for (const key of keys) {
      if (settings && typeof settings[key] === 'string') settings[key] = path.resolve(directory, settings[key]);
    }
  };
  for (const entry of config.clusters ?? []) resolve(entry?.cluster, ['certificate-authority']);
  for (const entry of config.users ?? []) {
    resolve(entry?.user, ['client-certificate', 'client-key', 'tokenFile']);
    const exec = entry?.user?.exec as Record<string, unknown> | undefined;
    if (String(exec?.command).includes('/')) resolve(exec, ['command']);
  }
  return config;
}

/** client-node does not know tokenFile, but reads a pod's own token, and again every minute, by this provider. */
function withTokenProvider(user: Record<string, unknown>): Record<string, unknown> {
  const { token: _, tokenFile, ...rest } = user;
  return tokenFile ? { ...rest, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } } : user;
}

function contextProblem(
  name: string,
  merged: KubeconfigFile,
  files: { file: string }[],
  choice: KubeconfigChoice,
): BadInput | ClusterNotReady {
  const known = merged.contexts?.map((context) => `"${context.name}"`) ?? [];
  if (name !== '') {
    return new BadInput(`context "${name}" does not exist in ${describeFiles(files, choice)}`, {
      hint: known.length > 0 ? `It has the contexts ${known.join(', ')}.` : 'It has no contexts at all.',
    });
  }
  if (files.length > 0) {
    return new ClusterNotReady(`no context is set in ${describeFiles(files, choice)}`, {
      hint: 'Name one with --context, or choose one: kubectl config use-context NAME',
    });
  }
  return new ClusterNotReady('no kubeconfig found: nothing says which cluster to use', {
    hint: 'Give one with --kubeconfig or KUBECONFIG, or try the sandbox, which needs no cluster: --sandbox',
  });
}

function describeFiles(files: { file: string }[], choice: KubeconfigChoice): string {
  if (files.length === 0) return choice.file ?? 'any kubeconfig: no file was found';
  return files.map(({ file }) => file).join(', ');
}
