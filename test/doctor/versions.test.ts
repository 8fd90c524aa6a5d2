import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tagOf } from '../../src/doctor/versions.ts';
import { type Versions, versionDocument, versionLines } from '../../src/output/versions.ts';

const cases: [image: string, tag: string][] = [
  ['seldonio/seldon-core-operator:1.18.2', '1.18.2'],
  ['registry:5000/seldonio/seldon-core-operator:1.18.2', '1.18.2'],
  ['registry:5000/seldonio/seldon-core-operator', 'latest'],
  ['seldonio/seldon-core-operator:1.18.2@sha256:abc', '1.18.2'],
  ['seldonio/seldon-core-operator@sha256:abc', 'sha256:abc'],
];

describe('the version of an image', () => {
  for (const [image, tag] of cases) it(`${image} is ${tag}`, () => assert.equal(tagOf(image), tag));
});

describe('versions', () => {
  const client = { gitVersion: 'v0.1.0', gitCommit: 'c0ffee', gitTreeState: 'clean', platform: 'linux/x64' };
  const server = { major: '1', minor: '36', gitVersion: 'v1.36.3' };
  const operator = { image: 'operator:1.18.2', version: '1.18.2' };
  const all: Versions = { client, server, operator, resource: ['v1', 'v1alpha2'] };

  it('are a line each', () => {
    assert.deepEqual(versionLines(all), [
      'Client Version: v0.1.0',
      'Client Commit: c0ffee',
      'Server Version: v1.36.3',
      'Operator Version: 1.18.2',
      'SeldonDeployment Versions: v1, v1alpha2',
    ]);
    assert.deepEqual(versionLines({ ...all, operator: { unknown: 'forbidden' }, resource: [] }).slice(3), [
      'Operator Version: unknown (forbidden)',
      'SeldonDeployment Versions: none: Seldon Core is not installed',
    ]);
    assert.deepEqual(versionLines({ client: { ...client, gitTreeState: 'dirty' } }), [
      'Client Version: v0.1.0',
      'Client Commit: c0ffee, changed since',
    ]);
  });

  it("have kubectl's names in JSON", () => {
    assert.deepEqual(versionDocument(all), {
      clientVersion: client,
      operatorVersion: { gitVersion: '1.18.2', image: 'operator:1.18.2' },
      seldonDeploymentVersions: ['v1', 'v1alpha2'],
      serverVersion: server,
    });
    assert.deepEqual(versionDocument({ client }), { clientVersion: client });
  });

  it('say in JSON too that the operator and why it is not known', () => {
    const unknown = versionDocument({ ...all, operator: { unknown: 'forbidden' } });
    assert.deepEqual((unknown as { operatorVersion: object }).operatorVersion, {
      gitVersion: 'unknown',
      reason: 'forbidden',
    });
  });
});
