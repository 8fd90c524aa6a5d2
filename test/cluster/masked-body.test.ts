import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maskedBody } from '../../src/cluster/masked-body.ts';

const PODS = 'https://server/api/v1/namespaces/ns/pods';
const SECRETS = 'https://server/api/v1/namespaces/ns/secrets';
const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: 'czNjcjN0' } };
const hiddenSecret = { ...secret, data: { a: '***' } };

const cases: Record<string, { body: unknown; url?: string; expected: unknown }> = {
  'the values of a Secret, whose keys stay': { body: secret, expected: hiddenSecret },
  'those that are written as text': {
    body: { kind: 'Secret', stringData: { a: 's3cr3t', __proto__: 'b' } },
    expected: { kind: 'Secret', stringData: { a: '***' } },
  },
  'data that is no object': { body: { kind: 'Secret', data: 's3cr3t' }, expected: { kind: 'Secret', data: '***' } },
  'the copy that kubectl apply keeps': {
    body: { ...secret, metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 's3cr3t' } } },
    expected: {
      ...hiddenSecret,
      metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '***' } },
    },
  },
  'a Secret in a watch': {
    body: { type: 'ADDED', object: secret },
    expected: { type: 'ADDED', object: hiddenSecret },
  },
  'a Secret in a list of anything': {
    body: { kind: 'List', items: [secret, { kind: 'Pod' }] },
    expected: { kind: 'List', items: [hiddenSecret, { kind: 'Pod' }] },
  },
  'Secrets in a list of their own, which say no kind': {
    body: { kind: 'SecretList', items: [{ data: { a: 's3cr3t' } }] },
    expected: { kind: 'SecretList', items: [{ data: { a: '***' } }] },
  },
  'a patch of a Secret, which says no kind': {
    body: { data: { a: 's3cr3t' } },
    url: `${SECRETS}/s?fieldManager=me`,
    expected: { data: { a: '***' } },
  },
  'the values of a JSON patch of a Secret': {
    body: [
      { op: 'test', path: '/metadata/uid', value: 'u' },
      { op: 'remove', path: '/data/b' },
      { op: 'add', path: '/data', value: { a: 's3cr3t' } },
      { op: 'add', path: '/metadata/annotations', value: { a: 's3cr3t' } },
      { op: 'add', value: 's3cr3t' },
      's3cr3t'.length,
    ],
    url: `${SECRETS}/s?fieldManager=me`,
    expected: [
      { op: 'test', path: '/metadata/uid', value: 'u' },
      { op: 'remove', path: '/data/b' },
      { op: 'add', path: '/data', value: '***' },
      { op: 'add', path: '/metadata/annotations', value: '***' },
      { op: 'add', value: '***' },
      6,
    ],
  },
  'a token that was asked for': {
    body: { kind: 'TokenRequest', status: { token: 's3cr3t', expirationTimestamp: 'T' } },
    expected: { kind: 'TokenRequest', status: { token: '***', expirationTimestamp: 'T' } },
  },
};

describe('of a body are masked', () => {
  for (const [sentence, { body, url = PODS, expected }] of Object.entries(cases)) {
    it(sentence, () => {
      const masked = maskedBody(JSON.stringify(body), url);
      assert.deepEqual(JSON.parse(masked), expected);
      assert.doesNotMatch(masked, /s3cr3t|czNjcjN0/);
    });
  }

  it('what of a Secret cannot be read', () => {
    assert.equal(maskedBody('{"kind":"Secret","data":{"a":"s3cr3t"}', PODS), '***');
    assert.equal(maskedBody('s3cr3t', SECRETS), '***');
  });

  it('no others: they stay byte for byte', () => {
    for (const body of ['{"n": 12345678901234567890}', 'no JSON', '{"kind":"Pod","data":{"a":"b"}}', '']) {
      assert.equal(maskedBody(body, PODS), body);
    }
  });
});
