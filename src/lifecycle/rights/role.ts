import {
  type CommandWithNeeds,
  namespaceMakers,
  needsOf,
  needsOfIngresses,
  needsOfOthers,
  sortedVerbs,
} from './needs.ts';

/**
 * The least Role with which these commands can do all that they do, as YAML, without a namespace if none is said. What a
 * command can do without says so, for whoever wants to grant less.
 */
export function roleYaml(commands: readonly CommandWithNeeds[], namespace: string | undefined): string {
  const lines = [
    `# Rights that kubectl seldon-lifecycle needs for: ${commands.join(', ')}`,
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
  const ofOthers = sortedVerbs(commands.flatMap((command) => needsOfOthers[command] ?? []));
  if (ofOthers.length > 0) lines.push(`# For other objects in the files: ${ofOthers.join(', ')} of their kinds.`);
  if (commands.some((command) => namespaceMakers.includes(command))) {
    lines.push('# For --create-namespace, in a ClusterRole: create of namespaces.');
  }
  const ofIngresses = sortedVerbs(commands.flatMap((command) => needsOfIngresses[command] ?? []));
  if (ofIngresses.length > 0) {
    lines.push(
      `# For deployments with an Ingress of their own: ${ofIngresses.join(', ')} of ingresses`,
      '# in networking.k8s.io, and, in a ClusterRole, list of ingressclasses.',
    );
  }
  return `${lines.join('\n')}\n`;
}
