import { BadInput, exitCodes, Failure } from '../failures.ts';
import { apply } from '../lifecycle/apply/apply-manifest.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { explain, explained } from '../lifecycle/errors/api-errors.ts';
import { keepBefore } from '../lifecycle/history/keep-history.ts';
import { type AppliedIngress, applyIngress, ingressName, removeIngress } from '../lifecycle/ingress/apply-ingress.ts';
import { inStep, type RetryOptions, retryWrite } from '../lifecycle/retry/retry-write.ts';
import { desiredOf, type PlannedStep, SETTLE_MS, type Step, type StepDeps, type StepState } from '../lifecycle/step.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { desiredIngress } from '../seldon/ingress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { fields, flag, listOf, type StepDefinition, text } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    apply: 'apply';
  }
}

export const applyDefinition: StepDefinition<'apply'> = {
  word: 'apply',
  says: 'Applies the SeldonDeployments in files, with their Ingresses; other objects in the files are applied before the first step',
  fields: fields({
    filename: {
      required: true,
      says: 'File or directory, relative to the plan; - is standard input',
      shape: { is: 'list', of: text('the name of a file or directory'), orOne: true },
    },
    recursive: { says: 'Read directories recursively', shape: flag },
  }),
  effect: 'applies',
  read: (told) => applyStep({ filename: listOf(told.filename), recursive: told.recursive === true }),
};

/** Applies the manifest of the deployment: makes it, or changes the one that is there. Its Events are followed from then on. */
export function applyStep(applies: { filename: readonly string[]; recursive: boolean }): PlannedStep<'apply'> {
  return { word: 'apply', told: applies, names: ['apply'], run, dryRun, applies };
}

const run: Step = async (state, progress, deps) => {
  const { manifest } = deps;
  // Files need not hold every deployment of the plan.
  if (!manifest) return state;
  const before = state.desired?.deployment;
  const warn = (message: string) => progress.warn(message);
  const suffix = dryRunSuffix(deps.applying.dryRun ? 'server' : 'none');
  const applied = deps.applying.createOnly ? 'created' : 'serverside-applied';
  const { next, ofIngress } = await progress.take('apply', async () => {
    const repeating = inStep(progress, deps);
    const removed = before && (await removeUnwantedIngress(before, manifest, deps, repeating));
    const { desired, sent, did } = await apply(manifest, deps, warn, before, repeating);
    deps.follow(desired.uid);
    deps.changed(desired.deployment);
    const next: StepState = {
      ...state,
      desired,
      fresh: false,
      // Of one that was there, somebody else may have set what the file does not.
      applied: before && !state.applied ? undefined : sent,
      settleMs: did === 'configured' ? SETTLE_MS : 0,
      unchanged: did === 'unchanged',
      before: state.before ?? (did === 'configured' ? before : undefined),
      revisions: did === 'created' ? [] : undefined,
    };
    deps.reached(next);
    if (did === 'configured' && before) {
      next.revisions = await keepBefore(before, desired.deployment, deps, progress);
    }
    const ingress = await sendIngress(desired.deployment, deps, repeating);
    const ofIngress = ingress
      ? `${ingressName(ingress.ingress)} ${ingress.did === 'unchanged' ? 'unchanged' : applied}${suffix}`
      : removed && `${removed}${suffix}`;
    const message = `${did === 'unchanged' ? 'unchanged' : applied}${suffix}`;
    return { result: { next, ofIngress }, message, did };
  });
  if (ofIngress) progress.show(ofIngress);
  return next;
};

/** Says what of the deployment's Ingress was deleted; undefined: nothing. Asks nothing of one that had none, or is to have one. */
async function removeUnwantedIngress(
  before: SeldonDeployment,
  manifest: Manifest,
  deps: StepDeps,
  repeating: RetryOptions,
): Promise<string | undefined> {
  const had = desiredIngress(before);
  if (!had || desiredIngress(manifest.deployment)) return undefined;
  // What somebody else says of it stays; and nothing is removed for what the server does not take.
  const asIf = { ...deps, applying: { ...deps.applying, dryRun: true } };
  const { desired } = await apply(manifest, asIf, () => {}, before, repeating);
  if (desiredIngress(desired.deployment)) return undefined;
  const { name, namespace } = had.metadata;
  const tried = `delete ingress "${name}" in namespace "${namespace}"`;
  const isRemoved = await retryWrite(tried, () => removeIngress(before, deps), repeating).catch((error) =>
    explain(error, tried),
  );
  return isRemoved ? `ingress.networking.k8s.io "${name}" deleted from ${namespace} namespace` : undefined;
}

async function sendIngress(
  deployment: SeldonDeployment,
  deps: StepDeps,
  repeating: RetryOptions,
): Promise<AppliedIngress | undefined> {
  const { name, namespace } = deployment.metadata;
  const tried = `apply ingress "${name}" in namespace "${namespace}"`;
  return await retryWrite(tried, () => applyIngress(deployment, { ...deps, retry: repeating }), repeating).catch(
    (error) => {
      const failure = explained(error, tried);
      if (!(failure instanceof BadInput)) throw failure;
      // Something was changed: the deployment itself.
      const { message, hint, details } = failure;
      throw new Failure(exitCodes.failed, message, { hint, details, cause: error });
    },
  );
}

const dryRun: Step = async (state, progress, deps) => {
  const { manifest } = deps;
  if (!manifest || deps.dryRun === 'server') return await run(state, progress, deps);
  const message = `serverside-applied${dryRunSuffix('client')}`;
  await progress.take('apply', async () => ({ result: undefined, message }));
  const ingress = desiredIngress(manifest.deployment);
  if (ingress) progress.show(`${ingressName(ingress)} ${message}`);
  return { ...state, desired: desiredOf(manifest.deployment), applied: manifest.deployment };
};
