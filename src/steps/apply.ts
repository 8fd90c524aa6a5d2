import { apply } from '../lifecycle/apply/apply-manifest.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { inStep } from '../lifecycle/retry/retry-write.ts';
import { desiredOf, type PlannedStep, SETTLE_MS, type Step } from '../lifecycle/step.ts';
import { fields, flag, listOf, type StepDefinition, text } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    apply: 'apply';
  }
}

export const applyDefinition: StepDefinition<'apply'> = {
  word: 'apply',
  says: 'Applies the SeldonDeployments of files; what stands beside them is applied before the first step',
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
  const result = await progress.take('apply', async () => {
    const warn = (message: string) => progress.warn(message);
    const result = await apply(manifest, deps, warn, before, inStep(progress, deps));
    const { createOnly, dryRun } = deps.applying;
    const message = `${createOnly ? 'created' : 'serverside-applied'}${dryRunSuffix(dryRun ? 'server' : 'none')}`;
    return { result, message, did: result.did };
  });
  deps.follow(result.desired.uid);
  deps.changed(result.desired.deployment);
  return {
    ...state,
    desired: result.desired,
    fresh: false,
    // Of one that was there, somebody else may have set what the file does not.
    applied: before && !state.applied ? undefined : result.sent,
    settleMs: result.did === 'configured' ? SETTLE_MS : 0,
  };
};

const dryRun: Step = async (state, progress, deps) => {
  const { manifest } = deps;
  if (!manifest || deps.dryRun === 'server') return await run(state, progress, deps);
  const message = `serverside-applied${dryRunSuffix('client')}`;
  await progress.take('apply', async () => ({ result: undefined, message }));
  return { ...state, desired: desiredOf(manifest.deployment), applied: manifest.deployment };
};
