import type { StepDeps } from '../step.ts';
import type { StepProgress } from '../step-progress.ts';

/** Says, before a wait for a deletion, where it cannot tell whether the pods are gone. */
export function tellUnseenPods(steps: StepProgress, { cache }: Pick<StepDeps, 'cache'>): void {
  // Pods are found through their ReplicaSets.
  const unseen = cache.unseenKinds.filter((kind) => kind === 'Pod' || kind === 'ReplicaSet');
  if (unseen.length === 0) return;
  const { name } = steps.deployment;
  steps.warn(
    `cannot verify that the pods of seldondeployment "${name}" are gone: ${unseen.join('s and ')}s cannot be watched`,
  );
}
