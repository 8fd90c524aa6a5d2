import { readKubeconfigFiles } from './kubeconfig-files.ts';

/** What the kubeconfig files name. Throws BadInput where they cannot be read. */
export function kubeconfigNames(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Record<'contexts' | 'clusters' | 'users', string[]> {
  const { contexts, clusters, users } = readKubeconfigFiles(file, env);
  return { contexts: [...contexts.keys()], clusters: [...clusters.keys()], users: [...users.keys()] };
}
