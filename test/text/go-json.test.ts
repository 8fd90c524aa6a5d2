import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { goJson } from '../../src/text/go-json.ts';

describe('JSON as Go writes it', () => {
  it('sorts keys as texts, also those that look like numbers', () => {
    assert.equal(goJson({ b: 1, 2: 2, 10: 3, a: { d: 1, c: 2 } }), '{"10":3,"2":2,"a":{"c":2,"d":1},"b":1}');
  });

  it('escapes what HTML and JavaScript could take for something else', () => {
    assert.equal(goJson({ 'a<b': 'x & y > z\u2028' }), '{"a\\u003cb":"x \\u0026 y \\u003e z\\u2028"}');
  });

  it('indents', () => {
    assert.equal(
      goJson({ a: [1, { b: null }], c: [], d: {} }, 2),
      `{
  "a": [
    1,
    {
      "b": null
    }
  ],
  "c": [],
  "d": {}
}`,
    );
  });

  it('leaves out what is not there', () => assert.equal(goJson({ a: undefined, b: false }), '{"b":false}'));
});
