import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { Schema } from '../../src/sandbox/kubernetes-types.ts';
import { seldonDeploymentCrd, seldonDeploymentSchema } from '../../src/sandbox/operator/crd.ts';

/** Seldon's own definition: CONTRIBUTING says where it is to be had. */
const original = process.env.SELDON_CRD;

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
      where.filter((line) => !/conditions|parameters|componentSpecs\[\]\.\w+[.[]|containerSpec|svcOrchSpec/.test(line)),
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

  it('knows graph nodes with ten levels of children', () => {
    assert.ok(paths.has(`.spec.predictors[].graph${'.children[]'.repeat(10)}.name`));
    assert.ok(!paths.has(`.spec.predictors[].graph${'.children[]'.repeat(10)}.children`));
  });

  it('knows observedGeneration, which is never set', () => {
    assert.ok(paths.has('.status.observedGeneration'));
  });

  it('is the original in every field', { skip: !original && 'SELDON_CRD names no file' }, () => {
    const { versions } = originalCrd();
    assert.ok(versions.length > 0);
    const ours = fieldsOf(seldonDeploymentSchema);
    for (const { schema } of versions) {
      const theirs = fieldsOf(schema.openAPIV3Schema);
      const differences = [...new Set([...ours.keys(), ...theirs.keys()])].filter(
        (path) => ours.get(path) !== theirs.get(path),
      );
      assert.deepEqual(
        differences.map((path) => `${path}: ${ours.get(path)}, not ${theirs.get(path)}`),
        [],
      );
    }
  });
});

function originalCrd(): { versions: { schema: { openAPIV3Schema: Schema } }[] } {
  const documents = parseAllDocuments(readFileSync(original ?? '', 'utf8')).map((document) => document.toJS());
  return documents.find(({ kind }) => kind === 'CustomResourceDefinition').spec;
}

/** What is said of each field; not what only server-side apply reads, since all of it is in an atomic list. */
function fieldsOf(root: Schema): Map<string, string> {
  return new Map(
    [...walk(root)].map(([path, schema]) => {
      const { type, format, pattern, nullable, required = [], default: filledIn } = schema;
      const keys = schema['x-kubernetes-list-map-keys'];
      const isEither = schema['x-kubernetes-int-or-string'];
      const isOpen = schema['x-kubernetes-preserve-unknown-fields'];
      const all = { type, format, pattern, nullable, required: [...required].sort(), filledIn, keys, isEither, isOpen };
      return [path, JSON.stringify(all)];
    }),
  );
}
