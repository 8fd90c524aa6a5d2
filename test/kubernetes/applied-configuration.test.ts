import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { appliedConfiguration } from '../../src/kubernetes/applied-configuration.ts';

const object = parse(`
metadata:
  name: iris
  labels: {team: vision, added: later}
  finalizers: [example.com/a, example.com/b]
  ownerReferences: [{uid: x, name: x}, {uid: y, name: y}]
  managedFields:
  - manager: us
    operation: Update
    fieldsV1: {'f:spec': {'f:replicas': {}}}
  - manager: us
    operation: Apply
    fieldsV1:
      'f:metadata':
        'f:labels': {'f:team': {}}
        'f:finalizers': {'v:"example.com/b"': {}}
        'f:ownerReferences': {'k:{"uid":"y"}': {}}
      'f:spec': {'f:name': {}, 'f:predictors': {}, 'f:gone': {}}
spec:
  name: x
  replicas: 3
  predictors: [{name: p, replicas: 1}]
`);

describe('The fields that a manager has applied', () => {
  it('are picked out of the object, lists by their items, an atomic one as a whole', () => {
    assert.deepEqual(appliedConfiguration(object, 'us'), {
      metadata: {
        labels: { team: 'vision' },
        finalizers: ['example.com/b'],
        ownerReferences: [{ uid: 'y', name: 'y' }],
      },
      spec: { name: 'x', predictors: [{ name: 'p', replicas: 1 }] },
    });
  });

  it('are none of somebody who has only written', () => assert.equal(appliedConfiguration(object, 'you'), undefined));
});
