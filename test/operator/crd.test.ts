import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Schema, seldonDeploymentCrd, seldonDeploymentSchema } from '../../src/sandbox/operator/crd.ts';

/** Each schema with its path, as in an error message of the API server. */
function* walk(schema: Schema, path = ''): Generator<[string, Schema]> {
  yield [path, schema];
  for (const [name, property] of Object.entries(schema.properties ?? {})) yield* walk(property, `${path}.${name}`);
  if (schema.items) yield* walk(schema.items, `${path}[]`);
  if (schema.additionalProperties) yield* walk(schema.additionalProperties, `${path}.*`);
}

const paths = new Map(walk(seldonDeploymentSchema));

describe('the CRD', () => {
  it('is structural: every schema has a type or is an int-or-string', () => {
    for (const [path, schema] of paths) assert.ok(schema.type || schema['x-kubernetes-int-or-string'], path);
  });

  it('serves three versions and stores v1', () => {
    const versions = seldonDeploymentCrd.spec.versions.map(({ name, served, storage }) => [name, served, storage]);
    assert.deepEqual(versions, [
      ['v1', true, true],
      ['v1alpha2', true, false],
      ['v1alpha3', true, false],
    ]);
  });

  it('has no columns and no label selector for scaling', () => {
    for (const version of seldonDeploymentCrd.spec.versions) {
      assert.ok(!('additionalPrinterColumns' in version));
      assert.deepEqual(Object.keys(version.subresources.scale), ['specReplicasPath', 'statusReplicasPath']);
    }
  });

  it('requires what the original requires', () => {
    const required = [...paths].filter(([path, schema]) => schema.required && !path.includes('children'));
    const where = required.map(([path, schema]) => `${path}: ${schema.required?.join()}`);
    assert.deepEqual(
      where.filter(
        (line) => !/ownerReferences|conditions|parameters|triggers\[\]|env\[\]|containerSpec|containers\[\]/.test(line),
      ),
      [
        '.spec: predictors',
        '.spec.predictors[]: graph,name',
        '.spec.predictors[].componentSpecs[].hpaSpec: maxReplicas',
        '.spec.predictors[].componentSpecs[].kedaSpec: triggers',
        '.spec.predictors[].componentSpecs[].spec: containers',
        '.spec.predictors[].graph: name',
      ],
    );
  });

  it('sets one default: the protocol of a port', () => {
    const defaults = [...paths].filter(([, schema]) => schema.default !== undefined);
    assert.ok(defaults.length > 0);
    for (const [path, schema] of defaults)
      assert.deepEqual([path.endsWith('.ports[].protocol'), schema.default], [true, 'TCP']);
  });

  it('knows graph nodes to a depth of ten', () => {
    assert.ok(paths.has(`.spec.predictors[].graph${'.children[]'.repeat(9)}.name`));
    assert.ok(!paths.has(`.spec.predictors[].graph${'.children[]'.repeat(10)}.name`));
  });

  it('knows observedGeneration, which is never set, and no service_port of a graph node', () => {
    assert.ok(paths.has('.status.observedGeneration'));
    assert.ok(!paths.has('.spec.predictors[].graph.endpoint.service_port'));
  });
});
