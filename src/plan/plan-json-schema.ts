import type { Shape } from '../steps/fields.ts';
import { PLAN } from './language.ts';

type Schema = Record<string, unknown>;

/** In place of anything that is no text there may be a value: ${NAME}. */
const REFERENCE = { type: 'string', pattern: '^\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}$' };

/**
 * The JSON Schema of plans, draft 2020-12, for editors: the same shapes that a plan is checked by.
 * https://json-schema.org/draft/2020-12/schema
 */
export function planJsonSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://seldon-lifecycle.io/plan/v1alpha1.schema.json',
    title: 'A plan of kubectl seldon-lifecycle',
    ...schemaOf(PLAN),
  };
}

function schemaOf(shape: Shape): Schema {
  switch (shape.is) {
    case 'text':
      return { type: ['string', 'number', 'boolean'], minLength: 1 };
    case 'whole number':
      return { anyOf: [{ type: 'integer', minimum: shape.from, maximum: 2 ** 31 - 1 }, REFERENCE] };
    case 'true or false':
      return { anyOf: [{ type: 'boolean' }, REFERENCE] };
    case 'duration':
      return {
        type: 'string',
        pattern: `^(\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$|${REFERENCE.pattern}`,
        examples: ['90s', '5m', '1m30s'],
      };
    case 'constant':
      return { const: shape.value };
    case 'word':
      return { anyOf: [{ enum: shape.words }, REFERENCE] };
    case 'anything':
      return {};
    case 'object or list':
      return { type: ['object', 'array'] };
    case 'list': {
      const list = { type: 'array', minItems: 1, items: schemaOf(shape.of) };
      return shape.orOne ? { anyOf: [schemaOf(shape.of), list] } : list;
    }
    case 'named':
      return {
        type: 'object',
        propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
        additionalProperties: { anyOf: [schemaOf(shape.of), { type: 'null' }] },
      };
    case 'fields':
      return fieldsSchema(shape);
  }
}

function fieldsSchema({ fields, oneOf, someOf }: Extract<Shape, { is: 'fields' }>): Schema {
  const entries = Object.entries(fields);
  const required = entries.flatMap(([name, field]) => (field.required ? [name] : []));
  const asked = required.length > 0 || oneOf || someOf;
  const each = (names: readonly string[]) => names.map((name) => ({ required: [name] }));
  return {
    // `delete:` with nothing is a step of its own.
    type: asked ? 'object' : ['object', 'null'],
    additionalProperties: false,
    properties: Object.fromEntries(
      entries.map(([name, { shape, says }]) => [name, { description: says, ...schemaOf(shape) }]),
    ),
    ...(required.length > 0 && { required }),
    ...(oneOf && { oneOf: each(oneOf) }),
    ...(someOf && { anyOf: each(someOf) }),
  };
}
