import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Advice } from '../../src/advice/advice.ts';
import { Failure } from '../../src/failures.ts';
import { type CheckedPlan, readPlan } from '../../src/plan/read-plan.ts';
import { modelYaml } from '../behaviour/models.ts';
import { written } from '../written.ts';

export const HEAD = 'apiVersion: seldon-lifecycle.io/v1alpha1\nkind: Plan\n';

export interface Said {
  set?: string[];
  env?: Record<string, string>;
}

/** Reads a plan from a folder of its own, in which model.yaml holds the model iris. */
export async function planOf(text: string, { set = [], env = {} }: Said = {}): Promise<CheckedPlan> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plan-'));
  try {
    writeFileSync(path.join(folder, 'model.yaml'), modelYaml());
    writeFileSync(path.join(folder, 'plan.yaml'), text);
    return await readPlan(path.join(folder, 'plan.yaml'), { set, env }, Readable.from([]));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const brief = (line: Advice) => written(line).replaceAll(`${folder}/`, '');
    throw new Failure(error.exitCode, brief(error.message), { details: error.details.map(brief), hint: error.hint });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What is wrong with a plan, a line each. */
export async function mistakesIn(text: string, said?: Said): Promise<string[]> {
  try {
    await planOf(text, said);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.details.length > 0 ? error.details.map(written) : [error.message];
  }
}
