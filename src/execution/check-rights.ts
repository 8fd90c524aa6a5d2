import { type Access, deniedAccess, whoAmI } from '../cluster/access-review.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { ClusterNotReady } from '../failures.ts';
import { explain, HOW_TO_GET_RIGHTS } from '../lifecycle/errors/api-errors.ts';
import { needs, SCALE_SUBRESOURCE } from '../lifecycle/rights/needs.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { DeploymentName } from '../progress/progress.ts';
import { desiredIngress } from '../seldon/ingress.ts';
import type { ExecutionOptions } from './execution-options.ts';
import type { OtherResourceKind } from './other-resources.ts';
import { allSteps, type Plan } from './plan.ts';

/** What opening the watches and looking for what exists has shown already. */
const SHOWN = ['get', 'list', 'watch'];

/**
 * Makes sure, before anything is changed, that a run may do what it is going to do. Throws ClusterNotReady that names
 * what it may not, in the API server's own words.
 */
export async function checkRights(
  work: RightsOf,
  others: readonly OtherResourceKind[],
  options: Relevant,
  cluster: SeldonCluster,
): Promise<void> {
  const wanted = [...ofDeployments(work, options), ...ofIngresses(work), ...ofOthers(others, options)];
  const denied = await deniedAccess(cluster.api, wanted).catch((error) =>
    explain(error, 'check the rights of this user'),
  );
  const [first, ...further] = eachOnce(denied);
  if (!first) return;
  const user = await whoAmI(cluster.api).catch(() => undefined);
  const where = first.namespace === undefined ? '' : ` in namespace "${first.namespace}"`;
  throw new ClusterNotReady(`cannot run${where}: ${forbidden(first, user)}`, {
    details: further.map((access) => forbidden(access, user)),
    hint: HOW_TO_GET_RIGHTS,
  });
}

type Relevant = Pick<ExecutionOptions, 'cleanup' | 'createNamespace'>;

interface RightsOf {
  plan: Plan;
  targets: readonly (DeploymentName & { manifest?: Manifest })[];
}

function ofDeployments({ plan, targets }: RightsOf, { cleanup, createNamespace }: Relevant): Access[] {
  const unneeded = cleanup === 'never' ? [...SHOWN, 'delete'] : SHOWN;
  const used = needs.run.filter(
    ({ resource, otherwise }) =>
      otherwise === undefined ||
      (resource === SCALE_SUBRESOURCE && allSteps(plan).some(({ step }) => step.scales?.through === 'subresource')),
  );
  const made = { verb: 'create', group: '', resource: 'namespaces', namespace: undefined };
  return [
    ...(createNamespace ? [made] : []),
    ...targets.flatMap(({ name, namespace }) =>
      used.flatMap(({ group, resource, verbs }) =>
        verbs.filter((verb) => !unneeded.includes(verb)).map((verb) => ({ verb, group, resource, namespace, name })),
      ),
    ),
  ];
}

/** That they may be read is shown where it is looked whether they can be made. */
function ofIngresses({ targets }: RightsOf): Access[] {
  const routed = targets.flatMap(({ manifest }) => (manifest && desiredIngress(manifest.deployment)) ?? []);
  return routed.flatMap(({ metadata: { name, namespace } }) =>
    ['create', 'patch'].map((verb) => ({ verb, group: 'networking.k8s.io', resource: 'ingresses', namespace, name })),
  );
}

function ofOthers(others: readonly OtherResourceKind[], { cleanup }: Relevant): Access[] {
  const verbs = ['create', 'patch', ...(cleanup === 'never' ? [] : ['delete'])];
  return others.flatMap((other) => verbs.map((verb) => ({ verb, ...other })));
}

/** The same right on many objects is told once. */
function eachOnce(denied: readonly Access[]): Access[] {
  const key = ({ verb, group, resource, namespace }: Access) => [verb, group, resource, namespace].join(' ');
  return [...new Map([...denied].reverse().map((access) => [key(access), access])).values()].reverse();
}

/**
 * A right that is missing, in the words by which the API server refuses (k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go),
 * before it has to: 'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "n"'.
 */
function forbidden({ verb, group, resource, namespace, name }: Access, user: string | undefined): string {
  const [plural] = resource.split('/');
  const which = `${plural}${group ? `.${group}` : ''}${name ? ` "${name}"` : ''}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const who = user === undefined ? 'the user' : `User "${user}"`;
  return `${which} is forbidden: ${who} cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
}
