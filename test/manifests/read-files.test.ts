import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import { readSources } from '../../src/manifests/read-files.ts';

describe('readSources', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'manifests-'));
    mkdirSync(path.join(folder, 'below', 'deeper'), { recursive: true });
    mkdirSync(path.join(folder, 'no-manifests.yaml'));
    for (const name of ['b.yaml', 'a.yml', 'c.json', 'notes.txt', 'below/d.yaml', 'below/deeper/e.yaml']) {
      writeFileSync(path.join(folder, name), `text of ${name}`);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The names, below the folder, and texts of what `-f` with these names reads. */
  async function read(names: string[], { recursive = false, stdin = '' } = {}): Promise<[string, string][]> {
    const paths = names.map((name) => (name === '-' ? name : path.join(folder, name)));
    const sources = await readSources(paths, { recursive, stdin: Readable.from([stdin]), env: {} });
    return sources.map(({ name, text }) => [name.startsWith(folder) ? path.relative(folder, name) : name, text]);
  }

  it('reads files in the order given, whatever their names end in', async () => {
    assert.deepEqual(await read(['notes.txt', 'a.yml']), [
      ['notes.txt', 'text of notes.txt'],
      ['a.yml', 'text of a.yml'],
    ]);
  });

  it('reads the .yaml, .yml and .json files of a directory by name, and not those below it', async () => {
    assert.deepEqual(await read(['.']), [
      ['a.yml', 'text of a.yml'],
      ['b.yaml', 'text of b.yaml'],
      ['c.json', 'text of c.json'],
    ]);
  });

  it('reads those below it too with -R', async () => {
    const names = (await read(['.'], { recursive: true })).map(([name]) => name);
    assert.deepEqual(names, ['a.yml', 'b.yaml', 'below/d.yaml', 'below/deeper/e.yaml', 'c.json']);
  });

  it('reads standard input to its end, between files', async () => {
    assert.deepEqual(await read(['-', 'c.json'], { stdin: 'kind: A' }), [
      ['standard input', 'kind: A'],
      ['c.json', 'text of c.json'],
    ]);
  });

  it('puts letters together that the chunks of standard input cut apart', async () => {
    const bytes = Buffer.from('modèle');
    const stdin = Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]);
    assert.deepEqual(await readSources(['-'], { recursive: false, stdin, env: {} }), [
      { name: 'standard input', text: 'modèle' },
    ]);
  });

  it('says of a path that it does not exist', async () => {
    const missing = path.join(folder, 'missing.yaml');
    await assert.rejects(read(['missing.yaml']), {
      constructor: BadInput,
      message: `the path "${missing}" does not exist`,
    });
  });

  it('refuses a directory without manifests, and names -R', async () => {
    await assert.rejects(read(['no-manifests.yaml']), {
      constructor: BadInput,
      message: `no manifests in the directory ${path.join(folder, 'no-manifests.yaml')}: it has no .yaml, .yml, .json files`,
      hint: 'To read its subdirectories too, add -R.',
    });
  });

  it('does not name -R to whoever used it', async () => {
    await assert.rejects(read(['no-manifests.yaml'], { recursive: true }), { constructor: BadInput, hint: undefined });
  });
});
