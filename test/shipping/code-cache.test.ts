import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { openCodeCache } from '../../scripts/built-file/code-cache.ts';
import { readKept, writeKept } from '../../scripts/built-file/kept-file.ts';
import { ownFolder } from '../../scripts/built-file/own-folder.ts';

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'code-cache-')));
after(() => rmSync(folder, { recursive: true }));
const skip = process.platform === 'win32';

let count = 0;
/** A new folder that is the user’s alone. */
function newFolder(): string {
  const made = path.join(folder, `case-${++count}`);
  mkdirSync(made, { mode: 0o700 });
  return made;
}

const label = Buffer.from('what it is for\n');
const code = Buffer.from(Array.from({ length: 200 }, (_, index) => index * 7));

describe('A file of compiled code', { skip }, () => {
  const file = path.join(newFolder(), 'x.code');
  const kept = (what = code): Buffer => {
    rmSync(file, { recursive: true, force: true });
    writeKept(file, label, what);
    return readFileSync(file);
  };
  // Looked at bit by bit.
  const little = code.subarray(0, 20);
  const refuses = (name: string, damage: (whole: Buffer) => void) =>
    it(`is not used, and thrown away, where ${name}`, () => {
      damage(kept());
      assert.equal(readKept(file, label), undefined);
      assert.ok(!lstatSync(file, { throwIfNoEntry: false }), 'it is still there');
      kept();
      assert.deepEqual(readKept(file, label), code);
    });

  it('is read as it was written, and is the user’s alone', () => {
    kept();
    assert.deepEqual(readKept(file, label), code);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(path.dirname(file)), ['x.code']);
  });

  it('is not used where any single bit of it is another', () => {
    const whole = kept(little);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(file, damaged, { mode: 0o600 });
      assert.equal(readKept(file, label), undefined, `bit ${bit}`);
    }
  });

  it('is not used where it is cut off anywhere', () => {
    const { length } = kept(little);
    for (let size = 0; size < length; size++) {
      kept(little);
      truncateSync(file, size);
      assert.equal(readKept(file, label), undefined, `${size} bytes`);
    }
  });

  refuses('something is written behind it', (whole) => writeFileSync(file, Buffer.concat([whole, whole])));
  refuses('it is all zeros', (whole) => writeFileSync(file, Buffer.alloc(whole.length)));
  refuses('its end is zeros', (whole) => writeFileSync(file, Buffer.from(whole).fill(0, 300)));
  refuses('it is larger than any', () => truncateSync(file, 2 ** 40));
  refuses('it is for something else', () => writeKept(file, Buffer.from('what it is not \n'), code));
  refuses('others can write to it', () => chmodSync(file, 0o602));
  refuses('it has the mode that git or an archive gives', () => chmodSync(file, 0o644));
  refuses('a folder has its place', () => {
    rmSync(file);
    mkdirSync(file);
  });
  refuses('a pipe has its place', () => {
    rmSync(file);
    execFileSync('mkfifo', ['-m', '600', file]);
  });
  refuses('a link has its place, even to what is right', (whole) => {
    const elsewhere = path.join(newFolder(), 'y.code');
    writeFileSync(elsewhere, whole, { mode: 0o600 });
    rmSync(file);
    symlinkSync(elsewhere, file);
  });

  it('is not used where it is another user’s', () => {
    kept();
    assert.equal(readKept(file, label, (process.getuid?.() ?? 0) + 1), undefined);
  });

  it('leaves a folder alone that somebody has put in its place with something in it', () => {
    rmSync(file, { recursive: true, force: true });
    mkdirSync(path.join(file, 'theirs'), { recursive: true });
    assert.equal(readKept(file, label), undefined);
    assert.throws(() => writeKept(file, label, code));
    assert.ok(existsSync(path.join(file, 'theirs')));
    assert.deepEqual(readdirSync(path.dirname(file)), ['x.code'], 'nothing unfinished is left');
  });
});

