import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { shellWord } from '../../src/advice/shell-word.ts';
import { escapeTerminal } from '../../src/text/escape.ts';

const cases: [name: string, word: string, written: string][] = [
  ['a plain word as it is', 'kind-dev_1.2/x:y@z', 'kind-dev_1.2/x:y@z'],
  ['a flag with a plain value as it is', '--context=kind-dev', '--context=kind-dev'],
  ['a blank', 'my context', "'my context'"],
  ['only the value of a flag', '--context=my context', "--context='my context'"],
  ['nothing', '', "''"],
  ['a quote', "it's", "'it'\\''s'"],
  ['what a shell would put something in for', '$HOME `id` "x" \\ *', '\'$HOME `id` "x" \\ *\''],
  ['a folder of a home that is not to be found', '~/config', "'~/config'"],
  ['what would end the command', 'a;b&c|d>e#f', "'a;b&c|d>e#f'"],
  ['JSON', '{"metadata":{"finalizers":null}}', '\'{"metadata":{"finalizers":null}}\''],
  ['a letter of another alphabet', 'café', "'café'"],
  ['a newline, on one line', "a\nb'c\\d", "$'a\\012b\\'c\\\\d'"],
  ['what moves the cursor', '--user=\u001b[2Jx', "--user=$'\\033[2Jx'"],
  ['what turns the direction of writing', 'a\u202eb', "$'a\\342\\200\\256b'"],
];

describe('A word for a shell', () => {
  for (const [name, word, written] of cases) {
    it(`quotes ${name}`, () => {
      assert.equal(shellWord(word), written);
      assert.equal(escapeTerminal(shellWord(word)), shellWord(word), 'it stands on one line, harmless');
    });
  }

  it('is read by a shell as what it was', { skip: process.platform === 'win32' }, () => {
    const words = cases.map(([, word]) => word);
    // Of the shells on most machines, dash alone does not have $'…' yet.
    const read = execFileSync('bash', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], { encoding: 'utf8' });
    assert.deepEqual(read.split('\0').slice(0, -1), words);
  });
});
