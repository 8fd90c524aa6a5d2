import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { programCommands } from '../../src/cli/program-commands.ts';

/** Phrases that read like a translation; each has better words. */
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

/** More of them, of which the hand-written pages are free. */
const phrasesOfPages = [
  /\btold\b/,
  /\bgoes on\b/,
  /\bby itself\b/,
  /\bborne\b/,
  /\basked for\b/,
  /\bsomebody\b/,
  /\bbeside\b/,
  /\bis made anew\b/,
  /\bmend(ed|s)?\b/,
];

/** What is written by hand in a page: no generated parts, no code, no names of cases. */
const prose = (file: string) =>
  readFileSync(file, 'utf8')
    .replaceAll(/^<!-- (.*?)(:.*)? -->\n[\s\S]*?^<!-- \/\1.* -->$/gm, '')
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/“[^”]*”/g, '');

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...globSync('docs/*.md')].filter(
  (file) => file !== 'docs/commands.md',
);

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

describe('Plain words, for readers of English as a second language, are in', () => {
  for (const page of pages) {
    it(page, () => {
      const whole = prose(page).replaceAll(/\s+/g, ' ');
      for (const phrase of [...phrases, ...phrasesOfPages]) assert.doesNotMatch(whole, phrase);
    });
  }
});
