import { inputLimits } from '../../reading/input-limits.ts';

export const tooLong = `of more than ${inputLimits.nameLetters} characters`;

/** Whether something that the source calls its own by comes back in too many places to be so long. */
export function isTooLong(name: unknown): boolean {
  return typeof name === 'string' && name.length > inputLimits.nameLetters;
}
