import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { version } from '../../src/version.ts';
import { builtNow, folderWithBuiltFile } from './built.ts';

/** What another build of the same size says of itself: code of its parts in our cache would say it too. */
const OTHER = version.replaceAll(/\d/g, '6');
/** Each starts a process; of 40, about ten ran somebody else’s code before the real path was used throughout. */
const RACES = 40;
const isRoot = process.getuid?.() === 0;

describe('Compiled code that is kept', { skip: process.platform === 'win32' }, () => {
  let folder: string;
  let file: string;
  before(async () => {
    ({ folder, file } = await folderWithBuiltFile());
    folder = realpathSync(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  const env = (cache: string, more: NodeJS.ProcessEnv = {}) => ({
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CACHE_HOME: path.resolve(folder, cache),
    ...more,
  });
  const run = (args: readonly string[], cache: string, more?: NodeJS.ProcessEnv, program = file) =>
    spawnSync(process.execPath, [program, ...args], { env: env(cache, more), encoding: 'utf8' });
  const saysVersion = (cache: string, what: string, more?: NodeJS.ProcessEnv): void => {
    const { stdout, stderr, status, signal } = run(['--version'], cache, more);
    assert.deepEqual(
      { stdout, stderr, status, signal },
      { stdout: `${version}\n`, stderr: '', status: 0, signal: null },
      what,
    );
  };
  const keptIn = (cache: string): string => {
    const ours = path.join(folder, cache, 'kubectl-seldon-lifecycle');
    return path.join(ours, readdirSync(ours)[0] ?? '');
  };
  const filesIn = (cache: string) => readdirSync(keptIn(cache)).map((name) => path.join(keptIn(cache), name));

  /** A cache of ours in all but what its code does. */
  async function otherCode(cache: string): Promise<void> {
    const { text, parts } = await builtNow();
    const other = path.join(folder, 'other.cjs');
    const begin = text.indexOf(parts.slice(0, 200));
    writeFileSync(other, text.slice(0, begin) + text.slice(begin).replaceAll(`"${version}"`, `"${OTHER}"`));
    assert.equal(run(['--version'], cache, {}, other).stdout, `${OTHER}\n`);
  }

  it('runs, so that it matters whose it is', async () => {
    await otherCode('mistaken');
    assert.equal(run(['--version'], 'mistaken').stdout, `${OTHER}\n`);
  });

  it('never ends a command where it is damaged, whatever is damaged of it, and is made anew', () => {
    saysVersion('damaged', 'at first');
    const random = randomFrom(7);
    for (const kept of filesIn('damaged')) {
      const whole = readFileSync(kept);
      const at = () => Math.floor(random() * whole.length);
      const flipped = (positions: number[]): Buffer => {
        const bytes = Buffer.from(whole);
        for (const position of positions) bytes[position] = (bytes[position] ?? 0) ^ (1 + Math.floor(random() * 255));
        return bytes;
      };
      const damages: [what: string, damage: () => void][] = [
        ...[0, 1, 100, whole.length / 2, whole.length - 1].map((size): [string, () => void] => [
          `cut off at ${size}`,
          () => truncateSync(kept, size),
        ]),
        ...Array.from({ length: 8 }, (_, index): [string, () => void] => {
          const positions = Array.from({ length: 2 ** index }, at);
          return [`other bytes at ${positions}`, () => writeFileSync(kept, flipped(positions))];
        }),
        ['all zeros', () => writeFileSync(kept, Buffer.alloc(whole.length))],
        [
          'a folder in its place',
          () => {
            rmSync(kept);
            mkdirSync(kept);
          },
        ],
        [
          'a folder with something in it in its place',
          () => {
            rmSync(kept);
            mkdirSync(path.join(kept, 'x'), { recursive: true });
          },
        ],
        [
          'a pipe in its place',
          () => {
            rmSync(kept);
            execFileSync('mkfifo', ['-m', '600', kept]);
          },
        ],
        [
          'a link to itself in its place',
          () => {
            rmSync(kept);
            symlinkSync(kept, kept);
          },
        ],
      ];
      for (const [what, damage] of damages) {
        damage();
        saysVersion('damaged', what);
        rmSync(kept, { recursive: true, force: true });
        writeFileSync(kept, whole, { mode: 0o600 });
      }
      const damaged = flipped([at()]);
      writeFileSync(kept, damaged, { mode: 0o600 });
      saysVersion('damaged', 'once more');
      // Not byte by byte as before: what is compiled differs a little from run to run.
      assert.notDeepEqual(readFileSync(kept), damaged);
    }
  });

  it('is not used for other parts of the program than those that it is of', () => {
    assert.equal(run(['sample'], 'mixed').status, 0);
    const files = filesIn('mixed');
    const contents = files.map((one) => readFileSync(one));
    for (const [index, one] of files.entries()) writeFileSync(one, contents[(index + 1) % files.length] ?? '');
    saysVersion('mixed', 'each file has the place of another');
    assert.match(run(['sample'], 'mixed').stdout, /kind: SeldonDeployment/);
  });

  it('is not used under other flags of V8', () => {
    saysVersion('flags', 'without');
    for (const flags of [
      ['--stack-size=900'],
      ['--max-old-space-size=512'],
      ['--no-opt'],
      ['--jitless'],
      ['--no-lazy'],
      [],
    ]) {
      // Twice: the second time with what the first has kept.
      for (const time of ['first', 'second']) {
        const args = [...flags, file, '--version'];
        const { stdout, signal } = spawnSync(process.execPath, args, { env: env('flags'), encoding: 'utf8' });
        assert.deepEqual({ stdout, signal }, { stdout: `${version}\n`, signal: null }, `${flags}, the ${time} time`);
      }
    }
  });

  it('is never somebody else’s, whatever a link is swapped for meanwhile', async () => {
    saysVersion('good', 'at first');
    await otherCode('shared/theirs');
    const shared = path.join(folder, 'shared');
    chmodSync(path.join(shared, 'theirs'), 0o777);
    if (isRoot) chownRecursively(path.join(shared, 'theirs'), 65_534);
    chmodSync(shared, 0o777);
    const swap = `
      const fs = require('fs');
      for (let i = 0; ; i++) {
        fs.symlinkSync(i % 2 ? '../good' : 'theirs', 'next');
        fs.renameSync('next', 'cache');
      }`;
    symlinkSync('../good', path.join(shared, 'cache'));
    const swapping = spawn(process.execPath, ['-e', swap], { cwd: shared, stdio: 'ignore' });
    try {
      for (let race = 0; race < RACES; race++) saysVersion('shared/cache', `race ${race}`);
    } finally {
      swapping.kill('SIGKILL');
    }
  });

  it('is whole for each of several processes that keep it at once', async () => {
    const outputs = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const args = [file, index % 2 ? '--version' : 'sample'];
        const { stdout } = await promisify(execFile)(process.execPath, args, { env: env('together') });
        return stdout.length;
      }),
    );
    assert.equal(new Set(outputs).size, 2);
    saysVersion('together', 'afterwards');
    for (const name of readdirSync(keptIn('together'))) assert.match(name, /\.code$/, 'nothing unfinished is left');
  });

  it('is neither made nor removed in the home of another user', {
    skip: !isRoot && 'only root can give files away',
  }, () => {
    const home = path.join(folder, 'alice');
    for (const below of ['.cache/kubectl-seldon-lifecycle/code-0.0.1-0123456789abcdef', 'empty']) {
      mkdirSync(path.join(home, below), { recursive: true });
    }
    chownRecursively(home, 65_534);
    const before = readdirSync(home, { recursive: true });
    // As sudo -E leaves them.
    saysVersion(path.join(home, '.cache'), 'XDG_CACHE_HOME');
    saysVersion(path.join(home, 'empty/not-there'), 'nothing there');
    saysVersion('', 'HOME', { HOME: home, XDG_CACHE_HOME: undefined });
    assert.deepEqual(readdirSync(home, { recursive: true }), before);
  });

  it('is done without on a disk that is full, or can only be read', {
    skip: !isRoot && 'only root can mount one',
  }, (t) => {
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'none', disk]).status !== 0) {
      t.skip('nothing can be mounted here');
      return;
    }
    try {
      saysVersion('disk', 'full');
      assert.deepEqual(readdirSync(keptIn('disk')), [], 'nothing unfinished is left');
      execFileSync('mount', ['-o', 'remount,size=8m', disk]);
      saysVersion('disk', 'with room');
      const kept = filesIn('disk').map((one) => readFileSync(one));
      assert.ok(kept.length > 0);
      writeFileSync(filesIn('disk')[0] ?? '', 'damaged');
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      saysVersion('disk', 'read-only and damaged');
      assert.equal(run(['sample'], 'disk').status, 0);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

function chownRecursively(folder: string, uid: number): void {
  chownSync(folder, uid, uid);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(path.join(folder, name), uid, uid);
  }
}

/** The same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
