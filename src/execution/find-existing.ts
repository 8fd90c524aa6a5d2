import { advice, kubectl } from '../advice/advice.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { BadInput } from '../failures.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import type { Target } from './execution.ts';
import type { Existing } from './execution-options.ts';

/** From so many in one namespace on, its deployments are listed once instead of read one by one. */
const MANY = 20;

/**
 * Each deployment as it is in the cluster, if it is. `lists`: whether the command needs the right to list them anyway. Throws
 * BadInput for one that the command does not take over.
 */
export async function findExisting(
  targets: readonly Target[],
  { existing, lists }: { existing: Existing; lists: boolean },
  cluster: SeldonCluster,
): Promise<(SeldonDeployment | undefined)[]> {
  const unknown = Map.groupBy(
    targets.filter(({ live }) => !live),
    ({ namespace }) => namespace,
  );
  const listed = new Map(
    [...unknown]
      .filter(([, inside]) => lists && inside.length >= MANY)
      .map(([namespace]) => [namespace, listByName(namespace, cluster)]),
  );
  return await Promise.all(
    targets.map(async ({ live, name, namespace }) => {
      if (live) return live;
      const found = await (listed.get(namespace)?.then((all) => all.get(name)) ?? readOne(name, namespace, cluster));
      if (found && existing !== 'any') refuseUnlessTaken(found, existing);
      return found;
    }),
  );
}

async function listByName(namespace: string, cluster: SeldonCluster): Promise<Map<string, SeldonDeployment>> {
  const all = await cluster
    .listDeployments(namespace)
    .catch((error) => explain(error, `list seldondeployments in namespace "${namespace}"`));
  return new Map(all.map((one) => [one.metadata.name, one]));
}

async function readOne(name: string, namespace: string, cluster: SeldonCluster): Promise<SeldonDeployment | undefined> {
  return await cluster
    .read(namespace, name)
    .catch((error) => explain(error, `read seldondeployment "${name}" in namespace "${namespace}"`));
}

/** The deployment of this name that somebody has already: its deletion is not ours to make, unless we are told to. */
function refuseUnlessTaken(found: SeldonDeployment, existing: Exclude<Existing, 'any'>): void {
  const { name, namespace = '', deletionTimestamp } = found.metadata;
  const which = `seldondeployment "${name}"`;
  if (deletionTimestamp) {
    throw new BadInput(`${which} in namespace "${namespace}" is being deleted`, {
      hint: advice`Wait until it is gone: ${kubectl(['wait', '--for=delete', `seldondeployment/${name}`], { namespace })}`,
    });
  }
  if (existing.taken) return;
  throw new BadInput(
    `${which} already exists in namespace "${namespace}": run only accepts new deployments, because it deletes them at the end`,
    {
      hint: advice`Use another name or namespace, remove it first (${kubectl(['delete', 'seldondeployment', name], { namespace })})${existing.advice}`,
    },
  );
}
