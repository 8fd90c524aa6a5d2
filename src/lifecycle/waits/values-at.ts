import { Failure } from '../../failures.ts';
import { relaxedJsonPath } from '../../jsonpath/jsonpath.ts';

/** The values at a path of kubectl's JSONPath. What is not there yet, an item of a list that is too short too, is none. */
export function valuesAt(path: string, object: object): unknown[] {
  try {
    return relaxedJsonPath(path).valuesIn(object).flat();
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
