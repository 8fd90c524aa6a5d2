import path from 'node:path';
import type { Readable } from 'node:stream';
import { BadInput } from '../failures.ts';
import type { Manifest, Manifests } from '../manifests/manifest.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { planScale } from '../seldon/scale-plan.ts';
import { containerNames, withImage } from '../seldon/set-image.ts';
import { didYouMean, type Mistakes } from './mistakes.ts';
import type { PlanStep } from './plan.ts';
import type { PlacedStep } from './to-plan.ts';

/** What the files of each apply step hold. */
export type Applied<M = Manifests> = ReadonlyMap<PlanStep, M>;

export interface Reading {
  /** The folder that names are relative to. */
  base: string;
  stdin: Readable;
}

/** Where a file is that a plan names: standard input and whole paths as they are. */
export function fileOfPlan(name: string, base: string): string {
  const isElsewhere = name === '-' || path.isAbsolute(name) || /^https?:/.test(name);
  return isElsewhere ? name : path.join(base, name);
}

/** Reads what the steps apply. Throws BadInput for the first thing that is wrong with it. */
export async function readApplied(steps: readonly PlanStep[], { base, stdin }: Reading): Promise<Applied> {
  const applied = new Map<PlanStep, Manifests>();
  for (const step of steps) {
    if (step.doing.word !== 'apply') continue;
    const { filename, recursive } = step.doing;
    const names = filename.map((name) => fileOfPlan(name, base));
    applied.set(step, await readManifests(names, { recursive, stdin }));
  }
  return applied;
}

/** The same, with everything that is wrong told to `mistakes`. */
export async function checkApplied(
  steps: readonly PlacedStep[],
  reading: Reading,
  mistakes: Mistakes,
): Promise<Applied> {
  const applied = new Map<PlanStep, Manifests>();
  for (const step of steps) {
    try {
      for (const [one, manifests] of await readApplied([step], reading)) applied.set(one, manifests);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      mistakes.add([...step.path, 'apply', 'filename'], error.message);
      for (const detail of error.details) mistakes.addElsewhere(detail);
    }
  }
  return applied;
}

/** What a step asks of deployments that they cannot do, as far as their files show. */
export function checkAgainstManifests(
  { doing, path: at }: PlacedStep,
  manifests: readonly Manifest[],
  mistakes: Mistakes,
): void {
  for (const { deployment } of manifests) {
    const which = `seldondeployment "${deployment.metadata.name}"`;
    if (doing.word === 'scale') {
      const plan = planScale(deployment, doing.request);
      if (plan.answer === 'refused') mistakes.add([...at, 'scale'], `cannot scale ${which}: ${plan.reason}`);
    }
    if (doing.word === 'setImage') {
      const { container, predictor } = doing.change;
      const spec = deployment.spec ?? {};
      if (withImage(spec, doing.change).places.length > 0) continue;
      const where = predictor === undefined ? '' : ` in predictor "${predictor}"`;
      const names = containerNames(spec);
      const advice = names.includes(container) ? '' : `: ${didYouMean(container, names)}`;
      mistakes.add([...at, 'setImage', 'container'], `${which} has no container "${container}"${where}${advice}`);
    }
    if (doing.word === 'predict' && doing.predictor !== undefined) {
      const names = deployment.spec?.predictors?.map(({ name }) => name) ?? [];
      if (names.includes(doing.predictor)) continue;
      const advice = didYouMean(doing.predictor, names);
      mistakes.add([...at, 'predict', 'predictor'], `${which} has no predictor "${doing.predictor}": ${advice}`);
    }
  }
}
