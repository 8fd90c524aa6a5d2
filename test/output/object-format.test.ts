import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import { objectFormat, objectStream, writtenList, writtenObject } from '../../src/output/object-format.ts';

const iris = {
  kind: 'SeldonDeployment',
  metadata: { name: 'iris', managedFields: [{ manager: 'kubectl' }] },
  apiVersion: 'machinelearning.seldon.io/v1',
  spec: { predictors: [{ name: 'default', replicas: 2 }], empty: [], none: {} },
};
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'iris-x' } };

const written = (format: string, options = {}) => writtenObject(iris, objectFormat(format), options);

describe('An object as -o asks for it', () => {
  it('is JSON with four spaces and sorted keys, without managed fields', () => {
    assert.equal(
      written('json'),
      `{
    "apiVersion": "machinelearning.seldon.io/v1",
    "kind": "SeldonDeployment",
    "metadata": {
        "name": "iris"
    },
    "spec": {
        "empty": [],
        "none": {},
        "predictors": [
            {
                "name": "default",
                "replicas": 2
            }
        ]
    }
}
`,
    );
  });

  it('is YAML', () => {
    assert.equal(
      written('yaml'),
      `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: iris
spec:
  empty: []
  none: {}
  predictors:
  - name: default
    replicas: 2
`,
    );
  });

  it('is its name, with the group if it has one', () => {
    assert.equal(written('name'), 'seldondeployment.machinelearning.seldon.io/iris\n');
    assert.equal(writtenObject(pod, { is: 'name' }), 'pod/iris-x\n');
  });

  it('is what a template says, and no more', () => {
    assert.equal(written('jsonpath={.metadata.name}'), 'iris');
    assert.equal(written('jsonpath={.metadata.managedFields[0].manager}'), 'kubectl');
  });

  it('shows managed fields if that is asked for', () => {
    assert.match(written('json', { showManagedFields: true }), /"managedFields"/);
    assert.match(written('yaml', { showManagedFields: true }), /managedFields:/);
  });
});

describe('Several objects as -o asks for them', () => {
  it('are a List', () => {
    const text = writtenList([iris, pod], { is: 'json' });
    const { items, ...rest } = JSON.parse(text);
    assert.deepEqual(rest, { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' } });
    assert.deepEqual(items[0].metadata, { name: 'iris' });
  });

  it('are a List even if there are none', () => {
    assert.equal(
      writtenList([], { is: 'yaml' }),
      'apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: ""\n',
    );
    assert.equal(writtenList([], { is: 'name' }), '');
  });

  it('are names, a line each', () => {
    assert.equal(writtenList([pod, pod], { is: 'name' }), 'pod/iris-x\npod/iris-x\n');
  });

  it('are seen by a template as a List', () => {
    const format = objectFormat('jsonpath={.kind}: {.items[*].metadata.name}');
    assert.equal(writtenList([iris, pod], format), 'List: iris iris-x');
  });

  it('that come one by one are documents of their own', () => {
    let text = '';
    const add = (more: string) => {
      text += more;
    };
    const inYaml = objectStream(add, { is: 'yaml' });
    inYaml([pod]);
    inYaml([pod]);
    const one = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: iris-x\n';
    assert.equal(text, `${one}---\n${one}`);
  });
});

describe('The value of -o', () => {
  it('may be a format that the command has by itself', () => {
    assert.equal(objectFormat('wide', ['wide']), 'wide');
  });

  it('is refused in the words of kubectl', () => {
    assert.throws(
      () => objectFormat('bad', ['wide']),
      new BadInput(
        'unable to match a printer suitable for the output format "bad", allowed formats are: custom-columns,custom-columns-file,json,jsonpath,name,wide,yaml',
      ),
    );
    for (const text of ['jsonpath', 'jsonpath=']) {
      assert.throws(() => objectFormat(text), new BadInput('template format specified but no template given'));
    }
  });
});
