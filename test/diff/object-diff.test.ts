import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { objectDiff } from '../../src/diff/object-diff.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';

const shown = { showManagedFields: false, showSecrets: false };
const secret = (data: string, more = ''): KubernetesObject =>
  parse(`{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: default${more}}, data: ${data}}`);

describe('The difference of two objects', () => {
  it('stands under the names that kubectl gives the two files', () => {
    const deployment = (replicas: number): KubernetesObject =>
      parse(
        `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: try}, spec: {replicas: ${replicas}}}`,
      );
    assert.equal(
      objectDiff({ live: deployment(1), merged: deployment(2) }, shown),
      `diff -u -N LIVE/apps.v1.Deployment.try.web MERGED/apps.v1.Deployment.try.web
--- LIVE/apps.v1.Deployment.try.web
+++ MERGED/apps.v1.Deployment.try.web
@@ -4,4 +4,4 @@
   name: web
   namespace: try
 spec:
-  replicas: 1
+  replicas: 2
`,
    );
  });

  it('is all of an object that is not there yet', () => {
    const text = objectDiff({ live: undefined, merged: secret('{a: eA==}') }, shown);
    assert.match(
      text,
      /\n--- LIVE\/v1\.Secret\.default\.key\n\+\+\+ MERGED\/v1\.Secret\.default\.key\n@@ -0,0 \+1,7 @@\n/,
    );
    assert.match(text, /\n\+ {2}a: '\*\*\*'\n/);
  });

  it('has managed fields only when they are asked for', () => {
    const managed = (manager: string) => secret('{}', `, managedFields: [{manager: ${manager}}]`);
    const both = { live: managed('a'), merged: managed('b') };
    assert.equal(objectDiff(both, shown), '');
    assert.match(objectDiff(both, { ...shown, showManagedFields: true }), /\n-.*manager: a\n\+.*manager: b\n/);
  });

  it('says of a Secret which values differ, and none of them', () => {
    const both = {
      live: secret('{same: eA==, other: eQ==, old: b2xk}'),
      merged: secret('{same: eA==, other: eg==, new: bmV3}'),
    };
    const text = objectDiff(both, shown);
    assert.match(
      text,
      /\n {1}data:\n- {2}old: '\*\*\*'\n- {2}other: '\*\*\* \(before\)'\n\+ {2}new: '\*\*\*'\n\+ {2}other: '\*\*\* \(after\)'\n {3}same: '\*\*\*'\n/,
    );
    assert.doesNotMatch(text, /eA==|eQ==|eg==|b2xk|bmV3/);
    assert.match(objectDiff(both, { ...shown, showSecrets: true }), /\n- {2}other: eQ==\n/);
  });

  it('hides the values that kubectl apply keeps in an annotation too', () => {
    const kept = ', annotations: {kubectl.kubernetes.io/last-applied-configuration: "secret b2xk"}';
    assert.doesNotMatch(
      objectDiff({ live: secret('{a: eA==}', kept), merged: secret('{a: eQ==}', kept) }, shown),
      /b2xk/,
    );
  });

  it('is no difference where only a masked value would tell', () => {
    assert.equal(objectDiff({ live: secret('{a: eA==}'), merged: secret('{a: eA==}') }, shown), '');
  });
});
