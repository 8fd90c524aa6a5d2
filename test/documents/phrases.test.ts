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

/** The same of help and of messages. */
const phrasesOfMessages = [
  /which is the most that is/,
  /there is no terminal to press/,
  /\bit ends (again|with exit|by itself)/,
  /\b(is|be|are) made anew/,
  /takes its time/,
  /becomes ready by itself/,
  /what it (really uses|names|asks)\b/,
  /that are meant\b/,
  /\bit is left as it is/,
  /would be (waited|asserted)/,
  /\bnobody sees\b/,
  /(is|are) not seen: /,
  /cannot be had\b/,
  /an? (JSON )?(object|value) a line\b/,
  /How many are asked/,
  /does not call for: /,
  /What stands at/,
  /is no (SeldonDeployment|Kubernetes|address|text|quantity)/,
  /In the word of/,
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

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...globSync('docs/*.md')];

const documents: Record<string, string> = Object.fromEntries(
  ['README.md', ...globSync('docs/*.md')]
    .filter((file) => file !== 'docs/mission.md')
    .map((file) => [file, readFileSync(file, 'utf8')]),
);
const messages: Record<string, string> = {};
for (const { name, description, details, flags, examples } of await programCommands()) {
  const said = [description, details, ...flags.map((flag) => flag.description), ...examples.map(([what]) => what)];
  messages[`the help of ${name}`] = said.join('\n');
}
// Messages stand in the source, among comments, which may say more. What the sandbox says is Kubernetes' own.
for (const file of globSync('src/**/*.ts', { exclude: ['src/sandbox/**'] })) {
  const source = readFileSync(file, 'utf8');
  messages[file] = source.replaceAll(/\/\*.*?\*\/|(?<=^|\s)\/\/ .*?$/gms, '');
}

describe('Nobody has to guess what is meant in', () => {
  for (const [name, text] of Object.entries({ ...documents, ...messages })) {
    it(name, () => {
      const whole = text.replaceAll(/\s+/g, ' ');
      for (const phrase of name in messages ? [...phrases, ...phrasesOfMessages] : phrases) {
        assert.doesNotMatch(whole, phrase);
      }
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
