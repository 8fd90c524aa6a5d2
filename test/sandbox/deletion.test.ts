import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergePatch, startTestServer, widget, widgets } from './api-client.ts';

const server = await startTestServer();

describe('Deleting in the sandbox', () => {
  it('answers with a Status that tells the uid, once the object is gone', async () => {
    const { body } = await server.post(widgets, widget('gone'));
    const deleted = await server.delete(`${widgets}/gone`);
    assert.deepEqual(deleted.body.details, {
      name: 'gone',
      group: 'example.com',
      kind: 'widgets',
      uid: body.metadata.uid,
    });
    assert.equal((await server.get(`${widgets}/gone`)).code, 404);
  });

  it('answers with the object while a finalizer holds it, which then only loses finalizers', async () => {
    await server.post(widgets, widget('held', {}, { finalizers: ['example.com/hold'] }));
    const { body } = await server.delete(`${widgets}/held`);
    assert.equal(body.metadata.deletionTimestamp, '2026-01-01T00:00:00Z');
    assert.equal(body.metadata.deletionGracePeriodSeconds, 0);
    assert.equal(body.metadata.generation, 2);
    const added = await server.patch(`${widgets}/held`, mergePatch, { metadata: { finalizers: ['a.b/c'] } });
    assert.match(added.body.message, /no new finalizers can be added if the object is being deleted/);
    const again = await server.post(widgets, widget('held'));
    assert.match(again.body.message, /^object is being deleted: widgets.example.com "held" already exists$/);
    assert.equal((await server.patch(`${widgets}/held`, mergePatch, { metadata: { finalizers: null } })).code, 200);
    assert.equal((await server.get(`${widgets}/held`)).code, 404);
  });

  it('ignores the query where there is a body', async () => {
    await server.post(widgets, widget('query'));
    const foreground = await server.delete(`${widgets}/query?propagationPolicy=Foreground&dryRun=All`);
    assert.deepEqual(foreground.body.metadata.finalizers, ['foregroundDeletion']);
    const background = await server.delete(`${widgets}/query?propagationPolicy=Foreground`, { dryRun: ['All'] });
    assert.equal(background.body.kind, 'Status');
  });

  it('refuses another object of the same name, in the real server’s words', async () => {
    const { body } = await server.post(widgets, widget('other'));
    const wrongUid = await server.delete(`${widgets}/other`, { preconditions: { uid: 'nope' } });
    assert.equal(wrongUid.code, 409);
    assert.equal(
      wrongUid.body.message,
      'Operation cannot be fulfilled on Widget.example.com "other": the UID in the precondition (nope) does not match ' +
        `the UID in record (${body.metadata.uid}). The object might have been deleted and then recreated`,
    );
    const oldVersion = await server.delete(`${widgets}/other`, { preconditions: { resourceVersion: '1' } });
    assert.match(oldVersion.body.message, /the ResourceVersion in the precondition \(1\) does not match/);
  });

  it('refuses an unknown propagation policy', async () => {
    await server.post(widgets, widget('policy'));
    const { code, body } = await server.delete(`${widgets}/policy`, { propagationPolicy: 'Foo' });
    assert.equal(code, 422);
    assert.match(body.message, /supported values: "Foreground", "Background", "Orphan", "nil"$/);
  });

  it('of a collection goes by the selector', async () => {
    await server.post(widgets, widget('some-a', {}, { labels: { some: 'yes' } }));
    await server.post(widgets, widget('some-b', {}, { labels: { some: 'yes' } }));
    const { body } = await server.delete(`${widgets}?labelSelector=some%3Dyes`);
    assert.equal(body.items.length, 2);
    assert.equal((await server.get(`${widgets}?labelSelector=some%3Dyes`)).body.items.length, 0);
    assert.equal((await server.get(`${widgets}/policy`)).code, 200);
  });

  it('ends a scheduled pod only after its grace period, which can be shortened', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    const spec = { nodeName: 'node-0', containers: [{ name: 'c', image: 'x' }] };
    await server.post(pods, { metadata: { name: 'p' }, spec });
    const { body } = await server.delete(`${pods}/p`);
    assert.equal(body.metadata.deletionGracePeriodSeconds, 30);
    assert.equal(body.metadata.deletionTimestamp, '2026-01-01T00:00:30Z');
    await server.delete(`${pods}/p`);
    const shortened = await server.delete(`${pods}/p?gracePeriodSeconds=5`);
    assert.equal(shortened.body.metadata.deletionTimestamp, '2026-01-01T00:00:05Z');
    await server.delete(`${pods}/p?gracePeriodSeconds=0`);
    assert.equal((await server.get(`${pods}/p`)).code, 404);
  });
});
