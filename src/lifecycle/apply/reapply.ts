import { FIELD_MANAGER } from '../../cluster/objects.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { appliedConfiguration } from '../../kubernetes/applied-configuration.ts';
import type { SeldonDeployment, SeldonSpec } from '../../seldon/seldon-deployment.ts';
import { isConflict } from '../retry/retry-on-conflict.ts';
import type { StepDeps } from '../step.ts';

/** What sending a changed spec needs. */
export type SpecSending = Pick<StepDeps, 'applying'> & {
  cluster: Pick<SeldonCluster, 'apply' | 'read' | 'replaceSpec'>;
};

/**
 * What we have applied of a deployment, applied again with these fields as they are in `spec`, so that it stays ours and
 * the next apply of its file conflicts with nobody. Undefined where they are not ours, or somebody has changed the
 * deployment since it was read. Throws ApiFailure, Unreachable.
 */
export async function reapply(
  live: SeldonDeployment,
  spec: SeldonSpec,
  fields: readonly ('replicas' | 'predictors')[],
  { cluster, applying }: SpecSending,
): Promise<SeldonDeployment | undefined> {
  const ours = appliedConfiguration(live, applying.fieldManager ?? FIELD_MANAGER) as
    | Partial<SeldonDeployment>
    | undefined;
  if (!ours || (fields.includes('predictors') && !ours.spec?.predictors)) return undefined;
  const { name, namespace = '', uid = '', resourceVersion = '' } = live.metadata;
  const metadata = { ...ours.metadata, name, namespace, uid, resourceVersion };
  const changed = Object.fromEntries(fields.map((field) => [field, spec[field]]));
  try {
    return (await cluster.apply({ metadata, spec: { ...ours.spec, ...changed } }, applying)).deployment;
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}
