import { sleep } from '../../clock.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import { FIELD_MANAGER } from '../../cluster/apply-object.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { appliedConfiguration } from '../../kubernetes/applied-configuration.ts';
import type { SeldonDeployment, SeldonSpec } from '../../seldon/seldon-deployment.ts';
import type { StepDeps } from '../step.ts';

/** What sending a changed spec needs. */
export type SpecSending = Pick<StepDeps, 'clock' | 'signal' | 'applying'> & {
  cluster: Pick<SeldonCluster, 'apply' | 'read' | 'replaceSpec'>;
};

const TRIES = 5;
const PAUSE_MS = 100;

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

/** Another try after each conflict of versions; a conflict of owners (which has causes) would only come back. */
export async function retryOnConflict<T>(
  { clock, signal }: Pick<SpecSending, 'clock' | 'signal'>,
  send: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      if (!isConflict(error) || error.causes.length > 0 || tries === TRIES) throw error;
      await sleep(clock, PAUSE_MS * tries, signal);
      signal.throwIfAborted();
    }
  }
}

export function isConflict(error: unknown): error is ApiFailure {
  return error instanceof ApiFailure && error.status === 409;
}
