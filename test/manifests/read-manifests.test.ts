import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import type { Manifest, Manifests } from '../../src/manifests/manifest.ts';
import { readManifests } from '../../src/manifests/read-manifests.ts';

/** What `-f -` makes of a text. */
function readAll(text: string): Promise<Manifests> {
  return readManifests(['-'], { recursive: false, stdin: Readable.from([text]), env: {} });
}

async function read(text: string): Promise<Manifest[]> {
  return (await readAll(text)).deployments;
}

const iris = `\
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: iris
spec:
  predictors:
  - name: default
    graph: {name: classifier, implementation: SKLEARN_SERVER}
`;

const refused: [name: string, text: string, message: string][] = [
  ['an empty file', '# nothing\n', 'standard input: no SeldonDeployment in it: it is empty'],
  ['an object without a kind', 'metadata: {name: x}', 'standard input:1:1: kind is not set'],
  [
    'nothing but other kinds',
    iris.replace('SeldonDeployment', 'Deployment'),
    'standard input:2:7: expected a SeldonDeployment, found only other kinds, such as Deployment "iris"',
  ],
  [
    'the kind of another API group',
    iris.replace('machinelearning.seldon.io/v1', 'apps/v1'),
    'standard input:1:13: expected an apiVersion of machinelearning.seldon.io, for example machinelearning.seldon.io/v1: found apps/v1',
  ],
  [
    'an object without an apiVersion',
    'kind: SeldonDeployment',
    'standard input:1:1: expected an apiVersion of machinelearning.seldon.io, for example machinelearning.seldon.io/v1: it is not set',
  ],
  [
    'an object without metadata',
    changed('metadata:\n  name: iris', ''),
    'standard input:1:1: metadata.name is not set',
  ],
  ['an object without a name', changed('name: iris', 'labels: {}'), 'standard input:4:3: metadata.name is not set'],
  ['an empty name', changed('name: iris', 'name:'), 'standard input:4:8: metadata.name is not set'],
  [
    'a name that is a number',
    changed('name: iris', 'name: 2026'),
    'standard input:4:9: metadata.name: expected text, found 2026: put it in quotes',
  ],
  [
    'a name that no object may have',
    changed('name: iris', 'name: Iris_1'),
    'standard input:4:9: metadata.name "Iris_1" is not a valid name: lower case letters, digits, - and .',
  ],
  [
    'a name that would lead elsewhere on the server',
    changed('name: iris', 'name: ../../pods/x'),
    'standard input:4:9: metadata.name "../../pods/x" is not a valid name: lower case letters, digits, - and .',
  ],
  [
    'a namespace that there cannot be',
    changed('name: iris', 'name: iris\n  namespace: a.b'),
    'standard input:5:14: metadata.namespace "a.b" is not a valid namespace',
  ],
  [
    'no spec',
    'apiVersion: machinelearning.seldon.io/v1\nkind: SeldonDeployment\nmetadata: {name: iris}',
    'standard input:1:1: seldondeployment "iris" has no spec',
  ],
  [
    'no predictors',
    changed(/predictors:.*/s, 'predictors: []'),
    'standard input:6:15: spec.predictors: expected a list of at least one predictor',
  ],
  [
    'a predictor that is text',
    changed(/- name: default.*/s, '- x'),
    'standard input:7:5: spec.predictors[0]: expected an object',
  ],
  [
    'a predictor without a name',
    changed('- name: default\n   ', '-'),
    'standard input:7:5: spec.predictors[0].name is not set',
  ],
  [
    'replicas in quotes',
    changed('- name: default', '- name: default\n    replicas: "2"'),
    'standard input:8:15: replicas: expected a whole number from 0, found "2"',
  ],
  [
    'half a replica',
    changed('predictors:', 'replicas: 1.5\n  predictors:'),
    'standard input:6:13: replicas: expected a whole number from 0, found 1.5',
  ],
  [
    'less than no replicas',
    withComponent('{replicas: -1}'),
    'standard input:8:33: replicas: expected a whole number from 0, found -1',
  ],
  [
    'the replicas of an explainer that are no number',
    changed('- name: default', '- name: default\n    explainer: {replicas: two}'),
    'standard input:8:27: replicas: expected a whole number from 0, found "two"',
  ],
  [
    'children of the graph that are no list',
    changed('implementation:', 'children: {name: x}, implementation:'),
    'standard input:8:41: children: expected a list',
  ],
  [
    'a child of the graph that is nothing',
    changed('implementation:', 'children: [~], implementation:'),
    'standard input:8:42: graph: expected an object',
  ],
  [
    'componentSpecs that are no list',
    changed('    graph', '    componentSpecs: {}\n    graph'),
    'standard input:8:21: componentSpecs: expected a list',
  ],
  ['a component that is text', withComponent('x'), 'standard input:8:22: componentSpecs[0]: expected an object'],
  [
    'containers that are no list',
    withComponent('{spec: {containers: {}}}'),
    'standard input:8:42: containers: expected a list',
  ],
  [
    'a container without a name',
    withComponent('{spec: {containers: [{image: x}]}}'),
    'standard input:8:43: containers[0].name is not set',
  ],
];

