import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');
const text = readFileSync(path.join(root, 'docs/troubleshooting.md'), 'utf8');
const sources = globSync('src/**/*.ts', { cwd: root })
  .map((file) => readFileSync(path.join(root, file), 'utf8'))
  .join('\n')
  .replaceAll('\\"', '"');

/** What others say: kubectl of its plugins, the API server of rights, Node of certificates. */
const ofOthers = [
  'Error: unknown command "seldon-lifecycle" for "kubectl"',
  'is overshadowed by a similarly named plugin',
  'self-signed certificate',
  'unable to get local issuer certificate',
  'cannot list resource',
];

/** The parts of messages that stand between names, numbers and addresses. Code without a space is a word, a file or a value. */
const symptoms = [...text.matchAll(/^\| (?!you see|---)(.*?) \|/gm)].map(([, symptom = '']) => symptom);
const meanings = [...text.matchAll(/^\| (?!you see|---).*? \| (.*?) \|/gm)].map(([, meaning = '']) => meaning);
const codes = [...symptoms, ...meanings].flatMap((cell) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
);
const messages = codes.filter((code) => code.includes(' ') && !/^(kubectl|agent) /.test(code));
const parts = messages
  .flatMap((message) => message.split(/"?…"?/))
  .map((part) => part.replace(/^[\s:(]+|[\s:()]+$/g, ''))
  .filter((part) => part.length > 3);

/** In how many pieces the words stand in the sources, where templates put messages together. */
function piecesIn(part: string): number {
  let words = part.split(' ');
  for (let pieces = 0; ; pieces++) {
    if (words.length === 0) return pieces;
    let count = words.length;
    while (count > 1 && !sources.includes(words.slice(0, count).join(' '))) count--;
    words = words.slice(count);
  }
}

describe('docs/troubleshooting.md', () => {
  it('has the symptoms that there are', () => assert.ok(symptoms.length >= 25, `${symptoms.length}`));

  for (const part of new Set(parts)) {
    if (ofOthers.includes(part)) continue;
    it(`quotes what the program says: ${part}`, () => assert.ok(piecesIn(part) <= 3, `${piecesIn(part)} pieces`));
  }

  it('quotes of others what stands in it', () => {
    assert.deepEqual(
      ofOthers.filter((one) => !parts.includes(one)),
      [],
    );
  });
});
