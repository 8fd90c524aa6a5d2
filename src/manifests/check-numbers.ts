import type { ReadDocument } from './document.ts';
import { type FieldPath, pathInWords } from './manifest.ts';
import { Misread } from './mistakes.ts';

/**
 * Throws Misread for a number that could not be sent as it is written: JSON has neither infinity nor NaN, and an integer
 * beyond 2^53 would lose digits on its way through this program.
 */
export function checkNumbers({ content, positionOf }: ReadDocument): void {
  const wrong = unsendable(content, []);
  if (!wrong) return;
  const { path, value } = wrong;
  const why = Number.isFinite(value) ? 'would lose digits: put it in quotes if it is text' : 'is not a number in JSON';
  throw new Misread({
    position: positionOf(path),
    problem: `${pathInWords(path) || 'the document'}: this number ${why}`,
  });
}

function unsendable(value: unknown, path: FieldPath): { path: FieldPath; value: number } | undefined {
  if (typeof value === 'number') return isSendable(value) ? undefined : { path, value };
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'number' && typeof inner !== 'object') continue;
    const wrong = unsendable(inner, [...path, isList ? Number(key) : key]);
    if (wrong) return wrong;
  }
  return undefined;
}

/** From 1e21 on a number is written with an exponent, and stands for itself. */
function isSendable(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21);
}
