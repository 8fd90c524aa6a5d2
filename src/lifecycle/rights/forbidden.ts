import type { Access } from '../../cluster/access-review.ts';

/**
 * A right that is missing, in the words by which the API server refuses (k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go),
 * before it has to: 'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "n"'.
 */
export function forbidden({ verb, group, resource, namespace, name }: Access, user: string | undefined): string {
  const [plural] = resource.split('/');
  const which = `${plural}${group ? `.${group}` : ''}${name ? ` "${name}"` : ''}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const who = user === undefined ? 'the user' : `User "${user}"`;
  return `${which} is forbidden: ${who} cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
}
