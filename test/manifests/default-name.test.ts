import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nameOfModel } from '../../src/manifests/default-name.ts';

describe('The name of a deployment that nobody has named', () => {
  const cases: [image: string | undefined, modelUri: string | undefined, name: string | undefined][] = [
    ['roadsigns1', undefined, 'roadsigns1'],
    ['registry.example:5000/team/roadsigns1:1.0', undefined, 'roadsigns1'],
    ['registry.example/iris@sha256:0123', undefined, 'iris'],
    ['registry.example:5000/iris', undefined, 'iris'],
    ['Example/My_Model:1', undefined, 'my-model'],
    [undefined, 'gs://bucket/v1.18/sklearn/iris/', 'iris'],
    [undefined, 's3://bucket/model.v2', 'model-v2'],
    ['___:1', undefined, undefined],
    [undefined, undefined, undefined],
  ];
  for (const [image, modelUri, name] of cases) {
    it(`is ${name} for ${image ?? modelUri}`, () => assert.equal(nameOfModel({ image, modelUri }), name));
  }
});
