import type { SeldonDeployment, SeldonSpec } from '../../seldon/seldon-deployment.ts';
import { explain } from '../errors/api-errors.ts';
import { readAnew } from '../read-anew.ts';
import { retryOnConflict } from '../retry/retry-on-conflict.ts';
import { type RetryOptions, retryWrite } from '../retry/retry-write.ts';
import type { Desired } from '../waits/observation.ts';
import { reapply, type SpecSending } from './reapply.ts';

/**
 * Changes this very deployment: read, change, write, on condition that nobody else has written in between, and again where
 * somebody has, or where nobody has answered. `write` is given what is there at each try, and writes on that condition; it has
 * to come to the same if it is done twice. `tried` completes "cannot". Throws Failure, and whatever `write` throws.
 */
export async function changeLive(
  desired: Desired,
  write: (live: SeldonDeployment) => Promise<SeldonDeployment>,
  tried: string,
  { cluster, signal }: Pick<SpecSending, 'cluster'> & { signal: AbortSignal },
  retry: RetryOptions,
): Promise<SeldonDeployment> {
  signal.throwIfAborted();
  const once = async () => await write(await readAnew(desired, { cluster }));
  const send = async () => await retryOnConflict(tried, once, retry);
  return await retryWrite(tried, send, retry).catch((error) => explain(error, tried));
}

/** Writes other predictors: as an apply of ours where they are ours, so that the next one conflicts with nobody, otherwise in place. */
export async function writePredictors(
  live: SeldonDeployment,
  spec: SeldonSpec,
  deps: SpecSending,
): Promise<SeldonDeployment> {
  const { cluster, applying } = deps;
  return (await reapply(live, spec, ['predictors'], deps)) ?? (await cluster.replaceSpec(live, spec, applying));
}
