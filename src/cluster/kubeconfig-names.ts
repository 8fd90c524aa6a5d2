import { mergedKubeconfig } from './kubeconfig.ts';

/** What the kubeconfig files name. Throws BadInput where they cannot be read. */
export function kubeconfigNames(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Record<'contexts' | 'clusters' | 'users', string[]> {
  const { contexts = [], clusters = [], users = [] } = mergedKubeconfig({ file, env, userAgent: '' });
  const names = (entries: readonly { name?: string }[]) => entries.flatMap(({ name }) => name ?? []);
  return { contexts: names(contexts), clusters: names(clusters), users: names(users) };
}
