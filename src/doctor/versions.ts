import type { Clock } from '../clock.ts';
import type { ClusterInspection, ServerVersion } from '../cluster/inspection.ts';

export interface ClusterVersions {
  server: ServerVersion;
  /** Of the Seldon operator: the tag of its image; or why it is not known. */
  operator: { image: string; version: string } | { unknown: string };
  /** In which SeldonDeployments are served, the preferred one first; none without Seldon Core. */
  resource: string[];
}

/** Throws ApiFailure or Unreachable where the server does not say its own. */
export async function clusterVersions(cluster: ClusterInspection, clock: Clock): Promise<ClusterVersions> {
  const [{ version: server }, images, resource] = await Promise.all([
    cluster.version(clock),
    cluster.operatorImages(),
    cluster.seldonResource(),
  ]);
  const [image] = 'known' in images ? images.known : [];
  const why =
    'unknown' in images ? images.unknown : 'no deployment is labelled control-plane=seldon-controller-manager';
  return {
    server,
    operator: image === undefined ? { unknown: why } : { image, version: tagOf(image) },
    resource: 'known' in resource ? resource.known.versions : [],
  };
}

/** registry:5000/seldonio/operator:1.18.2@sha256:… has the tag 1.18.2. */
export function tagOf(image: string): string {
  const [name = '', digest] = image.split('@');
  const [, tag] = /:([^/:]+)$/.exec(name) ?? [];
  return tag ?? digest ?? 'latest';
}
