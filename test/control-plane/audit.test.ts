import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditedRequests, auditMilliseconds } from './audit.ts';

const started = {
  auditID: 'a',
  stage: 'ResponseStarted',
  requestURI: '/api/v1/namespaces/default/pods?watch=1',
  verb: 'watch',
  user: { username: 'admin' },
  userAgent: 'kubectl/v1.36.3 (linux/amd64)',
  objectRef: { resource: 'pods', namespace: 'default', apiVersion: 'v1' },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: '2026-11-21T08:00:00.000100Z',
  stageTimestamp: '2026-11-21T08:00:00.002350Z',
};
const ended = { ...started, stage: 'ResponseComplete', stageTimestamp: '2026-11-21T08:00:09.500000Z' };
const discovery = {
  auditID: 'b',
  stage: 'ResponseComplete',
  requestURI: '/apis',
  verb: 'get',
  user: { username: 'admin' },
  userAgent: 'seldon-lifecycle/0.1.0',
  responseStatus: { code: 200 },
  requestReceivedTimestamp: '2026-11-21T08:00:05.000000Z',
  stageTimestamp: '2026-11-21T08:00:05.001000Z',
};

function log(...entries: object[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

test('a watch that has ended is one request, with the times of its start and of its end', () => {
  const [watch, ...others] = auditedRequests(log(started, ended));
  assert.deepEqual(others, []);
  assert.equal(watch?.complete, true);
  assert.equal(watch.stageTimestamp, started.stageTimestamp);
  assert.equal(watch.completeTimestamp, ended.stageTimestamp);
});

test('a watch that goes on is not complete', () => {
  const [watch] = auditedRequests(log(started));
  assert.equal(watch?.complete, false);
  assert.equal('completeTimestamp' in watch, false);
});

test('requests are told apart by user agent and by time', () => {
  const both = log(started, discovery, ended);
  const ids = (filter: Parameters<typeof auditedRequests>[1]) =>
    auditedRequests(both, filter).map((one) => one.auditID);
  assert.deepEqual(ids({}), ['a', 'b']);
  assert.deepEqual(ids({ userAgent: 'seldon-lifecycle' }), ['b']);
  assert.deepEqual(ids({ userAgent: /^kubectl\// }), ['a']);
  assert.deepEqual(ids({ since: new Date('2026-11-21T08:00:01Z') }), ['b']);
});

test('a request about no object has no objectRef', () => {
  assert.equal('objectRef' in (auditedRequests(log(discovery))[0] ?? {}), false);
});

test('a line that is still being written is left out', () => {
  assert.equal(auditedRequests(log(discovery) + JSON.stringify(started).slice(0, 40)).length, 1);
});

test('times keep their microseconds', () => {
  const milliseconds = auditMilliseconds('2026-11-21T08:00:00.002350Z') - Date.parse('2026-11-21T08:00:00Z');
  assert.ok(Math.abs(milliseconds - 2.35) < 0.001, `${milliseconds}`);
});
