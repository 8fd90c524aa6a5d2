import { type CommandWithNeeds, needsOf } from './needs.ts';

/**
 * The least Role with which these commands can do all that they do, as YAML, without a namespace if none is said. What a
 * command can do without says so, for whoever wants to grant less.
 */
export function roleYaml(commands: readonly CommandWithNeeds[], namespace: string | undefined): string {
  const lines = [
    `# What kubectl seldon-lifecycle needs for: ${commands.join(', ')}`,
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    'metadata:',
    '  name: seldon-lifecycle',
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    'rules:',
  ];
  for (const { group, resource, verbs, otherwise } of needsOf(commands)) {
    if (otherwise !== undefined) lines.push(`# Can be left out; then ${otherwise}.`);
    lines.push(`- apiGroups: ["${group}"]`, `  resources: ["${resource}"]`, `  verbs: [${verbs.join(', ')}]`);
  }
  if (commands.includes('run')) {
    lines.push(
      '# For other objects in the files of a run: create, patch and delete of their kinds.',
      '# For run --create-namespace, in a ClusterRole: create of namespaces.',
    );
  }
  return `${lines.join('\n')}\n`;
}
