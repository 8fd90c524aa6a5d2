import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { planJsonSchema } from '../../src/plan/plan-json-schema.ts';
import { STEP_WORDS } from '../../src/steps/step-table.ts';

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: boolean | Schema;
}

/** The fields that a value has and the schema of its place does not. */
function undeclared(value: unknown, schema: Schema | undefined, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => undeclared(one, schema?.items, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null || isFree(schema)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const more = typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    const named = more?.anyOf?.[0] ?? more;
    const below = schema?.properties?.[key] ?? named;
    return below ? undeclared(inner, below, `${path}.${key}`) : [`${path}.${key}`];
  });
}

/** Any JSON, such as what a prediction is asked with. */
function isFree(schema: Schema | undefined): boolean {
  return schema !== undefined && !schema.properties && schema.additionalProperties === undefined;
}

describe('The JSON Schema of plans', () => {
  const schema = planJsonSchema() as Schema;

  it('is of the draft that editors know', () =>
    assert.equal(planJsonSchema().$schema, 'https://json-schema.org/draft/2020-12/schema'));

  it('declares every step, and what it does', () => {
    const step = schema.properties?.steps?.items as Schema & { oneOf: object[] };
    assert.deepEqual(
      step.oneOf,
      STEP_WORDS.map((word) => ({ required: [word] })),
    );
    assert.deepEqual(Object.keys(step.properties ?? {}), ['name', 'timeout', ...STEP_WORDS]);
  });

  it('declares everything in the plans of the demonstrations', () => {
    for (const file of ['demo/plan.yaml', 'demo/canary-plan.yaml']) {
      assert.deepEqual(undeclared(parse(readFileSync(file, 'utf8')), schema), [], file);
    }
    assert.deepEqual(undeclared({ steps: [{ scale: { replica: 1 } }] }, schema), ['.steps[0].scale.replica']);
  });

  it('lets a value stand for a number', () => {
    const replicas = schema.properties?.steps?.items?.properties?.scale?.properties?.replicas as { anyOf: object[] };
    assert.deepEqual(replicas.anyOf[0], { type: 'integer', minimum: 0, maximum: 2147483647 });
    assert.match(`\${most}`, new RegExp((replicas.anyOf[1] as { pattern: string }).pattern));
  });
});
