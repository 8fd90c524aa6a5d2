import { BadInput } from '../failures.ts';
import { readPayload } from '../predict/read-payload.ts';
import type { WrittenStep } from './check-order.ts';
import type { Mistakes } from './mistakes.ts';
import { fileOfPlan, type Reading } from './plan-manifests.ts';

/** Puts what the files of payloads hold in the place of their names, so that they are read before anything is changed. */
export async function readPayloads(
  steps: readonly WrittenStep[],
  { base, stdin, budget }: Pick<Reading, 'base' | 'stdin' | 'budget'>,
  mistakes: Mistakes,
): Promise<void> {
  for (const { path, told, sound } of steps) {
    if (sound?.doing.word !== 'predict') continue;
    const field = told.filename === undefined ? 'data' : 'filename';
    if (field === 'data' && typeof told.data !== 'string') continue;
    try {
      const given = field === 'data' ? String(told.data) : `@${fileOfPlan(String(told.filename), base)}`;
      // Text that begins so is no name of a file here, and no JSON.
      told.data = await readPayload(field === 'data' ? given.replace(/^(@|-$)/, ' $1') : given, stdin, budget);
      delete told.filename;
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      mistakes.add([...path, 'predict', field], error.message);
    }
  }
}
