import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import vm from 'node:vm';
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

  it('keeps what Node has compiled where only the user can write', () => {
    run(['--version'], 'kept');
    const kept = path.join(folder, 'kept/kubectl-seldon-lifecycle', version);
    assert.equal(statSync(kept).mode & 0o777, 0o700);
    assert.equal(readdirSync(kept).length, 1);
    assert.equal(run(['--version'], 'kept'), `${version}\n`);
  });

  it('forgets what another version has kept', () => {
    const other = path.join(folder, 'others/kubectl-seldon-lifecycle/0.0.1');
    mkdirSync(other, { recursive: true });
    run(['--version'], 'others');
    assert.ok(!existsSync(other));
  });

  it('does without where nothing can be kept', () => {
    writeFileSync(path.join(folder, 'no-folder'), '');
    assert.equal(run(['--version'], 'no-folder'), `${version}\n`);
  });

  it('runs no code out of a folder below one that others can write to', {
    skip: process.platform === 'win32',
  }, () => {
    const above = path.join(folder, 'above');
    mkdirSync(path.join(above, 'kubectl-seldon-lifecycle', version), { recursive: true, mode: 0o700 });
    chmodSync(above, 0o777);
    assert.equal(run(['--version'], 'above'), `${version}\n`);
    assert.deepEqual(readdirSync(path.join(above, 'kubectl-seldon-lifecycle', version)), []);
    // Not even to take away what other versions have kept.
    renameSync(
      path.join(above, 'kubectl-seldon-lifecycle', version),
      path.join(above, 'kubectl-seldon-lifecycle/0.0.1'),
    );
    run(['--version'], 'above');
    assert.ok(existsSync(path.join(above, 'kubectl-seldon-lifecycle/0.0.1')));
  });

  it('follows a link to where the user keeps a cache, and looks at what is there', {
    skip: process.platform === 'win32',
  }, () => {
    const theirs = path.join(folder, 'theirs');
    mkdirSync(path.join(theirs, version), { recursive: true, mode: 0o700 });
    chmodSync(theirs, 0o777);
    mkdirSync(path.join(folder, 'linked'));
    symlinkSync(theirs, path.join(folder, 'linked/kubectl-seldon-lifecycle'));
    assert.equal(run(['--version'], 'linked'), `${version}\n`);
    assert.deepEqual(readdirSync(path.join(theirs, version)), []);
  });

  it('runs no code out of a folder that others can write to', { skip: process.platform === 'win32' }, () => {
    const shared = path.join(folder, 'shared/kubectl-seldon-lifecycle', version);
    mkdirSync(shared, { recursive: true });
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
    assert.match(stdout, /^Runs SeldonDeployments/);
  });
});
