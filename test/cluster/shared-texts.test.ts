import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SharedTexts } from '../../src/cluster/shared-texts.ts';

describe('Texts in one place', () => {
  const cases: [what: string, json: string][] = [
    ['objects in lists in objects', '{"a":[{"b":"x","c":[["x"]]},"x"],"d":{"e":"x"}}'],
    ['whatever is no text', '[1.5,true,null,{},[]]'],
    ['keys that mean something to JavaScript', '{"__proto__":"x","constructor":{"__proto__":["x"]},"toString":"x"}'],
    ['a text alone', '"x"'],
    ['long ones', `["${'x'.repeat(1_000)}"]`],
  ];
  for (const [what, json] of cases) {
    it(`change nothing of ${what}`, () => {
      const texts = new SharedTexts();
      assert.deepEqual(texts.share(JSON.parse(json)), JSON.parse(json));
      assert.equal(JSON.stringify(texts.share(JSON.parse(json))), json);
    });
  }

  it('are left alone where a server nests without end', () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}"x"${']'.repeat(200_000)}`);
    assert.equal(new SharedTexts().share(deep), deep);
  });

  it('are the same, however many come in between that come once', () => {
    const texts = new SharedTexts();
    for (let index = 0; index < 10_000; index += 1) {
      assert.equal(texts.share(`uid-${index}`), `uid-${index}`);
      assert.equal(texts.share('Deployment'), 'Deployment');
    }
  });
});
