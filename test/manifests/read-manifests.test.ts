import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { BadInput, exitCodes, Failure } from '../../src/failures.ts';
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

const withAnnotations = (annotations: string) => changed('name: iris', `name: iris\n  annotations: ${annotations}`);

const refused: [name: string, text: string, message: string][] = [
  ['an empty file', '# nothing\n', 'standard input: no SeldonDeployment found: it is empty'],
  [
    'an object without a kind',
    'metadata: {name: x}',
    'standard input:1:1: kind is not set: this is not a Kubernetes object',
  ],
  ['an object that has only an apiVersion', 'apiVersion: v1', 'standard input:1:1: kind is not set'],
  [
    'nothing but other kinds',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: iris}',
    'standard input:2:7: expected a SeldonDeployment, found only other kinds, such as Deployment "iris"',
  ],
  [
    'a foreign kind without a name of its own, as such',
    'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: hello-}',
    'standard input:2:7: expected a SeldonDeployment, found only other kinds, such as Workflow',
  ],
  [
    'a kind in other letters',
    iris.replace('SeldonDeployment', 'seldondeployment'),
    'standard input:2:7: kind: found "seldondeployment": did you mean SeldonDeployment?',
  ],
  [
    'another kind of our group',
    iris.replace('SeldonDeployment', 'Deployment'),
    'standard input:2:7: kind: found "Deployment" in the API group machinelearning.seldon.io, which has only the kind SeldonDeployment',
  ],
  [
    'a name that is to be made up',
    changed('name: iris', 'generateName: iris-'),
    'standard input:4:3: metadata.name is not set: apply needs a name, and generateName creates a new one each time',
  ],
  [
    'a name that is too long, and shows only its beginning',
    changed('name: iris', `name: ${'a'.repeat(1_000)}`),
    `standard input:4:9: metadata.name "${'a'.repeat(300)}…" is not a valid name: it has 1000 characters, the maximum is 253`,
  ],
  [
    'an apiVersion with spaces in it',
    iris.replace('machinelearning.seldon.io/v1', 'machinelearning.seldon.io / v1'),
    'standard input:1:13: expected an apiVersion of machinelearning.seldon.io, for example machinelearning.seldon.io/v1: found machinelearning.seldon.io / v1',
  ],
  [
    'metadata that are a list',
    changed('  name: iris', '- name: iris'),
    'standard input:4:1: metadata: expected an object',
  ],
  [
    'two predictors of one name',
    `${iris}  - {name: default, graph: {name: b}}\n`,
    'standard input:9:12: spec.predictors[1].name: "default" is already the name of another one',
  ],
  [
    'two containers of one name',
    withComponent('{spec: {containers: [{name: a}, {name: a}]}}'),
    'standard input:8:61: spec.predictors[0].componentSpecs[0].spec.containers[1].name: "a" is already the name of another one',
  ],
  [
    'the value of a variable that is a number',
    withComponent('{spec: {containers: [{name: a, env: [{name: PORT, value: 80}]}]}}'),
    'standard input:8:79: env[0].value: expected text, found 80: put it in quotes',
  ],
  [
    'the value of a variable that is true',
    withComponent('{spec: {containers: [{name: a, env: [{name: X, value: yes}]}]}}'),
    'standard input:8:76: env[0].value: expected text, found true: put it in quotes',
  ],
  [
    'a predictor whose name is a number',
    changed('- name: default', '- name: 1'),
    'standard input:7:11: spec.predictors[0].name: expected text, found 1: put it in quotes',
  ],
  [
    'a predictor that is null',
    changed(/- name: default.*/s, '- null'),
    'standard input:7:5: spec.predictors[0]: expected an object',
  ],
  [
    'the kind of another API group',
    iris.replace('machinelearning.seldon.io/v1', 'apps/v1'),
    'standard input:1:13: expected an apiVersion of machinelearning.seldon.io, for example machinelearning.seldon.io/v1: found apps/v1',
  ],
  [
    'an object without an apiVersion',
    iris.replace(/apiVersion.*\n/, ''),
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
    'a class of its Ingress without a host',
    withAnnotations("{seldon-lifecycle.io/ingress-class: 'nginx'}"),
    'standard input:5:52: annotations: seldon-lifecycle.io/ingress-class needs seldon-lifecycle.io/ingress-host too',
  ],
  [
    'a host of its Ingress without a class',
    withAnnotations('{seldon-lifecycle.io/ingress-host: iris.example.com}'),
    'standard input:5:51: annotations: seldon-lifecycle.io/ingress-host needs seldon-lifecycle.io/ingress-class too',
  ],
  [
    'a certificate of an Ingress that there is not',
    withAnnotations('{seldon-lifecycle.io/ingress-tls-secret: x}'),
    'standard input:5:57: annotations: seldon-lifecycle.io/ingress-tls-secret needs seldon-lifecycle.io/ingress-class too',
  ],
  [
    'a host of its Ingress that is none',
    withAnnotations("{seldon-lifecycle.io/ingress-class: nginx, seldon-lifecycle.io/ingress-host: 'http://x'}"),
    'standard input:5:93: annotations: seldon-lifecycle.io/ingress-host: "http://x" is not a valid host name',
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
    'standard input:8:15: replicas: expected a whole number from 0, found "2": without the quotes',
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

const TEMPLATE = 'this looks like a template that is not rendered yet:';
const rendered = (command: string) => `Render it first: ${command} | kubectl seldon-lifecycle … -f -`;

/** What is refused as a template, where, and what renders it. */
const templates: [name: string, text: string, message: string, hint: string][] = [
  [
    'a name of Helm',
    changed('name: iris', 'name: {{ .Values.name }}'),
    `standard input:4:9: ${TEMPLATE} {{ … }}`,
    rendered('helm template CHART'),
  ],
  [
    'a name of Helm in quotes',
    changed('name: iris', 'name: "{{ .Release.Name }}-iris"'),
    `standard input:4:9: ${TEMPLATE} {{ … }}`,
    rendered('helm template CHART'),
  ],
  [
    'blocks of Helm',
    `{{- if .Values.enabled }}\n${iris}{{- end }}\n`,
    `standard input:1:1: ${TEMPLATE} {{ … }}`,
    rendered('helm template CHART'),
  ],
  [
    'a block of Helm in the middle',
    changed('    graph', '    {{- toYaml .Values.resources | nindent 4 }}\n    graph'),
    `standard input:8:5: ${TEMPLATE} {{ … }}`,
    rendered('helm template CHART'),
  ],
  [
    'replicas of Jinja',
    changed('- name: default', '- name: default\n    replicas: {{ replicas }}'),
    `standard input:8:15: ${TEMPLATE} {{ … }}`,
    rendered('jinja2 FILE'),
  ],
  [
    'a block of Jinja',
    `{% if x %}\n${iris}{% endif %}\n`,
    `standard input:1:1: ${TEMPLATE} {% … %}`,
    rendered('jinja2 FILE'),
  ],
  [
    'a name of ERB',
    changed('name: iris', 'name: <%= name %>'),
    `standard input:4:9: ${TEMPLATE} <% … %>`,
    rendered('erb FILE'),
  ],
  [
    'a variable of the shell',
    changed('name: iris', `name: \${NAME}`),
    `standard input:4:9: ${TEMPLATE} \${…}`,
    rendered('envsubst < FILE'),
  ],
  [
    'a variable of the shell without braces',
    changed('name: iris', 'name: $NAME'),
    `standard input:4:9: ${TEMPLATE} \${…}`,
    rendered('envsubst < FILE'),
  ],
  [
    'a variable as a namespace',
    changed('name: iris', `name: iris\n  namespace: \${NS}`),
    `standard input:5:14: ${TEMPLATE} \${…}`,
    rendered('envsubst < FILE'),
  ],
  [
    'a variable as replicas in JSON',
    `{"kind": "SeldonDeployment", "spec": {"replicas": \${REPLICAS}}}`,
    `standard input:1:51: ${TEMPLATE} \${…}`,
    rendered('envsubst < FILE'),
  ],
  [
    'a variable as an image, which none is called',
    withComponent(`{spec: {containers: [{name: a, image: "\${IMAGE}"}]}}`),
    `standard input:8:60: ${TEMPLATE} \${…}`,
    rendered('envsubst < FILE'),
  ],
];

describe('readManifests takes for a template', () => {
  for (const [name, text, message, hint] of templates) {
    it(name, () => assert.rejects(read(text), { exitCode: exitCodes.badInput, message, hint }));
  }

  it('nothing that is text: in annotations, arguments and comments, with something else wrong beside it', async () => {
    const prompt = changed('name: iris', `name: iris\n  annotations: {prompt: "{{ .Values.x }} \${HOME} {% if %}"}`);
    assert.equal((await read(prompt)).length, 1);
    const args = withComponent(`{spec: {containers: [{name: a, args: ["\${HOME}/{{x}}"]}]}}`);
    assert.equal((await read(args)).length, 1);
    await assert.rejects(read(`${prompt}x: "{{ x }}": a # {{ y }}\n`), (error: Failure) => {
      assert.doesNotMatch(error.message, /template/);
      return true;
    });
  });
});

describe('readManifests says what it is that is no manifest:', () => {
  for (const [name, text, message] of [
    [
      'a web page',
      '<!DOCTYPE html>\n<html><body>Sign in</body></html>',
      '1:1: this is a web page, for example of a login or an error',
    ],
    [
      'a pointer of Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n',
      '1:1: this is only a pointer to a Git LFS file: run git lfs pull',
    ],
    [
      'both sides of a merge',
      `${iris}<<<<<<< HEAD\n  name: a\n=======\n  name: b\n>>>>>>> other\n`,
      '9:1: this file contains an unresolved merge conflict',
    ],
    ['JSON with a comment', '{\n  // the model\n  "kind": "SeldonDeployment"\n}', '2:3: JSON has no comments'],
    ['JSON with a comment behind a value', '{"kind": "SeldonDeployment" /* x */}', '1:29: JSON has no comments'],
    [
      'a key without its colon',
      changed('predictors:', 'predictors'),
      '6:3: a key without a colon here or above, or a line whose indentation fits none above',
    ],
    [
      'a line that is indented too far',
      changed('name: iris', 'name: iris\n    labels: {}'),
      '4:9: a second key in one line, or a line that is indented too far for the one above',
    ],
  ] as const) {
    it(name, () => assert.rejects(read(text), { message: `standard input:${message}` }));
  }
});

describe('readManifests names all that is wrong at once', () => {
  const rejection = async (text: string): Promise<Failure> => {
    const error = await read(text).then(
      () => undefined,
      (cause) => cause,
    );
    assert.ok(error instanceof Failure);
    return error;
  };

  it('in the order of the file, in all documents', async () => {
    const { message, details } = await rejection(`\
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: Iris, labels: {a: 1}}
spec:
  replicas: two
  predictors:
  - replicas: "1"
    graph: {name: 7}
    componentSpecs:
    - spec: {containers: [{image: x}, {name: a, image: 1}]}
---
apiVersion: v1
kind: Secret
---
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: b}
`);
    assert.equal(message, 'there are 10 mistakes in standard input');
    assert.deepEqual(details, [
      'standard input:3:18: metadata.name "Iris" is not a valid name: lower case letters, digits, - and .',
      'standard input:3:36: labels: a: expected text, found 1: put it in quotes',
      'standard input:5:13: replicas: expected a whole number from 0, found "two"',
      'standard input:7:5: spec.predictors[0].name is not set',
      'standard input:7:15: replicas: expected a whole number from 0, found "1": without the quotes',
      'standard input:8:19: name: expected text, found 7: put it in quotes',
      'standard input:10:27: containers[0].name is not set',
      'standard input:10:56: image: expected text, found 1: put it in quotes',
      'standard input:12:1: metadata.name is not set',
      'standard input:15:1: seldondeployment "b" has no spec',
    ]);
  });

  it('but no more than anybody reads, and a template once', async () => {
    const many = `${iris}    annotations: {${Array.from({ length: 99 }, (_, index) => `a${index}: 1`).join(', ')}}\n`;
    const { message, details } = await rejection(many);
    assert.equal(message, 'there are at least 50 mistakes in standard input');
    assert.equal(details.length, 50);
    const template = await rejection(changed('name: iris', `name: \${NAME}\n  namespace: \${NS}`));
    assert.match(template.message, /^standard input:4:9: this looks like a template/);
  });
});

describe('readManifests makes nothing of fields that are null', () => {
  const nulls = `\
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: iris, annotations: null, labels: {a: null, b: x}}
spec:
  annotations: ~
  predictors:
  - name: default
    replicas:
    explainer: null
    graph: {name: classifier, children: null, parameters: [{name: a, value: null}]}
    componentSpecs:
    - metadata: {creationTimestamp: null}
      spec: {containers: [{name: classifier, env: null, args: [a, null]}]}
`;

  it('as kubectl does; in a list they count', async () => {
    const [manifest] = await read(nulls);
    assert.deepEqual(manifest?.deployment, {
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      metadata: { name: 'iris', labels: { b: 'x' } },
      spec: {
        predictors: [
          {
            name: 'default',
            graph: { name: 'classifier', parameters: [{ name: 'a' }] },
            componentSpecs: [{ metadata: {}, spec: { containers: [{ name: 'classifier', args: ['a', null] }] } }],
          },
        ],
      },
    });
  });

  it('and says which, where that is asked for', async () => {
    const said: string[] = [];
    const remark = (text: string) => said.push(text);
    await readManifests(['-'], { recursive: false, stdin: Readable.from([nulls]), env: {}, remark });
    assert.equal(said.length, 9);
    assert.equal(said[0], 'standard input:3:37: metadata.annotations is null, and counts as not set');
    assert.equal(said[4], 'standard input:9:16: spec.predictors[0].explainer is null, and counts as not set');
  });
});

describe('readManifests of a directory', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'manifests-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string | Uint8Array) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const readFolder = (name: string, recursive = false) =>
    readManifests([path.join(folder, name)], { recursive, stdin: Readable.from([]), env: {} });

  it('names each file once that holds no Kubernetes objects, and what to do about a kustomization', async () => {
    write('mixed/model.yaml', iris);
    write('mixed/model-settings.json', '{"name": "iris", "implementation": "x"}');
    write('mixed/conda.yaml', 'name: x\nchannels: [a]\n---\nname: y\n');
    write('mixed/requirements.yaml', '- a\n- b\n');
    write('mixed/kustomization.yaml', 'resources:\n- model.yaml\n');
    const at = (name: string) => path.join(folder, 'mixed', name);
    await assert.rejects(readFolder('mixed'), {
      message: 'there are 4 mistakes in 4 files',
      details: [
        `${at('conda.yaml')}:1:1: kind is not set: this is not a Kubernetes object`,
        `${at('kustomization.yaml')}:1:1: a kustomization, which is not a manifest itself`,
        `${at('model-settings.json')}:1:1: kind is not set: this is not a Kubernetes object`,
        `${at('requirements.yaml')}:1:1: expected an object with apiVersion and kind, found a list`,
        'Name only the manifests with -f, or move other files out of the directory',
      ],
      hint: `Build them first: kubectl kustomize ${path.join(folder, 'mixed')} | kubectl seldon-lifecycle … -f -`,
    });
  });

  it('passes over what is hidden, and so the second sight of a mounted ConfigMap', async () => {
    write('mount/..2026_01_01/model.yaml', iris);
    symlinkSync('..2026_01_01', path.join(folder, 'mount/..data'));
    symlinkSync('..data/model.yaml', path.join(folder, 'mount/model.yaml'));
    symlinkSync('nobody@nowhere.1', path.join(folder, 'mount/.#model.yaml'));
    write('mount/.model.yaml', 'half of it');
    write('mount/.git/config.yaml', 'a: b');
    assert.equal((await readFolder('mount', true)).deployments.length, 1);
    assert.equal((await readFolder('mount')).deployments.length, 1);
    write('mount/.explicit.yaml', iris);
    assert.equal((await readFolder('mount/.explicit.yaml')).deployments.length, 1);
    assert.equal((await readFolder('mount/..2026_01_01')).deployments.length, 1);
  });

  const isLinux = process.platform === 'linux';
  it('reads files whose names are no UTF-8, also where one is named', {
    skip: !isLinux && 'no such names there',
  }, async () => {
    const bytes = Buffer.concat([Buffer.from(`${folder}/latin/caf`), Buffer.from([0xe9]), Buffer.from('.yaml')]);
    mkdirSync(path.join(folder, 'latin'));
    writeFileSync(bytes, iris);
    assert.equal((await readFolder('latin')).deployments.length, 1);
    assert.equal((await readFolder('latin/caf\ufffd.yaml')).deployments.length, 1);
    await assert.rejects(readFolder('latin/tea\ufffd.yaml'), /the path ".*" does not exist/);
  });

  it('reads byte order marks wherever a document begins', async () => {
    const other = changed('name: iris', 'name: other');
    write('marks/a.yaml', `\ufeff${iris}---\n\ufeff${other}`);
    write(
      'marks/b.yaml',
      `\ufeff${changed('name: iris', 'name: c').replaceAll('\n', '\r\n')}\ufeff---\r\n\ufeff${changed('name: iris', 'name: d')}`,
    );
    const names = (await readFolder('marks')).deployments.map(({ deployment }) => deployment.metadata.name);
    assert.deepEqual(names, ['iris', 'other', 'c', 'd']);
  });
});

describe('readManifests refuses, before anything is changed,', () => {
  for (const [name, text, message] of refused) {
    it(name, () => assert.rejects(read(text), { exitCode: exitCodes.badInput, message }));
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
      assert.rejects(read(`${companion}---\n${iris}`), { exitCode: exitCodes.badInput, message }));
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
