import path from 'node:path';
import type { Readable } from 'node:stream';
import type { PlanStep } from '../execution/plan.ts';
import { BadInput } from '../failures.ts';
import { inNamespaces, type NamespaceChoice } from '../manifests/choose-namespace.ts';
import type { FieldPath, Manifest, Manifests } from '../manifests/manifest.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { ownValue } from '../own-values.ts';
import type { ReadingBudget } from '../reading/reading-budget.ts';
import { listOf } from '../steps/step-definition.ts';
import { stepTable } from '../steps/step-table.ts';
import type { WrittenStep } from './check-order.ts';
import { didYouMean, type Mistakes } from './mistakes.ts';
import type { PlanFile } from './plan.ts';
import { isOpen } from './values.ts';

export interface Reading {
  /** The folder that names are relative to. */
  base: string;
  stdin: Readable;
  env: Readonly<Record<string, string | undefined>>;
  /** For the plan and all that it names. */
  budget: ReadingBudget;
  /** Told each address that a step names, in place of asking it: nothing is sent to anybody. */
  unasked?: ((step: FieldPath, address: string) => void) | undefined;
  /** Which steps are carried out: all of the plan, those that a dry run tries on the server, or none. */
  carriesOut?: 'all' | 'tried' | 'none' | undefined;
  /** Whether the environment has said a part of what stands here in the plan. */
  isOfEnvironment?: ((place: FieldPath) => boolean) | undefined;
  /** As in ManifestOptions. */
  remark?: ((text: string) => void) | undefined;
}

/** Where a file is that a plan names: standard input and whole paths as they are. */
export function fileOfPlan(name: string, base: string): string {
  const isElsewhere = name === '-' || path.isAbsolute(name) || isAddress(name);
  return isElsewhere ? name : path.join(base, name);
}

function isAddress(name: string): boolean {
  return /^https?:/.test(name);
}

/** The plan with what its steps apply. Throws BadInput for the first thing that is wrong with that. */
export async function withManifests(plan: PlanFile, reading: Reading): Promise<PlanFile> {
  const read = async (one: PlanStep): Promise<PlanStep> => {
    const { applies } = one.step;
    return applies ? { ...one, manifests: await readApplied(applies, reading) } : one;
  };
  const parts = { steps: [...plan.steps], onFailure: [...plan.onFailure], lastly: [...plan.lastly] };
  // One after the other: standard input can be read once.
  for (const part of Object.values(parts)) for (const [index, one] of part.entries()) part[index] = await read(one);
  return { ...plan, ...parts };
}

/** The plan with a namespace for everything that it applies. Throws BadInput as inNamespaces does. */
export function placeManifests(plan: PlanFile, choice: NamespaceChoice): PlanFile {
  const place = (steps: readonly PlanStep[]) =>
    steps.map((one) => (one.manifests ? { ...one, manifests: inNamespaces(one.manifests, choice) } : one));
  return { ...plan, steps: place(plan.steps), onFailure: place(plan.onFailure), lastly: place(plan.lastly) };
}

/** What the steps of a plan apply that may be wrong: by the path of the step, with what is wrong in the files told to `mistakes`. */
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
      const filename = listOf(told.filename).filter((name, index) => {
        if (!isAddress(name)) return true;
        const path = Array.isArray(told.filename) ? [...at, index] : at;
        if (reading.isOfEnvironment?.(path)) {
          const problem = mayNotBeSent(place, reading.carriesOut);
          if (problem !== undefined) {
            mistakes.add(path, problem);
            return false;
          }
        }
        const isAsked = !reading.unasked && (place[0] !== 'onFailure' || reading.carriesOut === 'all');
        if (!isAsked) reading.unasked?.(at, name);
        return isAsked;
      });
      if (filename.length === 0) continue;
      const manifests = await readApplied({ filename, recursive: told.recursive === true }, reading);
      applied.set(JSON.stringify(place), manifests);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      mistakes.add(at, error.message);
      for (const detail of error.details) mistakes.addElsewhere(detail);
    }
  }
  return applied;
}

/**
 * What a value of the environment has no business in an address for: files are read before the first step, whatever the
 * end of it, and a value goes only to where a step sends it that is carried out. Undefined: it has.
 */
function mayNotBeSent([part]: FieldPath, carriesOut: Reading['carriesOut']): string | undefined {
  if (part === 'onFailure') {
    return 'an address with a value of the environment: files of onFailure are read before a step fails';
  }
  if (carriesOut !== 'none') return undefined;
  return 'an address with a value of the environment, which --dry-run=client sends to nobody: set the value with --set, or use --dry-run=server';
}

/** What a step asks of deployments that they do not have or cannot do, as far as their files show. */
export function checkAgainstManifests(
  { path: place, word, told, sound }: WrittenStep,
  manifests: readonly Manifest[],
  mistakes: Mistakes,
): void {
  if (word === undefined) return;
  const { namesIn, refuses } = stepTable[word];
  for (const { deployment } of manifests) {
    const which = `seldondeployment "${deployment.metadata.name}"`;
    for (const [field, names] of Object.entries(namesIn?.(deployment.spec ?? {}, told) ?? {})) {
      const name = ownValue(told, field);
      const at = [...place, word, field];
      if (typeof name !== 'string' || isOpen(name) || mistakes.isIn(at) || names.includes(name)) continue;
      mistakes.add(at, `${which} has no ${field} "${name}": ${didYouMean(name, names)}`);
    }
    const refusal = sound && !mistakes.isIn(place) ? refuses?.(deployment, told) : undefined;
    if (refusal !== undefined) mistakes.add([...place, word], refusal);
  }
}

async function readApplied(
  { filename, recursive }: { filename: readonly string[]; recursive: boolean },
  { base, stdin, env, budget, remark }: Reading,
): Promise<Manifests> {
  const names = filename.map((name) => fileOfPlan(name, base));
  return await readManifests(names, { recursive, stdin, env, budget, remark });
}
