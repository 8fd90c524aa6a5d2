import { advice, kubectl } from '../../advice/advice.ts';
import { BadInput, exitCodes, Failure } from '../../failures.ts';
import { at, type FieldPath, type Manifest, pathInWords } from '../../manifests/manifest.ts';
import type { ApplyResult } from '../../progress/progress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { explain, inWords } from '../errors/api-errors.ts';
import { alreadyExists } from '../errors/kubectl-words.ts';
import { type RetryOptions, retryWrite } from '../retry/retry-write.ts';
import type { StepDeps } from '../step.ts';
import { desiredOf } from '../step.ts';
import type { Desired } from '../waits/observation.ts';
import { type Attempt, applyDeclared } from './apply-declared.ts';
import { applyNew } from './apply-new.ts';
import { applyResult } from './apply-result.ts';

export interface AppliedManifest {
  desired: Desired;
  /** The manifest as it was sent: without the fields that were dropped. */
  sent: SeldonDeployment;
  did: ApplyResult;
}

/**
 * Makes the deployment by server-side apply, or changes the `existing` one and no other of its name. One that turns out
 * to be there although nobody knew of it is left to whoever made it. `warn` is told each field
 * that was left out; with `repeating` it is tried again where that may help. Throws Failure.
 */
export async function apply(
  manifest: Manifest,
  deps: Pick<StepDeps, 'cluster' | 'applying' | 'signal'> & Partial<Pick<StepDeps, 'follow'>>,
  warn: (message: string) => void,
  existing?: SeldonDeployment,
  repeating?: RetryOptions,
): Promise<AppliedManifest> {
  const { cluster, applying, signal } = deps;
  const { name } = manifest.deployment.metadata;
  const tried = `apply seldondeployment "${name}"`;
  const attempt = await applyDeclared(manifest.deployment, (deployment, isRetry) => {
    signal.throwIfAborted();
    // Whether the rest is in order is only asked, unless the rest is what is wanted.
    const target = existing ? withUid(deployment, existing.metadata.uid) : deployment;
    const options = {
      ...applying,
      createOnly: !existing,
      dryRun: applying.dryRun || (isRetry && !applying.dropUnknownFields),
    };
    if (!repeating) return cluster.apply(target, options);
    if (existing || options.dryRun) return retryWrite(tried, () => cluster.apply(target, options), repeating);
    return applyNew(target, options, repeating, { cluster, follow: deps.follow ?? (() => {}) });
  }).catch((error) => explain(error, tried));
  const places = inOrder(manifest, attempt.undeclared);
  if (places.length > 0 && !applying.dropUnknownFields) throw undeclared(places, attempt, tried);
  for (const place of places) warn(`${place}: left out, the cluster's CRD does not declare this field`);
  if (attempt.state === 'failed') {
    const { error } = attempt;
    if (!existing && error.status === 409) await refuseWhatIsThere(manifest.deployment, deps);
    return explain(error, tried);
  }
  const did = existing ? applyResult(attempt.applied, existing) : 'created';
  return { desired: desiredOf(attempt.applied.deployment), sent: attempt.sent, did };
}

/** Throws Failure where somebody has made one of the name since it was looked for. A 409 is said of quotas too. */
async function refuseWhatIsThere(
  { metadata: { name, namespace = '' } }: SeldonDeployment,
  { cluster, applying }: Pick<StepDeps, 'cluster' | 'applying'>,
): Promise<void> {
  const live = await cluster.read(namespace, name);
  if (!live) return;
  if (applying.createOnly) throw alreadyExists(live);
  throw new Failure(
    exitCodes.failed,
    `seldondeployment "${name}" in namespace "${namespace}" was created by somebody else in the same moment: it is left as it is`,
    { hint: advice`Look at it first: ${kubectl(['get', 'seldondeployment', name, '-o', 'yaml'], { namespace })}` },
  );
}

function withUid(deployment: SeldonDeployment, uid: string | undefined): SeldonDeployment {
  return { ...deployment, metadata: { ...deployment.metadata, ...(uid && { uid }) } };
}

/** Each field with its place, in the order of the file: the server's own order is none. */
function inOrder({ positionOf }: Manifest, fields: readonly FieldPath[]): string[] {
  const placed = fields.map((field) => ({ field, position: positionOf(field, 'key') }));
  placed.sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  return placed.map(({ field, position }) => `${at(position)}: ${pathInWords(field)}`);
}

function undeclared(places: readonly string[], attempt: Attempt, tried: string): BadInput {
  const what = places.length === 1 ? '1 field of it' : `${places.length} fields of it`;
  const further = attempt.state === 'failed' ? [`without them: ${inWords(attempt.error, tried)}`] : [];
  return new BadInput(`cannot ${tried}: the cluster's CRD does not declare ${what}: ${places.join(', ')}`, {
    details: further,
    hint: 'Check how they are spelt and where they belong, or leave them out with --drop-unknown-fields',
  });
}
