import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerOf, refusalOf } from '../../src/cluster/answer.ts';
import { anyKind, event, listForm, pod, seldonDeployment } from '../../src/cluster/answer-forms.ts';
import { ApiFailure, NotKubernetes } from '../../src/cluster/api-failure.ts';
import { type Form, listOf, mapOf, misfit, number, object, text, trueOrFalse } from '../../src/cluster/form.ts';
import { watchMessage } from '../../src/cluster/watch-message.ts';

const form = object(
  {
    name: text,
    count: number,
    on: trueOrFalse,
    names: listOf(text),
    labels: mapOf(text),
    of: object({ a: text }, 'a'),
  },
  'name',
);

describe('The form of an answer', () => {
  for (const [name, value, problem] of [
    ['what is needed', { name: 'a' }, undefined],
    ['more than is read', { name: 'a', other: [{}] }, undefined],
    ['all of it', { name: 'a', count: 1, on: false, names: ['b'], labels: { c: 'd' }, of: { a: 'b' } }, undefined],
    ['nulls for what is left out', { name: 'a', count: null, names: null, labels: { c: null }, of: null }, undefined],
    ['nothing of what is needed', {}, 'it has no name'],
    ['null for what is needed', { name: null }, 'it has no name'],
    ['a list', [], 'the answer is a list, not an object'],
    ['null', null, 'the answer is null, not an object'],
    ['a string', 's3cr3t', 'the answer is a string, not an object'],
    ['a number for a string', { name: 7 }, 'name is a number, not a string'],
    ['a string for a number', { name: 'a', count: 's3cr3t' }, 'count is a string, not a number'],
    ['a string for true or false', { name: 'a', on: 'true' }, 'on is a string, not true or false'],
    ['an object for a list', { name: 'a', names: { length: 1 } }, 'names is an object, not a list'],
    ['a string in a list that is none', { name: 'a', names: ['b', 7] }, 'names[1] is a number, not a string'],
    ['a list for an object', { name: 'a', labels: [] }, 'labels is a list, not an object'],
    ['a value of a key', { name: 'a', labels: { s3cr3t: 7 } }, 'a value of labels is a number, not a string'],
    ['something deep inside', { name: 'a', of: {} }, 'it has no of.a'],
    ['keys that every object has', { name: 'a', labels: { constructor: 'x', toString: 'y' } }, undefined],
  ] as const) {
    it(`is looked at: ${name}`, () => assert.equal(misfit(value, form), problem));
  }

  it('keeps the null of a time, which kubectl writes too', () => {
    const written = { metadata: { name: 'a' }, involvedObject: {}, firstTimestamp: null, eventTime: null };
    assert.equal(misfit(written, event), undefined);
    assert.deepEqual(written, { metadata: { name: 'a' }, involvedObject: {}, firstTimestamp: null, eventTime: null });
  });

  it('takes nulls for absence, so that nobody stumbles over them', () => {
    const list = { items: null, metadata: { resourceVersion: '7', continue: null } };
    assert.equal(misfit(list, listForm(anyKind)), undefined);
    assert.deepEqual(list, { items: [], metadata: { resourceVersion: '7' } });
  });

  it('does not follow what is nested without end', () => {
    const graph = JSON.parse(`${'{"children":['.repeat(5_000)}{}${']}'.repeat(5_000)}`);
    const deployment = { metadata: { name: 'iris' }, spec: { predictors: [{ name: 'default', graph }] } };
    assert.match(misfit(deployment, seldonDeployment) ?? '', / is nested too deeply$/);
  });

  for (const [name, value, of] of [
    [
      'an Event with the nulls of Go',
      { metadata: { name: 'a', creationTimestamp: null }, involvedObject: {}, eventTime: null },
      event,
    ],
    [
      'a pod that nobody has looked at',
      { metadata: { name: 'a', uid: 'b', resourceVersion: '7' }, spec: {}, status: {} },
      pod,
    ],
    ['an object without a resourceVersion', { metadata: { name: 'a', resourceVersion: '' } }, anyKind],
  ] as [string, unknown, Form][]) {
    it(`is that of ${name}`, () => assert.equal(misfit(value, of), undefined));
  }

  it('wants resourceVersions that can be compared', () => {
    const problem = misfit({ metadata: { name: 'a', resourceVersion: 'seven' } }, anyKind);
    assert.equal(problem, 'metadata.resourceVersion is not a resourceVersion');
  });
});

