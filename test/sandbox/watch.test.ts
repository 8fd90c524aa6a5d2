import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergePatch, startTestServer, widget, widgets } from './api-client.ts';

const streaming = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

describe('A watch in the sandbox', async () => {
  const server = await startTestServer();
  const label = (name: string, value: string) =>
    server.patch(`${widgets}/${name}`, mergePatch, { metadata: { labels: { on: value } } });

  it('without a resourceVersion begins with what there is', async () => {
    await server.post(widgets, widget('there'));
    const watch = await server.watch(`${widgets}?watch=1`);
    await server.post(widgets, widget('new'));
    await label('new', 'a');
    await server.delete(`${widgets}/new`);
    assert.deepEqual(await watch.take(4), ['ADDED there', 'ADDED new', 'MODIFIED new', 'DELETED new']);
    watch.close();
  });

  it('resumes after a resourceVersion', async () => {
    const { body } = await server.get(widgets);
    await server.post(widgets, widget('later'));
    const watch = await server.watch(`${widgets}?watch=true&resourceVersion=${body.metadata.resourceVersion}`);
    assert.deepEqual(await watch.take(1), ['ADDED later']);
    watch.close();
  });

  it('that lists as well marks the end of the list with a bookmark', async () => {
    const watch = await server.watch(`${widgets}?watch=1&${streaming}`);
    const initial = await watch.take(2);
    const bookmark = await watch.next();
    assert.deepEqual(initial.sort(), ['ADDED later', 'ADDED there']);
    assert.equal(bookmark?.type, 'BOOKMARK');
    assert.deepEqual(bookmark?.object.metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
    await label('there', 'x');
    assert.deepEqual(await watch.take(1), ['MODIFIED there']);
    watch.close();
  });

  it('sees an object go that stops matching, and come when it matches again', async () => {
    const watch = await server.watch(`${widgets}?watch=1&labelSelector=on%3Dyes`);
    await label('later', 'yes');
    await label('later', 'no');
    await label('later', 'yes');
    const events = [await watch.next(), await watch.next(), await watch.next()];
    assert.deepEqual(
      events.map((event) => event?.type),
      ['ADDED', 'DELETED', 'ADDED'],
    );
    assert.deepEqual(events[1]?.object.metadata.labels, { on: 'yes' });
    watch.close();
  });

  it('sends metadata alone, or rows whose columns come once', async () => {
    const metadata = await server.watch(`${widgets}?watch=1&${streaming}`, {
      accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    });
    const partial = await metadata.next();
    assert.deepEqual(Object.keys(partial?.object).sort(), ['apiVersion', 'kind', 'metadata']);
    assert.equal(partial?.object.kind, 'PartialObjectMetadata');
    metadata.close();
    const table = await server.watch(`${widgets}?watch=1`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    const [first, second] = [await table.next(), await table.next()];
    assert.equal(first?.object.kind, 'Table');
    assert.equal(first?.object.columnDefinitions.length, 2);
    assert.equal(second?.object.columnDefinitions, null);
    table.close();
  });

  it('from a forgotten resourceVersion gets 410 as an event, and ends', async () => {
    const { body } = await server.get(`${widgets}/there`);
    await label('there', 'again');
    server.store.compact();
    const watch = await server.watch(`${widgets}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
    const event = await watch.next();
    assert.equal(event?.type, 'ERROR');
    assert.deepEqual([event?.object.code, event?.object.reason], [410, 'Expired']);
    assert.equal(await watch.next(), undefined);
  });

  it('gets bookmarks each minute where it allows them, and ends after its time', async () => {
    const { body } = await server.get(widgets);
    const watch = await server.watch(
      `${widgets}?watch=1&allowWatchBookmarks=true&timeoutSeconds=100&resourceVersion=${body.metadata.resourceVersion}`,
    );
    await server.clock.advance(59_000);
    await server.clock.advance(2_000);
    const bookmark = await watch.next();
    assert.equal(bookmark?.type, 'BOOKMARK');
    assert.equal(bookmark?.object.metadata.resourceVersion, server.store.resourceVersion);
    await server.clock.advance(40_000);
    assert.equal(await watch.next(), undefined);
  });

  it('ends when the server ends all watches', async () => {
    const { body } = await server.get(widgets);
    const watch = await server.watch(`${widgets}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
    server.server.endWatches();
    assert.equal(await watch.next(), undefined);
  });
});

describe('A server before Kubernetes 1.32, played by the sandbox', async () => {
  const server = await startTestServer({ streamingLists: false });

  it('refuses a watch that lists as well', async () => {
    const { code, body } = await server.get(`${widgets}?watch=1&${streaming}`);
    assert.equal(code, 422);
    assert.match(
      body.message,
      /sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled$/,
    );
  });
});
