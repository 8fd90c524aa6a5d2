import type { FieldPath, PositionOf } from './manifest.ts';

/** One document of a file, as plain values, and where each of them stands. */
export interface ReadDocument {
  content: unknown;
  positionOf: PositionOf;
  /** The same for each item of the list at a path, which takes one reading of the text and not one for each. */
  itemsAt?(path: FieldPath): PositionOf[];
}
