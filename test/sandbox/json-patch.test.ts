import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure } from '../../src/sandbox/api-server/api-failure.ts';
import { applyJsonPatch } from '../../src/sandbox/api-server/json-patch.ts';

describe('A JSON patch', () => {
  const copy = { op: 'copy', from: '/a', path: '/a/-' };
  const refusal = (code: number) => (error: unknown) => error instanceof ApiFailure && error.code === code;

  it('copies in measure', () => {
    assert.deepEqual(applyJsonPatch({ a: [1] }, [copy, copy]), { a: [1, [1], [1, [1]]] });
  });

  it('is refused that doubles the object again and again', () => {
    assert.throws(() => applyJsonPatch({ a: ['x'.repeat(1_000)] }, Array(40).fill(copy)), refusal(422));
  });

  it('is refused that has more operations than the server carries out', () => {
    const add = { op: 'add', path: '/a/0', value: 1 };
    assert.throws(() => applyJsonPatch({ a: [] }, Array(10_001).fill(add)), refusal(413));
  });
});
