import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';

/** Where something stands in a file. Line and column count from 1. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

export type FieldPath = readonly (string | number)[];

/** One object of a file, before anything is asked of it but that it is one. */
export interface ParsedObject {
  object: Record<string, unknown>;
  /** Where a field stands; the nearest one above it if it is not there. */
  positionOf(path: FieldPath): Position;
}

/** A SeldonDeployment as a file has it. */
export interface Manifest {
  deployment: SeldonDeployment;
  positionOf(path: FieldPath): Position;
}

export function at({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