describe('What is believed of an answer', () => {
  for (const [name, body, says] of [
    ['a page', '<html>', 'the answer is a page of HTML or XML, not JSON'],
    ['nothing', ' ', 'the answer is empty'],
    ['a text', 'It works!', 'the answer is not JSON'],
    ['another object', '{"message":"hello"}', 'it has no items'],
  ] as const) {
    it(`is not ${name}`, () => {
      assert.throws(() => answerOf(body, listForm(anyKind), 'https://x'), {
        constructor: NotKubernetes,
        message: `the server at https://x does not answer as a Kubernetes API server: ${says}`,
      });
    });
  }

  for (const [name, status, body, isRefusal] of [
    ['a Status', 404, '{"kind":"Status","code":404}', true],
    ['a path that the server does not know', 404, '404 page not found\n', true],
    ['no words at all', 404, '', true],
    ['a page that is not found', 404, '<html>', false],
    ['JSON of somebody else', 404, '{"error":"no route"}', false],
    ['a gateway that has lost its server', 502, '<html>', true],
    ['a login that is needed', 401, '{"error":"log in"}', true],
  ] as const) {
    it(`${isRefusal ? 'is' : 'is not'}, without success, ${name}`, () => {
      const failure = refusalOf(status, body, undefined, 'https://x');
      assert.equal(failure.constructor, isRefusal ? ApiFailure : NotKubernetes);
    });
  }

  it('has whole characters, of which addresses can be made', () => {
    const text = String.raw`{"a":"\ud800b\uDC00","c":"\ud83d\ude00","d":["\\ud800"]}`;
    assert.deepEqual(answerOf(text, { is: 'anything' }, 'https://x'), { a: '\ufffdb\ufffd', c: '😀', d: ['\\ud800'] });
    const line = String.raw`{"type":"ADDED","object":{"metadata":{"name":"\udfff"}}}`;
    assert.equal(
      watchMessage<{ metadata: { name: string } }>(line, anyKind, 'https://x').object.metadata.name,
      '\ufffd',
    );
  });

  for (const [name, line, problem] of [
    ['an object', '{"type":"ADDED","object":{"metadata":{"name":"a"}}}', undefined],
    [
      'a bookmark',
      '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7","creationTimestamp":null}}}',
      undefined,
    ],
    ['an error', '{"type":"ERROR","object":{"kind":"Status","code":410}}', undefined],
    ['no type', '{"object":{"metadata":{"name":"a"}}}', 'it has no type'],
    ['no object', '{"type":"ADDED"}', 'it has no object'],
    [
      'an object of another form',
      '{"type":"ADDED","object":{"metadata":{"name":"a"},"status":7}}',
      'status is a number, not an object',
    ],
    ['a bookmark of nothing', '{"type":"BOOKMARK","object":{"metadata":{}}}', 'it has no metadata.resourceVersion'],
    ['an error with a code of letters', '{"type":"ERROR","object":{"code":"x"}}', 'code is a string, not a number'],
  ] as const) {
    it(`is of a message in a watch: ${name}`, () => {
      const read = () => watchMessage(line, pod, 'https://x');
      if (problem === undefined) assert.equal(read().type, JSON.parse(line).type);
      else
        assert.throws(read, { constructor: NotKubernetes, message: new RegExp(`: a message of a watch: ${problem}$`) });
    });
  }
});
