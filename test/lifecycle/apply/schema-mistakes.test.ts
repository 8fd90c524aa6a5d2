import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { KindSchema } from '../../../src/cluster/openapi.ts';
import { schemaMistakes } from '../../../src/lifecycle/apply/schema-mistakes.ts';

/** As an API server publishes it: references, in a list of one where something stands beside them. */
const kind: KindSchema = parse(`
root:
  type: object
  properties:
    kind: {type: string}
    metadata: {allOf: [{$ref: '#/components/schemas/Meta'}], description: Standard metadata}
    spec:
      type: object
      required: [predictors]
      properties:
        replicas: {type: integer}
        protocol: {type: string, enum: [seldon, v2]}
        labels: {type: object, additionalProperties: {type: string}}
        anything: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: boolean}}}
        free: {type: object}
        limit: {x-kubernetes-int-or-string: true}
        ratio: {type: number}
        predictors:
          type: array
          items:
            type: object
            required: [name, mode]
            properties:
              name: {type: string}
              mode: {type: string, default: a}
              componentSpecs:
                type: array
                items:
                  type: object
                  properties:
                    replicas: {type: integer}
                    spec: {type: object, properties: {containers: {type: array, items: {type: object}}, nodeName: {type: string}}}
              loop: {$ref: '#/components/schemas/Loop'}
schemas:
  Meta: {type: object, properties: {name: {type: string}, labels: {type: object, additionalProperties: {type: string}}}}
  Loop: {$ref: '#/components/schemas/Loop'}
`);

const withSpec = (spec: string) => parse(`{kind: X, spec: {predictors: [{name: a}], ${spec}}}`);
const withPredictor = (predictor: string) => parse(`{kind: X, spec: {predictors: [{name: a, ${predictor}}]}}`);

const cases: [name: string, object: unknown, mistakes: string[]][] = [
  ['nothing where all is well', withSpec('replicas: 1, protocol: v2, labels: {a: b}, limit: 1, ratio: 1.5'), []],
  ['nothing where the schema says nothing', withSpec('anything: {known: true, other: 1}, free: {a: 1}'), []],
  ['nothing of fields that the server fills in', withPredictor('componentSpecs: []'), []],
  ['nothing of a schema that leads back to itself', withPredictor('loop: {a: 1}'), []],
  ['an unknown field', withSpec('zzz: 1'), ['spec.zzz: unknown field']],
  ['the word that was meant', withSpec('replica: 1'), ['spec.replica: unknown field: did you mean "replicas"?']],
  [
    'a field of a reference',
    parse('{kind: X, metadata: {lables: {}}, spec: {predictors: [{name: a}]}}'),
    ['metadata.lables: unknown field: did you mean "labels"?'],
  ],
  [
    'a field that stands beside what it belongs into',
    withPredictor('componentSpecs: [{containers: []}]'),
    ['spec.predictors[0].componentSpecs[0].containers: unknown field: did you mean "spec.containers"?'],
  ],
  [
    'a field that is indented too far',
    withPredictor('componentSpecs: [{spec: {replicas: 1}}]'),
    [
      'spec.predictors[0].componentSpecs[0].spec.replicas: unknown field: it belongs one level up, into spec.predictors[0].componentSpecs[0]',
    ],
  ],
  ['a key that every object has', withSpec('constructor: 1'), ['spec.constructor: unknown field']],
  ['a value that is missing', parse('{kind: X, spec: {}}'), ['spec.predictors is not set']],
  ['what is missing in an item', parse('{kind: X, spec: {predictors: [{}]}}'), ['spec.predictors[0].name is not set']],
  ['text in place of an object', withSpec('labels: x'), ['spec.labels: expected an object, found "x"']],
  [
    'an object in place of a list',
    parse('{kind: X, spec: {predictors: {}}}'),
    ['spec.predictors: expected a list, found an object'],
  ],
  [
    'a number in quotes',
    withSpec('replicas: "2"'),
    ['spec.replicas: expected a whole number, found "2": without the quotes'],
  ],
  ['half a number', withSpec('replicas: 1.5'), ['spec.replicas: expected a whole number, found 1.5']],
  [
    'a number in place of text',
    withSpec('labels: {a: 1}'),
    ['spec.labels.a: expected text, found 1: put it in quotes'],
  ],
  ['a word that there is not', withSpec('protocol: v3'), ['spec.protocol: expected one of seldon, v2, found "v3"']],
  [
    'true where text or a number may stand',
    withSpec('limit: true'),
    ['spec.limit: expected text or a whole number, found true'],
  ],
  [
    'true or false in quotes',
    withSpec('anything: {known: "true"}'),
    ['spec.anything.known: expected true or false, found "true": without the quotes'],
  ],
  [
    'nothing of a value that is a secret or long',
    withSpec('replicas: {password: x}'),
    ['spec.replicas: expected a whole number, found an object'],
  ],
];

describe('The schema of a kind shows', () => {
  for (const [name, object, mistakes] of cases) {
    it(name, () => {
      const found = schemaMistakes(object, kind);
      assert.deepEqual(
        found.map(({ problem, suggestion }) => (suggestion === undefined ? problem : `${problem}: ${suggestion}`)),
        mistakes,
      );
    });
  }

  it('no more than anybody reads', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`a${index}`, 1]));
    assert.equal(schemaMistakes({ ...many, spec: { predictors: [] } }, kind).length, 100);
  });
});
