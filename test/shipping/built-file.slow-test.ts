import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import vm from 'node:vm';
import { builtFrom } from '../../scripts/built-file/built-from.ts';
import { version } from '../../src/version.ts';
import { builtNow, folderWithBuiltFile, root } from './built.ts';

describe('The built file', () => {
  let folder: string;
  let file: string;
  before(async () => {
    ({ folder, file } = await folderWithBuiltFile());
  });
  after(() => rmSync(folder, { recursive: true }));

  /** With a cache folder that is its own. */
  const env = (cache: string) => ({ PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: path.join(folder, cache) });
  const run = (args: readonly string[], cache = 'cache') =>
    execFileSync(process.execPath, [file, ...args], { env: env(cache), encoding: 'utf8' });

  it('says the version of package.json', () => assert.equal(run(['--version']), `${version}\n`));

  it('says the commit that it was built from', () => {
    const { clientVersion } = JSON.parse(run(['version', '--client', '-o', 'json']));
    const { gitCommit, gitTreeState } = builtFrom(root) ?? { gitCommit: 'unknown' };
    assert.deepEqual([clientVersion.gitCommit, clientVersion.gitTreeState], [gitCommit, gitTreeState]);
  });

  for (const args of [['--help'], ['run', '--help'], ['__complete', 'run', '--rep'], ['sample', 'canary']]) {
    it(`answers as the source does: ${args.join(' ')}`, () => {
      const source = execFileSync(process.execPath, ['src/main.ts', ...args], { cwd: root, encoding: 'utf8' });
      assert.equal(run(args), source);
    });
  }

  it('runs a whole lifecycle', () => {
    writeFileSync(path.join(folder, 'model.yaml'), run(['sample']));
    assert.match(run(['run', '-f', path.join(folder, 'model.yaml'), '--sandbox']), /^succeeded in /m);
  });

  for (const silenced of ['NO_COLOR', 'NODE_DISABLE_COLORS']) {
    it(`says nothing of Node's where both ${silenced} and FORCE_COLOR are set`, () => {
      const colours = { [silenced]: '1', FORCE_COLOR: '1' };
      const args = ['run', '-f', path.join(folder, 'model.yaml'), '--sandbox', '--events=none'];
      writeFileSync(path.join(folder, 'model.yaml'), run(['sample']));
      const { stdout, stderr, status } = spawnSync(process.execPath, [file, ...args], {
        env: { ...env('cache'), ...colours },
        encoding: 'utf8',
      });
      assert.equal(status, 0);
      assert.doesNotMatch(stderr, /Warning/);
      // NO_COLOR counts more than FORCE_COLOR; NODE_DISABLE_COLORS is not ours.
      assert.equal((stdout + stderr).includes('\u001b['), silenced !== 'NO_COLOR');
    });
  }

  it('shows what else Node warns of', () => {
    const required = path.join(folder, 'warns.cjs');
    writeFileSync(required, "setImmediate(() => process.emitWarning('of something else'))");
    const warned = spawnSync(process.execPath, ['-r', required, file, 'run', '--help'], { env: env('cache') });
    assert.match(String(warned.stderr), /Warning: of something else/);
  });

  /** The folder of this build's compiled code. */
  const keptIn = (cache: string) => {
    const ours = path.join(folder, cache, 'kubectl-seldon-lifecycle');
    const [name = ''] = readdirSync(ours);
    return path.join(ours, name);
  };
  const contents = (kept: string) => readdirSync(kept).map((name) => readFileSync(path.join(kept, name), 'latin1'));

  it('keeps what V8 has compiled where only the user can write, and writes it once', () => {
    run(['--version'], 'kept');
    const kept = keptIn('kept');
    assert.ok(path.basename(kept).startsWith(`code-${version}-`), kept);
    assert.equal(statSync(kept).mode & 0o777, 0o700);
    const [file = ''] = readdirSync(kept);
    const { ino } = statSync(path.join(kept, file));
    assert.equal(run(['--version'], 'kept'), `${version}\n`);
    assert.deepEqual(readdirSync(kept), [file]);
    assert.equal(statSync(path.join(kept, file)).ino, ino);
  });

  it('adds what another command has compiled of the same parts', () => {
    run(['--version'], 'more');
    const kept = keptIn('more');
    const [file = ''] = readdirSync(kept);
    const before = statSync(path.join(kept, file)).size;
    run(['sample'], 'more');
    assert.ok(readdirSync(kept).length > 1);
    assert.ok(statSync(path.join(kept, file)).size > before);
  });

  it('compiles anew what was kept broken', () => {
    run(['sample'], 'broken');
    const kept = keptIn('broken');
    const whole = contents(kept);
    for (const [index, name] of readdirSync(kept).entries()) {
      writeFileSync(path.join(kept, name), index === 0 ? 'nonsense' : (whole[index] ?? '').slice(0, 1_000));
    }
    assert.match(run(['sample'], 'broken'), /kind: SeldonDeployment/);
    assert.deepEqual(
      contents(kept).map((one) => one.length > 1_000),
      whole.map(() => true),
    );
  });

  it('keeps nothing where it is told not to', () => {
    const off = { ...env('off'), NODE_DISABLE_COMPILE_CACHE: '1' };
    assert.equal(execFileSync(process.execPath, [file, '--version'], { env: off, encoding: 'utf8' }), `${version}\n`);
    assert.ok(!existsSync(path.join(folder, 'off')));
  });

  it('does without where nothing can be kept', () => {
    writeFileSync(path.join(folder, 'no-folder'), '');
    assert.equal(run(['--version'], 'no-folder'), `${version}\n`);
  });

  it('runs no code out of a folder below one that others can write to', { skip: process.platform === 'win32' }, () => {
    run(['--version'], 'above');
    const kept = keptIn('above');
    for (const name of readdirSync(kept)) rmSync(path.join(kept, name));
    chmodSync(path.join(folder, 'above'), 0o777);
    assert.equal(run(['--version'], 'above'), `${version}\n`);
    assert.deepEqual(readdirSync(kept), []);
  });

  it('looks at the folder that a link leads to', { skip: process.platform === 'win32' }, () => {
    run(['--version'], 'theirs');
    const kept = keptIn('theirs');
    for (const name of readdirSync(kept)) rmSync(path.join(kept, name));
    chmodSync(path.dirname(kept), 0o777);
    mkdirSync(path.join(folder, 'linked'));
    symlinkSync(path.dirname(kept), path.join(folder, 'linked/kubectl-seldon-lifecycle'));
    assert.equal(run(['--version'], 'linked'), `${version}\n`);
    assert.deepEqual(readdirSync(kept), []);
  });

  it('runs no code out of a folder that others can write to', { skip: process.platform === 'win32' }, () => {
    run(['--version'], 'shared');
    const shared = keptIn('shared');
    for (const name of readdirSync(shared)) rmSync(path.join(shared, name));
    chmodSync(shared, 0o777);
    assert.equal(run(['--version'], 'shared'), `${version}\n`);
    assert.deepEqual(readdirSync(shared), []);
  });

  it('tells an older Node what is wrong, in words that it understands', async () => {
    const { text } = await builtNow();
    const [, check = ''] = text.split('\n');
    let told = '';
    let exitCode: number | undefined;
    const process = {
      versions: { node: '20.20.2' },
      version: 'v20.20.2',
      execPath: '/usr/bin/node',
      stderr: { write: (words: string) => (told += words) },
      exit: (code: number) => {
        exitCode = code;
      },
    };
    vm.runInNewContext(check, { process });
    assert.match(told, /needs Node.js 22\.19 or later; \/usr\/bin\/node is v20\.20\.2\n/);
    assert.equal(exitCode, 1);
    assert.doesNotMatch(check, /=>|`|\?\?|\b(const|let)\b/);
  });

  it('is plain ASCII, since places in it are counted in bytes', async () => {
    assert.match((await builtNow()).text, /^[\0-\x7f]*$/);
  });

  it('ends quietly when nobody reads on', { skip: process.platform === 'win32' }, () => {
    const line = `"${process.execPath}" "${file}" --help | head -n 1`;
    const { stderr, stdout } = spawnSync('sh', ['-c', line], { env: env('cache'), encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.match(stdout, /^Deploys, scales and deletes/);
  });
});
