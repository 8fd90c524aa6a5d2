import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ColourChoice } from '../../src/context.ts';
import { hasColours, paintFor, paintPrefix } from '../../src/output/colours.ts';
import { CapturedOutput } from '../captured-output.ts';

const terminal = new CapturedOutput({ isTTY: true });
const pipe = new CapturedOutput();

describe('colours', () => {
  const cases: [
    name: string,
    stream: CapturedOutput,
    env: Record<string, string>,
    color: ColourChoice,
    expected: boolean,
  ][] = [
    ['are on a terminal', terminal, {}, 'auto', true],
    ['are on a terminal of Windows, which has no TERM', terminal, { OS: 'Windows_NT' }, 'auto', true],
    ['are not in a pipe', pipe, {}, 'auto', false],
    ['are not on a dumb terminal', terminal, { TERM: 'dumb' }, 'auto', false],
    ['are not with NO_COLOR', terminal, { NO_COLOR: '1' }, 'auto', false],
    ['are with an empty NO_COLOR, which says nothing', terminal, { NO_COLOR: '' }, 'auto', true],
    ['are in a pipe with FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, 'auto', true],
    ['are in a pipe with an empty FORCE_COLOR', pipe, { FORCE_COLOR: '' }, 'auto', true],
    ['are not with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, 'auto', false],
    ['are not where NO_COLOR stands against FORCE_COLOR', pipe, { NO_COLOR: '1', FORCE_COLOR: '1' }, 'auto', false],
    ['are in a pipe with --color=always', pipe, { NO_COLOR: '1', TERM: 'dumb' }, 'always', true],
    ['are not with --color=never', terminal, { FORCE_COLOR: '1' }, 'never', false],
  ];
  for (const [name, stream, env, color, expected] of cases) {
    it(name, () => assert.equal(hasColours(stream, { env, color }), expected));
  }

  it('are put around a text, and nothing where there are none', () => {
    assert.equal(paintFor(pipe, { color: 'always' })('red', 'failed'), '\u001b[31mfailed\u001b[39m');
    assert.equal(paintFor(pipe, {})('red', 'failed'), 'failed');
  });

  it('are only on what an error begins with', () => {
    const paint = paintFor(pipe, { color: 'always' });
    assert.equal(paintPrefix(paint, 'error: no such file: x'), '\u001b[31merror:\u001b[39m no such file: x');
    assert.equal(paintPrefix(paint, 'warning: late'), '\u001b[33mwarning:\u001b[39m late');
    assert.equal(
      paintPrefix(paint, 'Error from server (NotFound): pods "x" not found'),
      '\u001b[31mError from server (NotFound):\u001b[39m pods "x" not found',
    );
    assert.equal(paintPrefix(paint, 'to remove it: x'), 'to remove it: x');
  });
});
