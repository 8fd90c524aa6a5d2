import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { usualCleanup } from '../../src/commands/run.ts';

describe('What a run leaves after Ctrl-C, unless --cleanup says otherwise', () => {
  const write = () => true;
  const cases: [name: string, isTTY: boolean, env: Record<string, string>, cleanup: string][] = [
    ['is left on a terminal, for who sits there to look at', true, {}, 'on-success'],
    ['is deleted in a job that has no terminal', false, {}, 'on-interrupt'],
    ['is deleted in a job that has one, and says that it is a job', true, { CI: 'true' }, 'on-interrupt'],
  ];
  for (const [name, isTTY, env, cleanup] of cases) {
    it(name, () => assert.equal(usualCleanup({ stderr: { write, isTTY }, env }), cleanup));
  }
});
