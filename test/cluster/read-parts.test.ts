import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { anything, listOf, mapOf, number, object, text } from '../../src/cluster/form.ts';
import { deployments, pods } from '../../src/cluster/kinds.ts';
import { readParts } from '../../src/cluster/read-parts.ts';

const form = object({ name: text, labels: mapOf(text), ports: listOf(object({ port: number })), free: anything });

const cases: [what: string, value: string, parts: string][] = [
  ['fields of the form, and no others', '{name: a, uid: u}', '{name: a}'],
  ['all keys of a map', '{labels: {a: b, c: d}}', '{labels: {a: b, c: d}}'],
  ['the fields of each item', '{ports: [{port: 1, name: http}, {name: none}]}', '{ports: [{port: 1}, {}]}'],
  ['whatever is in what may be anything', '{free: {a: [{b: c}]}}', '{free: {a: [{b: c}]}}'],
  ['what is inherited by none', '{constructor: a}', '{}'],
];

describe('What is kept of an answer', () => {
  for (const [what, value, parts] of cases) {
    it(`is ${what}`, () => assert.deepEqual(readParts(parse(value), form), parse(parts)));
  }

  it('is of a Deployment its revision, no copy of it in an annotation, and of its environment what may name a Service beside it', () => {
    const kept = deployments.keep(
      parse(`
        metadata:
          name: d
          generation: 2
          managedFields: [{manager: m}]
          ownerReferences: [{kind: SeldonDeployment, name: iris, uid: u}]
          annotations: {deployment.kubernetes.io/revision: '3', seldon.io/last-applied: '{}'}
        spec: {replicas: 1, template: {spec: {containers: [{name: c, image: i, env: [{name: A, value: b}, {name: B, value: 'http://iris-main:8000'}, {name: C}], resources: {}}]}}}
        status: {observedGeneration: 2, terminatingReplicas: 0}`),
    );
    assert.deepEqual(
      kept,
      parse(`
        metadata:
          name: d
          generation: 2
          ownerReferences: [{kind: SeldonDeployment, name: iris, uid: u}]
          annotations: {deployment.kubernetes.io/revision: '3'}
        spec: {replicas: 1, template: {spec: {containers: [{name: c, image: i, env: [{value: 'http://iris-main:8000'}]}]}}}
        status: {observedGeneration: 2}`),
    );
  });

  it('is of a pod that a SeldonDeployment may have what tells why it is not ready, of others who they are', () => {
    const owned = 'ownerReferences: [{kind: ReplicaSet, name: r, uid: u}]';
    const pod = (metadata: string) =>
      parse(`
        metadata: {name: p, labels: {a: b}, ${metadata}}
        spec: {nodeName: n, containers: [{name: c, image: i, env: [{name: A, value: b}]}], volumes: [{name: v}]}
        status: {phase: Running, podIPs: [{ip: 10.0.0.1}], containerStatuses: [{name: c, ready: true, restartCount: 0, imageID: x}]}`);
    assert.deepEqual(
      pods.keep(pod(owned)),
      parse(`
        metadata: {name: p, ${owned}}
        spec: {nodeName: n, containers: [{name: c, image: i}]}
        status: {phase: Running, containerStatuses: [{name: c, ready: true, restartCount: 0}]}`),
    );
    assert.deepEqual(pods.keep(pod('uid: u')), parse('{metadata: {name: p, uid: u}}'));
  });
});
