import { Failure } from '../failures.ts';
import { relaxedJsonPath } from './jsonpath.ts';

/**
 * The values at a relaxed path in an object. What is not there yet, an item of a list that is still too short too, is no
 * value. Throws BadInput for what is no path.
 */
export function valuesAt(path: string, object: object): unknown[] {
  const parsed = relaxedJsonPath(path);
  try {
    return parsed.valuesIn(object).flat();
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