describe('The folder of compiled code', { skip }, () => {
  const user = process.getuid?.() ?? 0;
  const names = ['cache', 'ours'];
  const made = (base: string, ...below: string[]): string => {
    mkdirSync(path.join(base, ...below), { recursive: true, mode: 0o700 });
    return path.join(base, ...below);
  };

  it('is made where it is missing, for the user alone', () => {
    const base = newFolder();
    assert.deepEqual(ownFolder(base, names), { folder: path.join(base, 'cache/ours'), isNew: true });
    assert.deepEqual(ownFolder(base, names), { folder: path.join(base, 'cache/ours'), isNew: false });
    assert.equal(statSync(path.join(base, 'cache')).mode & 0o777, 0o700);
  });

  it('is the one that a link of the user’s leads to, by its real path', () => {
    const [base, elsewhere] = [newFolder(), newFolder()];
    symlinkSync(elsewhere, path.join(base, 'cache'));
    assert.equal(ownFolder(base, names)?.folder, path.join(elsewhere, 'ours'));
  });

  const none: [name: string, base: () => string, user?: number][] = [
    ['the home is not there', () => path.join(newFolder(), 'home')],
    ['the home is a file', () => fileIn(newFolder(), 'home')],
    ['the home is another user’s', newFolder, user + 1],
    ['the home is root’s, and the user another', () => '/', user + 1],
    ['others can write to the home', () => withMode(newFolder(), 0o777)],
    ['all can write to the home, as to /tmp', () => withMode(newFolder(), 0o1777)],
    [
      'others can write to a folder above the home',
      () => path.join(withMode(path.dirname(made(newFolder(), 'shared/home')), 0o777), 'home'),
    ],
    ['the cache folder is a file', () => path.dirname(fileIn(newFolder(), 'cache'))],
    ['others can write to the cache folder', () => path.dirname(withMode(made(newFolder(), 'cache'), 0o777))],
    [
      'others can write to our folder in it',
      () => path.dirname(path.dirname(withMode(made(newFolder(), 'cache/ours'), 0o770))),
    ],
    ['a link to nothing has its place', () => linkIn(newFolder(), 'cache', '/nowhere/at/all')],
    ['a link to itself has its place', () => linkIn(newFolder(), 'cache', 'cache')],
    [
      'a link leads to a folder that others can write to',
      () => linkIn(newFolder(), 'cache', withMode(newFolder(), 0o777)),
    ],
    ['a link leads to a file', () => linkIn(newFolder(), 'cache', fileIn(newFolder(), 'file'))],
  ];
  for (const [name, base, as] of none) {
    it(`is not used, and nothing is made, where ${name}`, () => {
      const at = base();
      const before = everythingIn(folder);
      let found: unknown;
      try {
        found = ownFolder(at, names, as ?? user);
      } catch {} // openCodeCache goes on without
      assert.equal(found, undefined);
      assert.deepEqual(everythingIn(folder), before);
    });
  }

  for (const written of ['cache', 'cache/', 'deep/er', './/cache//', 'not-there/../cache/.']) {
    it(`is where XDG_CACHE_HOME says, however that is written: ${written}`, () => {
      const base = newFolder();
      const cache = openCodeCache('1.0.0-0123456789abcdef', { XDG_CACHE_HOME: `${base}/${written}` }, () => '/');
      cache?.keep('a', code);
      assert.deepEqual(cache?.read('a'), code);
      assert.equal(
        readdirSync(path.resolve(base, written, 'kubectl-seldon-lifecycle/code-1.0.0-0123456789abcdef')).length,
        1,
      );
      assert.deepEqual(readdirSync(base), [path.normalize(written).split('/')[0]]);
    });
  }

  const homes: [name: string, home: () => string][] = [
    ['is empty', () => ''],
    ['is relative', () => path.relative(process.cwd(), folder)],
    [
      'is not known, as for a user without a name',
      () => {
        throw new Error('ENOENT: no such file or directory, uv_os_homedir');
      },
    ],
  ];
  for (const [name, home] of homes) {
    it(`is nowhere where the home ${name}, not even below the folder of the moment`, () => {
      const before = everythingIn(folder);
      assert.equal(openCodeCache('1.0.0-0123456789abcdef', {}, home), undefined);
      assert.equal(openCodeCache('1.0.0-0123456789abcdef', { XDG_CACHE_HOME: 'relative' }, home), undefined);
      assert.deepEqual(everythingIn(folder), before);
      assert.ok(!existsSync('.cache/kubectl-seldon-lifecycle') && !existsSync('relative'));
    });
  }
});

