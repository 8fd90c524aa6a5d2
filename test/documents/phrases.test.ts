import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { programCommands } from '../../src/cli/program-commands.ts';

/** What was once written here and read like a translation; each has better words. */
const phrases = [
  /borne out/,
  /warts/,
  /told along/,
  /tells the truth/,
  /the gravest/,
  /under way at a time/,
  /if (it is )?not (said|given)\b/,
  /where asked for/,
  /refused us/,
  /as a source wants/,
  /pending termination/,
  /come back from the server/,
  /to stay as it is for/,
  /nothing was the cluster's turn/,
  /\bwhole life\b(?! cycle)/,
  /Makes of a saved/,
  /is called as its/,
  /who would rather/,
];

const texts: Record<string, string> = Object.fromEntries(
  ['README.md', ...globSync('docs/*.md')]
    .filter((file) => file !== 'docs/mission.md')
    .map((file) => [file, readFileSync(file, 'utf8')]),
);
for (const { name, description, details, flags } of await programCommands()) {
  texts[`the help of ${name}`] = [description, details, ...flags.map((flag) => flag.description)].join('\n');
}

describe('Nobody has to guess what is meant in', () => {
  for (const [name, text] of Object.entries(texts)) {
    it(name, () => {
      const whole = text.replaceAll(/\s+/g, ' ');
      for (const phrase of phrases) assert.doesNotMatch(whole, phrase);
    });
  }
});
