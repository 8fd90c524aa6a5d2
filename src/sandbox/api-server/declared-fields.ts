import { ownValue, setOwnValue } from '../../own-values.ts';
import { typeSchemas } from '../kubernetes-types.ts';
import { any, type MergeSchema } from './managed-fields/merge-schema.ts';
import { mergeSchemaOf, type StructuralSchema } from './structural-schema.ts';

const types = typeSchemas();

/** The fields of every object's metadata. */
export const objectMetaFields: StructuralSchema = types('ObjectMeta');

/** The fields of a built-in kind; undefined for CustomResourceDefinitions, whose schemas refer to themselves. */
export function declaredFields(kind: string): StructuralSchema | undefined {
  const schema: StructuralSchema = types(kind);
  return schema.type === undefined ? undefined : schema;
}

/** The same for server-side apply: `marks` says which lists have keys and what is one field, the schema what is declared. */
export function withDeclaredFields(marks: MergeSchema, schema: StructuralSchema | undefined): MergeSchema {
  if (schema === undefined) return marks;
  const { type, properties, items, additionalProperties } = schema;
  if (type === 'array' && items) {
    const list = marks.type === 'list' ? marks : ({ type: 'list', element: any, identity: 'atomic' } as const);
    return { ...list, element: withDeclaredFields(list.element, items) };
  }
  if (type !== 'object') return mergeSchemaOf(schema);
  const isAtomic = (marks.type === 'struct' || marks.type === 'map') && marks.atomic === true;
  const atomic = isAtomic ? { atomic: true } : {};
  if (!properties && additionalProperties && additionalProperties !== true) {
    return { type: 'map', element: withDeclaredFields(any, additionalProperties), ...atomic };
  }
  const fields: Record<string, MergeSchema> = {};
  for (const [name, below] of Object.entries(properties ?? {})) {
    const marked = marks.type === 'struct' ? ownValue(marks.fields, name) : undefined;
    setOwnValue(fields, name, withDeclaredFields(marked ?? any, below));
  }
  return { type: 'struct', fields, open: false, ...atomic };
}
