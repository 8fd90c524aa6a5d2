import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { handedOver, leftoversOf, withoutPaths } from '../../src/kubernetes/leftover-fields.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';

/** Fields of theirs, which are given up, and of others; what goes with them, and what is left of the object. */
const cases: { it: string; object: string; theirs: string; others: string; paths: string[]; left?: string }[] = [
  {
    it: 'a label that only they have',
    object: '{metadata: {name: m, labels: {a: 1, b: 2}}, spec: {x: 1}}',
    theirs: '{f:metadata: {f:labels: {.: {}, f:a: {}, f:b: {}}}}',
    others: '{f:metadata: {f:labels: {f:a: {}}}}',
    paths: ['/metadata/labels/b'],
    left: '{metadata: {name: m, labels: {a: 1}}, spec: {x: 1}}',
  },
  {
    it: 'nothing that others have too',
    object: '{metadata: {name: m}, spec: {x: 1, y: {z: 1}}}',
    theirs: '{f:spec: {f:x: {}, f:y: {f:z: {}}}}',
    others: '{f:spec: {.: {}, f:x: {}, f:y: {f:z: {}}}}',
    paths: [],
  },
  {
    it: 'all of what nobody else has anything in, but never the metadata itself',
    object: '{metadata: {name: m, annotations: {a/b~c: x}}, data: {k: v}}',
    theirs: '{f:metadata: {f:annotations: {f:a/b~c: {}}}, f:data: {f:k: {}}}',
    others: '{}',
    paths: ['/metadata/annotations', '/data'],
    left: '{metadata: {name: m}}',
  },
  {
    it: 'a key with a slash and a tilde, as a pointer has them',
    object: '{metadata: {name: m, annotations: {a/b~c: x, d: y}}}',
    theirs: '{f:metadata: {f:annotations: {f:a/b~c: {}}}}',
    others: '{f:metadata: {f:annotations: {f:d: {}}}}',
    paths: ['/metadata/annotations/a~1b~0c'],
    left: '{metadata: {name: m, annotations: {d: y}}}',
  },
  {
    it: 'items of lists by their keys, the last first',
    object: '{metadata: {name: m}, spec: {ports: [{port: 1}, {port: 2, name: b}, {port: 3}]}}',
    theirs: `{f:spec: {f:ports: {'k:{"port":1}': {.: {}, f:port: {}}, 'k:{"port":2}': {f:name: {}}, 'k:{"port":3}': {.: {}}}}}`,
    others: `{f:spec: {f:ports: {'k:{"port":2}': {.: {}, f:port: {}}}}}`,
    paths: ['/spec/ports/2', '/spec/ports/1/name', '/spec/ports/0'],
    left: '{metadata: {name: m}, spec: {ports: [{port: 2}]}}',
  },
  {
    it: 'items of sets by their values',
    object: '{metadata: {name: m, finalizers: [a.b/c, d.e/f]}}',
    theirs: `{f:metadata: {f:finalizers: {.: {}, 'v:"a.b/c"': {}, 'v:"d.e/f"': {}}}}`,
    others: `{f:metadata: {f:finalizers: {'v:"a.b/c"': {}}}}`,
    paths: ['/metadata/finalizers/1'],
    left: '{metadata: {name: m, finalizers: [a.b/c]}}',
  },
  {
    it: 'neither the status nor what is not there any more',
    object: '{metadata: {name: m}, spec: {x: 1}, status: {state: s}}',
    theirs: '{f:spec: {f:gone: {}}, f:status: {f:state: {}}}',
    others: '{f:spec: {f:x: {}}}',
    paths: [],
  },
  {
    it: 'nothing by keys that every object inherits, or that are no keys',
    object: '{metadata: {name: m}, spec: {x: 1, list: [{a: 1}]}}',
    theirs: `{f:spec: {f:constructor: {}, f:__proto__: {}, f:list: {'k:{nonsense': {}, i:0: {}}}}`,
    others: '{f:spec: {f:x: {}, f:list: {}}}',
    paths: [],
  },
];

const isTheirs = ({ manager }: { manager?: string }) => manager === 'them';

describe('With the managers whose fields are given up goes', () => {
  for (const { it: sentence, object: yaml, theirs, others, paths, left } of cases) {
    it(sentence, () => {
      const object: KubernetesObject = parse(yaml);
      object.metadata.managedFields = [
        { manager: 'us', operation: 'Apply', fieldsV1: parse(others) },
        { manager: 'them', operation: 'Update', fieldsV1: parse(theirs) },
      ];
      const leftovers = leftoversOf(object, isTheirs);
      assert.deepEqual(leftovers?.paths, paths);
      assert.deepEqual(leftovers.managedFields, [object.metadata.managedFields[0]]);
      const { managedFields: _, ...metadata } = object.metadata;
      const plain = { ...object, metadata };
      assert.deepEqual(withoutPaths(plain, paths), left === undefined ? plain : parse(left));
    });
  }

  it('nothing at all where there is none of them', () => {
    const metadata = { name: 'm', managedFields: [{ manager: 'us', fieldsV1: {} }] };
    assert.equal(leftoversOf({ metadata }, isTheirs), undefined);
  });
});

describe('Handed over', () => {
  const entry = (manager: string, operation: string, fieldsV1: string, more = {}) => ({
    manager,
    operation,
    fieldsV1: parse(fieldsV1),
    ...more,
  });

  it('are all fields of those who give theirs up, to the one entry of who takes them', () => {
    const metadata = {
      name: 'm',
      managedFields: [
        entry('them', 'Update', '{f:spec: {f:x: {}}}', { apiVersion: 'v1' }),
        entry('others', 'Update', '{f:spec: {f:z: {}}}'),
        entry('us', 'Apply', '{f:spec: {f:y: {}}}', { apiVersion: 'v1' }),
        entry('us', 'Update', '{f:status: {}}', { subresource: 'status' }),
      ],
    };
    assert.deepEqual(handedOver({ metadata }, isTheirs, 'us'), [
      entry('us', 'Apply', '{f:spec: {f:x: {}, f:y: {}}}', { apiVersion: 'v1' }),
      metadata.managedFields[1],
      metadata.managedFields[3],
    ]);
  });

  it('is all that a file can set, where nobody is known to have set it', () => {
    const metadata = { name: 'm', uid: 'u', labels: { a: '1' } };
    const object = { apiVersion: 'v1', kind: 'K', metadata, spec: { x: { y: [1] } }, status: { s: 1 } };
    assert.deepEqual(
      handedOver(object, () => true, 'us'),
      [
        entry('us', 'Apply', '{f:spec: {f:x: {f:y: {}}}, f:metadata: {f:labels: {f:a: {}}, f:annotations: {}}}', {
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
        }),
      ],
    );
  });
});
