import { type Plan, planOf } from '../execution/plan.ts';
import type { Manifests } from '../manifests/manifest.ts';
import { applyStep } from '../steps/apply.ts';
import { waitStep } from '../steps/wait.ts';

/** The plan of `apply` and `create`: applies what was read, and waits until it is available where that is wanted. */
export function applyPlan(manifests: Manifests, { wait }: { wait: boolean }): Plan {
  const apply = { step: applyStep({ filename: [], recursive: false }), manifests };
  const { steps } = planOf(waitStep([[{ kind: 'available' }]]));
  return { steps: wait ? [apply, ...steps] : [apply], onFailure: [], lastly: [] };
}
