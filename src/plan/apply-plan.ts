import { type Plan, planOf } from '../execution/plan.ts';
import type { Manifests } from '../manifests/manifest.ts';
import { applyStep } from '../steps/apply.ts';
import { undoOnFailureStep } from '../steps/undo.ts';
import { waitStep } from '../steps/wait.ts';

/** The plan of `apply` and `create`: applies what was read, and waits until it is available, or else undoes it, where that is wanted. */
export function applyPlan(
  manifests: Manifests,
  { wait, undoOnFailure = false }: { wait: boolean; undoOnFailure?: boolean },
): Plan {
  const apply = { step: applyStep({ filename: [], recursive: false }), manifests };
  const { steps } = planOf(waitStep([[{ kind: 'available' }]]));
  const onFailure = undoOnFailure ? planOf(undoOnFailureStep).steps : [];
  return { steps: wait ? [apply, ...steps] : [apply], onFailure, lastly: [] };
}
