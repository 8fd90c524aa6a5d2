import { ownValue, setOwnValue } from '../own-values.ts';
import { kubernetesFields } from './kubernetes-fields.ts';

/** A schema as CustomResourceDefinitions write it. What it does not declare is unknown. */
export interface Schema {
  type?: string;
  format?: string;
  pattern?: string;
  default?: unknown;
  nullable?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
  'x-kubernetes-preserve-unknown-fields'?: true;
  'x-kubernetes-int-or-string'?: true;
  'x-kubernetes-list-type'?: 'map';
  'x-kubernetes-list-map-keys'?: string[];
}

/** For each type the fields that are otherwise than the table of fields says: undefined for one that is not there. */
export type TypeChanges = Readonly<Record<string, Readonly<Record<string, Schema | undefined>>>>;

/** https://github.com/kubernetes/apimachinery/blob/master/pkg/api/resource/quantity.go, as generated CRDs have it. */
const QUANTITY =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';

const scalars: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  byte: { type: 'string', format: 'byte' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  number: { type: 'number' },
  time: { type: 'string', format: 'date-time', nullable: true },
  intOrString: { 'x-kubernetes-int-or-string': true },
  quantity: { 'x-kubernetes-int-or-string': true, pattern: QUANTITY },
};

/**
 * Kubernetes' own types as schemas: `typeSchemas()('PodSpec')`. A type is made once, so that it is the same object wherever it
 * is used; nothing that is asked for here refers to itself.
 */
export function typeSchemas(changes: TypeChanges = {}): (type: string) => Schema {
  const made = new Map<string, Schema>();
  const schemaOf = (text: string): Schema => {
    if (text.startsWith('[]')) return { type: 'array', items: schemaOf(text.slice(2)) };
    if (text.startsWith('map ')) return { type: 'object', additionalProperties: schemaOf(text.slice(4)) };
    return ownValue(scalars, text) ?? typeOf(text);
  };
  const typeOf = (type: string): Schema => {
    const known = made.get(type);
    if (known) return known;
    const fields = ownValue(kubernetesFields, type);
    if (fields === undefined) return { 'x-kubernetes-preserve-unknown-fields': true };
    const changed = ownValue(changes, type) ?? {};
    const required: string[] = [];
    const properties: Record<string, Schema> = {};
    for (const [, name = '', mark, text = ''] of fields.matchAll(/([^\s,!:]+)(!?): ([^,]+)/g)) {
      if (Object.hasOwn(changed, name)) continue;
      if (mark) required.push(name);
      setOwnValue(properties, name, schemaOf(text));
    }
    for (const [name, schema] of Object.entries(changed)) if (schema) setOwnValue(properties, name, schema);
    const schema: Schema = { type: 'object', properties, ...(required.length > 0 && { required }) };
    made.set(type, schema);
    return schema;
  };
  return schemaOf;
}
