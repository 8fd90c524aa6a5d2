import { isDeepStrictEqual } from 'node:util';
import { advice, kubectl } from '../../advice/advice.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { BadInput, exitCodes, Failure } from '../../failures.ts';
import { at, type FieldPath, type Manifest, pathInWords } from '../../manifests/manifest.ts';
import type { ApplyResult } from '../../progress/progress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { errorInWords, explain, explained } from '../errors/api-errors.ts';
import { alreadyExists } from '../errors/kubectl-words.ts';
import { retryOnConflict } from '../retry/retry-on-conflict.ts';
import { type RetryOptions, retryWrite } from '../retry/retry-write.ts';
import { desiredOf, type StepDeps } from '../step.ts';
import type { Desired } from '../waits/observation.ts';
import { applyNew } from './apply-new.ts';
import { applyResult } from './apply-result.ts';
import { type SchemaMistake, schemaMistakes } from './schema-mistakes.ts';
import { applyTakingOver, deploymentTo } from './take-over.ts';
import { type Attempt, applyDeclared } from './undeclared-fields.ts';

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
  const bySchema = () => mistakesBySchema(manifest.deployment, cluster);
  // What is to be left out is for the server alone to say.
  const unknown = async () => (applying.dropUnknownFields ? [] : fieldsUnknownTo(await bySchema()));
  const { dryRun, absentNamespaces } = applying;
  if (dryRun && absentNamespaces?.has(manifest.deployment.metadata.namespace ?? '')) {
    refuseUnfit(await bySchema(), manifest, tried);
  }
  const send = (deployment: SeldonDeployment, isRetry: boolean) => {
    signal.throwIfAborted();
    // Whether the rest is in order is only asked, unless the rest is what is wanted.
    const target = existing ? withUid(deployment, existing.metadata.uid) : deployment;
    const options = {
      ...applying,
      createOnly: !existing,
      dryRun: applying.dryRun || (isRetry && !applying.dropUnknownFields),
    };
    const once = async () => {
      const { object, created } = await applyTakingOver(deploymentTo(cluster, target), options, existing);
      return { deployment: object, created };
    };
    if (!repeating) return once();
    if (existing || options.dryRun) {
      return retryWrite(tried, () => retryOnConflict(tried, once, repeating), repeating);
    }
    return applyNew(target, options, repeating, { cluster, follow: deps.follow ?? (() => {}) });
  };
  const attempt = await applyDeclared(manifest.deployment, send, unknown).catch((error) => explain(error, tried));
  const fields = inOrder(manifest, attempt.undeclared);
  if (fields.length > 0 && !applying.dropUnknownFields)
    throw undeclared(fields, attempt, tried, manifest, await bySchema());
  for (const field of fields) {
    warn(`${placeOf(manifest, field)}: left out, the cluster's CRD does not declare this field`);
  }
  if (attempt.state === 'failed') {
    const { error } = attempt;
    if (!existing && error.status === 409) await refuseWhatIsThere(manifest.deployment, deps);
    throw await placed(explained(error, tried), manifest, bySchema);
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
    `seldondeployment "${name}" in namespace "${namespace}" was created by somebody else at the same moment: not changed`,
    { hint: advice`Look at it first: ${kubectl(['get', 'seldondeployment', name, '-o', 'yaml'], { namespace })}` },
  );
}

function withUid(deployment: SeldonDeployment, uid: string | undefined): SeldonDeployment {
  return { ...deployment, metadata: { ...deployment.metadata, ...(uid && { uid }) } };
}

/** In the order of the file: the server's own order is none. */
function inOrder({ positionOf }: Manifest, fields: readonly FieldPath[]): FieldPath[] {
  const placed = fields.map((field) => ({ field, position: positionOf(field, 'key') }));
  placed.sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  return placed.map(({ field }) => field);
}

function placeOf({ positionOf }: Manifest, field: FieldPath): string {
  return `${at(positionOf(field, 'key'))}: ${pathInWords(field)}`;
}

function undeclared(
  fields: readonly FieldPath[],
  attempt: Attempt,
  tried: string,
  manifest: Manifest,
  bySchema: readonly SchemaMistake[],
): BadInput {
  const what = fields.length === 1 ? '1 field' : `${fields.length} fields`;
  const places = fields.map((field) => {
    const { suggestion } = bySchema.find(({ path }) => isDeepStrictEqual(path, field)) ?? {};
    return `${placeOf(manifest, field)}${suggestion === undefined ? '' : ` (${suggestion})`}`;
  });
  const further = attempt.state === 'failed' ? [`without them: ${errorInWords(attempt.error, tried)}`] : [];
  return new BadInput(`cannot ${tried}: the cluster's CRD does not declare ${what}: ${places.join(', ')}`, {
    details: [...placesOf(bySchema, manifest), ...further],
    hint: 'Check the spelling and the place, or leave unknown fields out with --drop-unknown-fields',
  });
}

/** None where the server does not tell: then its own refusal has to do. */
async function mistakesBySchema(
  deployment: SeldonDeployment,
  cluster: Pick<SeldonCluster, 'schema'>,
): Promise<SchemaMistake[]> {
  try {
    const schema = await cluster.schema();
    return schema ? schemaMistakes(deployment, schema) : [];
  } catch {
    return [];
  }
}

function fieldsUnknownTo(bySchema: readonly SchemaMistake[]): FieldPath[] {
  return bySchema.flatMap(({ kind, path }) => (kind === 'unknown' ? [path] : []));
}

/** For what the server cannot try. Throws BadInput. */
function refuseUnfit(bySchema: readonly SchemaMistake[], { positionOf }: Manifest, tried: string): void {
  if (bySchema.length === 0) return;
  const details = bySchema.map(({ path, kind, problem, suggestion }) => {
    const place = at(positionOf(path, kind === 'unknown' ? 'key' : 'value'));
    return `${place}: ${problem}${suggestion === undefined ? '' : `: ${suggestion}`}`;
  });
  throw new BadInput(`cannot ${tried}: the file does not match the schema of the cluster's CRD`, { details });
}

/** A refusal of what a file says, with the places of what does not fit the schema, which the server does not know. */
async function placed(
  failure: unknown,
  manifest: Manifest,
  bySchema: () => Promise<readonly SchemaMistake[]>,
): Promise<unknown> {
  if (!(failure instanceof BadInput)) return failure;
  const { message, hint, details, cause } = failure;
  return new BadInput(message, { hint, cause, details: [...placesOf(await bySchema(), manifest), ...details] });
}

/** Of what does not fit, but for unknown fields. */
function placesOf(mistakes: readonly SchemaMistake[], { positionOf }: Manifest): string[] {
  const others = mistakes.filter(({ kind }) => kind !== 'unknown');
  return others.map(({ path, problem }) => `${at(positionOf(path))}: ${problem}`);
}
