import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wrapped } from '../../src/output/wrapped.ts';

describe('A line of text on a terminal', () => {
  const at = (columns: number) => ({ isTTY: true, columns });
  const error =
    'error: seldondeployment "iris" in namespace "default" cannot become available: pod iris-default-0-classifier-rf84h is Pending';

  it('is broken between words, the rest of it further in', () => {
    assert.equal(
      wrapped(error, at(80)),
      [
        'error: seldondeployment "iris" in namespace "default" cannot become available:',
        '  pod iris-default-0-classifier-rf84h is Pending',
      ].join('\n'),
    );
  });

  it('keeps its own indentation', () => {
    assert.equal(
      wrapped(`  ${'word '.repeat(12).trim()}`, at(40)),
      `  ${'word '.repeat(7).trim()}\n    ${'word '.repeat(5).trim()}`,
    );
  });

  const command = 'kubectl seldon-lifecycle logs iris -c classifier --previous -n default';
  for (const [what, line, whole] of [
    ['in parentheses', `Look at the end of its log (${command}), and at the command of the container`, `(${command}),`],
    ['at its end', `left in namespace default; to remove it: ${command}`, command],
    [
      "of kubectl's",
      'Look at it first, since somebody else made it: kubectl get sdep iris -o yaml',
      'kubectl get sdep iris -o yaml',
    ],
  ] as const) {
    it(`keeps a command ${what} in one piece, to be copied`, () => {
      const rows = wrapped(line, at(60)).split('\n');
      assert.ok(
        rows.some((row) => row.includes(whole)),
        rows.join('\n'),
      );
    });
  }

  it('takes kubectl in a sentence for a word', () => {
    const rows = wrapped(`kubectl ${'waits longer '.repeat(10)}`, at(60)).split('\n');
    assert.ok(rows.every((row) => row.length <= 60));
  });

  for (const [what, output] of [
    ['no terminal', { columns: 80 }],
    ['a terminal without a size', { isTTY: true, columns: 0 }],
    ['a very narrow terminal', at(20)],
    ['a wide terminal', at(200)],
  ] as const) {
    it(`stays as it is on ${what}`, () => assert.equal(wrapped(error, output), error));
  }
});
