import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';

/** Where something stands in a file. Line and column count from 1. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

/** In place of a file, of what flags say. */
export const FLAGS = 'flags';

export type FieldPath = readonly (string | number)[];

/** Where a field stands: its value unless asked for its key; the nearest one above it if it is not there. */
export type PositionOf = (path: FieldPath, part?: 'key' | 'value') => Position;

/** One object of a file, before anything is asked of it but that it is one. */
export interface ParsedObject {
  object: Record<string, unknown>;
  positionOf: PositionOf;
}

/** A SeldonDeployment as a file has it. */
export interface Manifest {
  deployment: SeldonDeployment;
  positionOf: PositionOf;
  /** The fields that the file sets to null, and that `deployment` does not have. */
  nulls?: readonly FieldPath[];
}

/** Any other object that stands beside the deployments and that they need: a Secret, a ServiceAccount, a ConfigMap. */
export interface OtherResource {
  object: KubernetesObject & { apiVersion: string; kind: string };
  positionOf: PositionOf;
  /** As of a Manifest. */
  nulls?: readonly FieldPath[];
}

/** All that `-f` names; at least one deployment. */
export interface Manifests {
  deployments: Manifest[];
  /** In the order of the files. */
  others: OtherResource[];
}

export function at({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}

/** A path as people write it: spec.predictors[0].graph */
export function pathInWords(path: FieldPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}
