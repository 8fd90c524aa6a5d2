import type { Access } from '../../cluster/access-review.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { ClusterNotReady } from '../../failures.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { CompanionKind } from '../companions.ts';
import { explain, HOW_TO_GET_RIGHTS } from '../errors/api-errors.ts';
import type { RunOptions } from '../run-options.ts';
import { forbidden } from './forbidden.ts';
import { needs, SCALE_SUBRESOURCE } from './needs.ts';

/** What opening the watches and looking for what exists has shown already. */
const SHOWN = ['get', 'list', 'watch'];

/**
 * Makes sure, before anything is changed, that a run may do what it is going to do. Throws ClusterNotReady that names
 * what it may not, in the API server's own words.
 */
export async function checkRightsOfRun(
  deployments: readonly SeldonDeployment[],
  companions: readonly CompanionKind[],
  options: Relevant,
  cluster: SeldonCluster,
): Promise<void> {
  const wanted = [...ofDeployments(deployments, options), ...ofCompanions(companions, options)];
  const denied = await cluster.denied(wanted).catch((error) => explain(error, 'ask the server what this user may do'));
  const [first, ...others] = eachOnce(denied);
  if (!first) return;
  const user = await cluster.whoAmI().catch(() => undefined);
  const where = first.namespace === undefined ? '' : ` in namespace "${first.namespace}"`;
  throw new ClusterNotReady(`cannot run${where}: ${forbidden(first, user)}`, {
    details: others.map((access) => forbidden(access, user)),
    hint: HOW_TO_GET_RIGHTS,
  });
}

type Relevant = Pick<RunOptions, 'cleanup' | 'createNamespace' | 'route'>;

function ofDeployments(
  deployments: readonly SeldonDeployment[],
  { cleanup, createNamespace, route }: Relevant,
): Access[] {
  const unneeded = cleanup === 'never' ? [...SHOWN, 'delete'] : SHOWN;
  const used = needs.run.filter(
    ({ resource, otherwise }) =>
      otherwise === undefined ||
      (resource === SCALE_SUBRESOURCE && route.scales.some(({ through }) => through === 'subresource')),
  );
  const made = { verb: 'create', group: '', resource: 'namespaces', namespace: undefined };
  return [
    ...(createNamespace ? [made] : []),
    ...deployments.flatMap(({ metadata: { name, namespace } }) =>
      used.flatMap(({ group, resource, verbs }) =>
        verbs.filter((verb) => !unneeded.includes(verb)).map((verb) => ({ verb, group, resource, namespace, name })),
      ),
    ),
  ];
}

function ofCompanions(companions: readonly CompanionKind[], { cleanup }: Relevant): Access[] {
  const verbs = ['create', 'patch', ...(cleanup === 'never' ? [] : ['delete'])];
  return companions.flatMap((companion) => verbs.map((verb) => ({ verb, ...companion })));
}

/** The same right on many objects is told once. */
function eachOnce(denied: readonly Access[]): Access[] {
  const key = ({ verb, group, resource, namespace }: Access) => [verb, group, resource, namespace].join(' ');
  return [...new Map([...denied].reverse().map((access) => [key(access), access])).values()].reverse();
}
