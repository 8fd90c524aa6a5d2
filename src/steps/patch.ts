import type { Patch } from '../cluster/objects.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { keepBefore } from '../lifecycle/history/keep-history.ts';
import { changedTo, existing, type PlannedStep } from '../lifecycle/step.ts';
import { saidOnly } from './said-only.ts';
import { fields, type StepDefinition } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    patch: 'patch';
  }
}

export const patchDefinition: StepDefinition<'patch'> = {
  word: 'patch',
  says: 'Patches the SeldonDeployment, as kubectl patch does',
  fields: fields({
    type: { says: 'merge (the default) or json', shape: { is: 'word', words: ['merge', 'json'] } },
    patch: {
      required: true,
      says: 'An object for merge, a list of operations for json',
      shape: { is: 'object or list' },
    },
  }),
  check: ({ type, patch }, mistake) => {
    const isList = Array.isArray(patch);
    if (isList === (type === 'json')) return;
    mistake(
      'patch',
      `expected ${isList ? 'an object; for a list of operations set type: json' : 'a list of operations'}`,
    );
  },
  read: ({ type = 'merge', patch }) => patchStep({ type, patch } as Patch),
};

/** Patches the deployment with this uid, as kubectl patch does by --type=merge and --type=json. */
export function patchStep(patch: Patch): PlannedStep<'patch'> {
  return {
    word: 'patch',
    told: patch,
    names: ['patch'],
    rewrites: true,
    run: async (state, progress, deps) => {
      const desired = existing(state);
      const { name, namespace = '' } = desired.deployment.metadata;
      const { deployment, revisions } = await progress.take('patch', async () => {
        deps.signal.throwIfAborted();
        const result = await deps.cluster
          .patch(namespace, name, desired.uid, patch, deps.applying)
          .catch((error) => explain(error, `patch seldondeployment "${name}"`));
        const same = result.metadata.generation === desired.generation;
        const revisions = await keepBefore(desired.deployment, result, deps, progress);
        return {
          result: { deployment: result, revisions },
          message: same ? 'patched (no change of the spec)' : 'patched',
        };
      });
      return changedTo(state, deployment, revisions);
    },
    dryRun: saidOnly('patch', 'patched'),
  };
}
