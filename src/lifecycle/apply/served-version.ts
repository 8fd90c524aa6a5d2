import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { BadInput } from '../../failures.ts';
import { at, type Manifest } from '../../manifests/manifest.ts';
import { SELDON_GROUP, SELDON_KIND } from '../../seldon/seldon-deployment.ts';
import { explain } from '../errors/api-errors.ts';

type VersionedCluster = Pick<SeldonCluster, 'resource' | 'servedVersions'>;

/**
 * Throws BadInput where a file is of a version that the cluster does not serve: what it says may mean something else in
 * another one. The versions are asked for only where one is not that in which everything is sent.
 */
export async function refuseUnserved(manifests: readonly Manifest[], cluster: VersionedCluster): Promise<void> {
  for (const { deployment, positionOf } of manifests) {
    const why = await unservedVersion(deployment.apiVersion, cluster);
    if (why === undefined) continue;
    throw new BadInput(`${at(positionOf(['apiVersion']))}: ${why}`, {
      hint: `Set apiVersion to ${cluster.resource.apiVersion}, and check that all fields exist in that version`,
    });
  }
}

/** Why this version cannot be taken, in kubectl's words; undefined: it can. Throws Failure. */
export async function unservedVersion(
  apiVersion: string | undefined,
  cluster: VersionedCluster,
): Promise<string | undefined> {
  if (apiVersion === undefined || apiVersion === cluster.resource.apiVersion) return undefined;
  const versions = await cluster
    .servedVersions()
    .catch((error) => explain(error, 'find the versions of SeldonDeployments'));
  if (versions.some((version) => `${SELDON_GROUP}/${version}` === apiVersion)) return undefined;
  return `no matches for kind "${SELDON_KIND}" in version "${apiVersion}": the cluster serves ${versions.join(', ')}`;
}
