import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onceForEach } from '../src/once-for-each.ts';

it('Who wants to know the same is told of one question, also while it is under way; who wants to know something else, of another', async () => {
  const asked: string[] = [];
  const ask = onceForEach(
    async (name: string) => `${asked.push(name)}`,
    (name) => name.toLowerCase(),
  );
  const early = [ask('a'), ask('A'), ask('b')];
  assert.deepEqual([...(await Promise.all(early)), await ask('B')], ['1', '1', '2', '2']);
  assert.deepEqual(asked, ['a', 'b']);
});
