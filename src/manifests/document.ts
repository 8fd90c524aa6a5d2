import type { PositionOf } from './manifest.ts';

/** One document of a file, as plain values, and where each of them stands. */
export interface ReadDocument {
  content: unknown;
  positionOf: PositionOf;
}