describe('readManifests refuses, before anything is changed,', () => {
  for (const [name, text, message] of refused) {
    it(name, () => assert.rejects(read(text), { constructor: BadInput, message }));
  }

  it('to begin without -f', async () => {
    await assert.rejects(readManifests([], { recursive: false, stdin: Readable.from([]), env: {} }), {
      constructor: BadInput,
      message: 'must specify one of -f and a file, a directory, or - for standard input',
      hint: 'For example: -f model.yaml',
    });
  });
});

describe('readManifests', () => {
  it('passes on everything that it does not read itself', async () => {
    const [manifest] = await read(changed('name: iris', 'name: iris\n  labels: {app: x}\n  annotations: {a: b}'));
    assert.deepEqual(manifest?.deployment, {
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      metadata: { name: 'iris', labels: { app: 'x' }, annotations: { a: 'b' } },
      spec: { predictors: [{ name: 'default', graph: { name: 'classifier', implementation: 'SKLEARN_SERVER' } }] },
    });
  });

  it('leaves out what only the API server may write, as in a file saved from a cluster', async () => {
    const saved = changed(
      'name: iris',
      `name: iris
  creationTimestamp: "2026-01-01T00:00:00Z"
  deletionTimestamp: "2026-01-01T00:00:00Z"
  generation: 3
  managedFields: [{manager: kubectl}]
  resourceVersion: "17"
  selfLink: /apis/x
  uid: iris-1
status: {state: Available}`,
    );
    const [manifest] = await read(saved);
    assert.deepEqual(manifest?.deployment, (await read(iris))[0]?.deployment);
  });

  it('takes what stands beside a deployment, without what only the API server may write', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: key, uid: "1"}\nstringData: {a: b}\n---\n';
    const [companion] = (await readAll(secret + iris)).others;
    assert.deepEqual(companion?.object, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key' },
      stringData: { a: 'b' },
    });
  });

  for (const [name, companion, message] of [
    ['no name', 'apiVersion: v1\nkind: Secret\n', 'standard input:1:1: metadata.name is not set'],
    [
      'no apiVersion',
      'kind: Secret\nmetadata: {name: key}\n',
      'standard input:1:1: expected an apiVersion, for example v1 or apps/v1',
    ],
  ] as const) {
    it(`refuses what stands beside a deployment with ${name}`, () =>
      assert.rejects(read(`${companion}---\n${iris}`), { constructor: BadInput, message }));
  }

  it('takes all versions of the API group', async () => {
    const [manifest] = await read(iris.replace('seldon.io/v1', 'seldon.io/v1alpha2'));
    assert.equal(manifest?.deployment.apiVersion, 'machinelearning.seldon.io/v1alpha2');
  });

  it('takes replicas that are 0 or not there', async () => {
    assert.equal((await read(changed('- name: default', '- name: default\n    replicas: 0'))).length, 1);
    assert.equal((await read(changed('- name: default', '- name: default\n    replicas:'))).length, 1);
  });

  it('takes the same name in different namespaces', async () => {
    const elsewhere = changed('name: iris', 'name: iris\n  namespace: elsewhere');
    const namespaces = (await read(`${iris}---\n${elsewhere}`)).map(({ deployment }) => deployment.metadata.namespace);
    assert.deepEqual(namespaces, [undefined, 'elsewhere']);
  });
});

/** The manifest above with one piece of its text replaced. */
function changed(piece: string | RegExp, by: string): string {
  return iris.replace(piece, by);
}

function withComponent(component: string): string {
  return changed('    graph', `    componentSpecs: [${component}]\n    graph`);
}