describe('What other builds have kept', { skip }, () => {
  const build = (number: number) => `1.0.${number}-0123456789abcdef`;
  const opened = (home: string, number: number) => openCodeCache(build(number), {}, () => home);
  const ours = (home: string) =>
    path.join(home, process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'kubectl-seldon-lifecycle');
  /** As if each had been used a day after the one before. */
  const usedInTurn = (home: string, last: number): void => {
    for (let number = 1; number <= last; number++) {
      opened(home, number)?.keep('a', code);
      const day = new Date(Date.UTC(2026, 0, number));
      utimesSync(path.join(ours(home), `code-${build(number)}`), day, day);
    }
  };

  it('goes when a new one begins, but for the last three', () => {
    const home = newFolder();
    usedInTurn(home, 6);
    opened(home, 7);
    assert.deepEqual(
      readdirSync(ours(home)).sort(),
      [4, 5, 6, 7].map((number) => `code-${build(number)}`),
    );
  });

  it('goes with files that were never finished', () => {
    const home = newFolder();
    usedInTurn(home, 1);
    const [file = ''] = readdirSync(path.join(ours(home), `code-${build(1)}`));
    writeFileSync(path.join(ours(home), `code-${build(1)}`, `${file}.k3x9`), '');
    usedInTurn(home, 5);
    assert.ok(!existsSync(path.join(ours(home), `code-${build(1)}`)));
  });

  it('goes alone: everything else in a folder of our name stays as it is', () => {
    const home = newFolder();
    usedInTurn(home, 4);
    // Such as a clone of this project, in a cache folder that somebody else has given this name.
    const others = ['.git/config', 'src/main.ts', '0.1.0/a', 'code-1.0.0/a', `${build(0)}/a`, `code-${build(1)}/a.txt`];
    for (const name of [...others, `code-${build(2)}/a-x64-v22.19.0.code/theirs`]) {
      mkdirSync(path.dirname(path.join(ours(home), name)), { recursive: true });
      writeFileSync(path.join(ours(home), name), '');
    }
    const elsewhere = newFolder();
    cpSync(path.join(ours(home), `code-${build(1)}`), elsewhere, { recursive: true });
    symlinkSync(elsewhere, path.join(ours(home), 'code-0.0.1-0123456789abcdef'));
    const theirs = () => everythingIn(home).filter((name) => !/code-1\.0\.\d-\w+(\/a-\w+-v[\d.]+\.code)?$/.test(name));
    const [before, linked] = [theirs(), everythingIn(elsewhere)];
    const day = new Date(Date.UTC(2025, 0, 1));
    for (const number of [1, 2]) utimesSync(path.join(ours(home), `code-${build(number)}`), day, day);
    opened(home, 8);
    opened(home, 9);
    assert.deepEqual(theirs(), before);
    assert.deepEqual(everythingIn(elsewhere), linked);
    assert.ok(existsSync(path.join(ours(home), `code-${build(2)}`)));
  });
});

function everythingIn(at: string): string[] {
  return readdirSync(at, { recursive: true, encoding: 'utf8' }).sort();
}

function withMode(at: string, mode: number): string {
  chmodSync(at, mode);
  return at;
}

function fileIn(at: string, name: string): string {
  writeFileSync(path.join(at, name), '');
  return path.join(at, name);
}

function linkIn(at: string, name: string, target: string): string {
  symlinkSync(target, path.join(at, name));
  return at;
}
