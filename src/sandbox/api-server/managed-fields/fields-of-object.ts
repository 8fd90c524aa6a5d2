import { isJsonObject } from '../objects.ts';
import { emptySet, type FieldPath, type FieldSet, insertPath, isEmptySet } from './field-set.ts';
import { fieldSchema, isAtomic, itemElement, type MergeSchema, schemaFor } from './merge-schema.ts';

/**
 * Every field that an applied object names.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/tofieldset.go
 */
export function fieldsOfObject(schema: MergeSchema, object: unknown): FieldSet {
  const set = emptySet();
  collect(schema, object, [], set);
  return set;
}

function collect(schema: MergeSchema, value: unknown, path: FieldPath, set: FieldSet): void {
  const shape = schemaFor(schema, value);
  if (shape.type === 'scalar' || shape.type === 'any' || isAtomic(shape)) {
    insertPath(set, path);
  } else if (shape.type === 'list') {
    for (const item of Array.isArray(value) ? value : []) {
      const element = itemElement(shape, item);
      if (element === undefined) continue;
      collect(shape.element, item, [...path, element], set);
      insertPath(set, [...path, element]);
    }
  } else if (isJsonObject(value)) {
    for (const [field, below] of Object.entries(value)) {
      const fieldPath = [...path, `f:${field}`];
      collect(fieldSchema(shape, field), below, fieldPath, set);
      const isEmpty = below === null || (isJsonObject(below) && Object.keys(below).length === 0);
      if (isEmpty || shape.type === 'map') insertPath(set, fieldPath);
    }
  }
}

/**
 * The set with every named field above a member made a member too. Field sets leave those out (owning `.spec.replicas`
 * is not owning `.spec`), but removing fields needs them, so that nothing empty is left behind.
 */
export function withNamedFields(schema: MergeSchema, set: FieldSet): FieldSet {
  const result: FieldSet = { member: set.member, children: new Map() };
  for (const [element, child] of set.children) {
    let below: MergeSchema = { type: 'any' };
    let isNamedField = false;
    if (element.startsWith('f:') && (schema.type === 'struct' || schema.type === 'map' || schema.type === 'any')) {
      isNamedField = schema.type !== 'map';
      if (schema.type !== 'any') below = fieldSchema(schema, element.slice(2));
    } else if (schema.type === 'list') {
      below = schema.element;
    }
    const extended = withNamedFields(below, child);
    if (isNamedField && !isEmptySet(child)) extended.member = true;
    result.children.set(element, extended);
  }
  return result;
}
