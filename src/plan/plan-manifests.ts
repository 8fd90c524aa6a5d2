import path from 'node:path';
import type { Readable } from 'node:stream';
import { BadInput } from '../failures.ts';
import type { Manifest, Manifests } from '../manifests/manifest.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import type { ReadingBudget } from '../reading/reading-budget.ts';
import { planScale } from '../seldon/scale-plan.ts';
import type { SeldonSpec } from '../seldon/seldon-deployment.ts';
import { containerNames } from '../seldon/set-image.ts';
import type { WrittenStep } from './check-order.ts';
import { didYouMean, type Mistakes } from './mistakes.ts';
import type { PlanStep } from './plan.ts';
import { namesIn } from './to-plan.ts';
import { isOpen } from './values.ts';

/** What the files of each apply step hold. */
export type Applied = ReadonlyMap<PlanStep, Manifests>;

export interface Reading {
  /** The folder that names are relative to. */
  base: string;
  stdin: Readable;
  env: Readonly<Record<string, string | undefined>>;
  /** For the plan and all that it names. */
  budget: ReadingBudget;
}

/** Where a file is that a plan names: standard input and whole paths as they are. */
export function fileOfPlan(name: string, base: string): string {
  const isElsewhere = name === '-' || path.isAbsolute(name) || /^https?:/.test(name);
  return isElsewhere ? name : path.join(base, name);
}

/** Reads what the steps apply. Throws BadInput for the first thing that is wrong with it. */
export async function readApplied(steps: readonly PlanStep[], reading: Reading): Promise<Applied> {
  const applied = new Map<PlanStep, Manifests>();
  for (const step of steps) {
    if (step.doing.word === 'apply') applied.set(step, await read(step.doing.filename, step.doing.recursive, reading));
  }
  return applied;
}

/** The same of a plan that may be wrong: by the path of the step, with what is wrong in the files told to `mistakes`. */
export async function checkApplied(
  steps: readonly WrittenStep[],
  reading: Reading,
  mistakes: Mistakes,
): Promise<Map<string, Manifests>> {
  const applied = new Map<string, Manifests>();
  for (const { path: place, word, told } of steps) {
    const at = [...place, 'apply', 'filename'];
    if (word !== 'apply' || !told.filename || isOpen(told.filename) || mistakes.isIn(at)) continue;
    try {
      const manifests = await read(namesIn(told.filename), told.recursive === true, reading);
      applied.set(JSON.stringify(place), manifests);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      mistakes.add(at, error.message);
      for (const detail of error.details) mistakes.addElsewhere(detail);
    }
  }
  return applied;
}

/** What a step asks of deployments that they do not have or cannot do, as far as their files show. */
export function checkAgainstManifests(
  { path: place, word, told, sound }: WrittenStep,
  manifests: readonly Manifest[],
  mistakes: Mistakes,
): void {
  if (word === undefined) return;
  for (const { deployment } of manifests) {
    const which = `seldondeployment "${deployment.metadata.name}"`;
    const spec = deployment.spec ?? {};
    const has = (field: 'predictor' | 'container', names: readonly string[]) => {
      const name = told[field];
      const at = [...place, word, field];
      if (typeof name !== 'string' || isOpen(name) || mistakes.isIn(at) || names.includes(name)) return;
      mistakes.add(at, `${which} has no ${field} "${name}": ${didYouMean(name, names)}`);
    };
    if (word === 'scale' || word === 'setImage' || word === 'predict') has('predictor', predictorNames(spec));
    if (word === 'setImage') has('container', containerNames(ofPredictor(spec, told.predictor)));
    if (sound?.doing.word === 'scale' && !mistakes.isIn(place)) {
      const plan = planScale(deployment, sound.doing.request);
      if (plan.answer === 'refused') mistakes.add([...place, 'scale'], `cannot scale ${which}: ${plan.reason}`);
    }
  }
}

async function read(
  names: readonly string[],
  recursive: boolean,
  { base, stdin, env, budget }: Reading,
): Promise<Manifests> {
  return await readManifests(
    names.map((name) => fileOfPlan(name, base)),
    { recursive, stdin, env, budget },
  );
}

function predictorNames({ predictors = [] }: SeldonSpec): string[] {
  return predictors.map(({ name }) => name);
}

/** One that is named wrongly leaves all of them. */
function ofPredictor(spec: SeldonSpec, name: unknown): SeldonSpec {
  const found = spec.predictors?.filter((one) => one.name === name) ?? [];
  return found.length > 0 ? { predictors: found } : spec;
}
