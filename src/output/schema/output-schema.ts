import { documents } from './documents.ts';
import { objects, ref } from './objects.ts';
import { progressLines } from './progress-lines.ts';
import type { Schema } from './shape.ts';
import { syncLines } from './sync-lines.ts';

/** What stands only within others. */
const PARTS = ['node'];

/** What is printed, by the names that the schema gives it. */
export const described: Readonly<Record<string, Schema>> = {
  ...progressLines,
  ...syncLines,
  ...objects,
  ...documents,
};

/**
 * The JSON Schema, draft 2020-12, of everything that commands print as JSON, a line or a document at a time. What a model
 * answers to `predict` is printed as it is and is not described.
 */
export function outputSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://seldon-lifecycle.io/output/v1.schema.json',
    title: 'What the commands of kubectl-seldon-lifecycle print as JSON',
    description: 'Of this version: a later one may add fields, types and words.',
    anyOf: Object.keys(described).flatMap((name) => (PARTS.includes(name) ? [] : [ref(name)])),
    $defs: described,
  };
}
