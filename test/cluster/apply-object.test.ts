import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Api, ApiRequest } from '../../src/cluster/api.ts';
import { type ApplyOptions, applyObject } from '../../src/cluster/apply-object.ts';

const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'ns' } };

/** What is sent, and what comes of an answer that has the resourceVersion that was sent, or 7. */
async function applied(options: ApplyOptions) {
  const sent: ApiRequest[] = [];
  const api = {
    pathOf: async () => '/a',
    call: async (request: ApiRequest) => {
      sent.push(request);
      const { metadata } = structuredClone(request.body) as typeof object;
      return { status: 201, body: { metadata: { resourceVersion: '7', ...metadata } } };
    },
  } as unknown as Api;
  const { object: made } = await applyObject(api, object, options);
  return { query: sent[0]?.query, body: sent[0]?.body, resourceVersion: made.metadata.resourceVersion };
}

const never = { ...object, metadata: { ...object.metadata, resourceVersion: '1' } };
const ours = { fieldManager: 'kubectl-seldon-lifecycle', force: undefined, dryRun: undefined };

describe('A server-side apply', () => {
  it('sends the object as it is', async () => {
    assert.deepEqual(await applied({}), { query: ours, body: object, resourceVersion: '7' });
  });

  it('that only makes an object sends a state that no object of the name has, and meets no other conflict', async () => {
    const { query, body } = await applied({ createOnly: true });
    assert.deepEqual([query, body], [{ ...ours, force: 'true' }, never]);
  });

  it('that only makes an object as if does not answer with the state that was sent', async () => {
    const { query, resourceVersion } = await applied({ createOnly: true, dryRun: true });
    assert.deepEqual([query?.dryRun, resourceVersion], ['All', undefined]);
  });
});
