import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { version } from '../../src/version.ts';
import { packedForNpm, root } from './built.ts';

describe('The npm package', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'npm-package-'));
  let tarball: string;
  before(async () => {
    tarball = await packedForNpm(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is at most 1 MB', () => assert.ok(statSync(tarball).size <= 1_000_000, `${statSync(tarball).size} bytes`));

  it('installs nothing else', () => {
    const {
      dependencies = {},
      optionalDependencies = {},
      scripts,
    } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    assert.deepEqual({ ...dependencies, ...optionalDependencies }, {});
    assert.deepEqual([scripts.preinstall, scripts.install, scripts.postinstall], [undefined, undefined, undefined]);
  });

  it('can be published with provenance, which needs the repository and asks for it', () => {
    const { repository, publishConfig } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    assert.match(repository.url, /^git\+https:\/\/github\.com\//);
    assert.equal(publishConfig.provenance, true);
  });

  it('runs by each of its names, installed without a network', () => {
    const quiet = ['--offline', '--no-audit', '--no-fund', '--silent', '--prefix', folder];
    execFileSync('npm', ['install', ...quiet, tarball], { cwd: folder });
    const env = { ...process.env, HOME: folder, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` };
    const run = (name: string, ...args: string[]) =>
      execFileSync(path.join(folder, 'node_modules/.bin', name), args, { env, encoding: 'utf8' });
    assert.equal(run('kubectl-seldon_lifecycle', '--version'), `${version}\n`);
    assert.equal(
      run('kubectl_complete-seldon_lifecycle', 'run', '--repl'),
      '--replicas\tThe number of replicas to scale to\n:4\n',
    );
    const npx = ['--offline', '--no', 'kubectl-seldon-lifecycle', '--', '--version'];
    assert.equal(execFileSync('npx', npx, { cwd: folder, env, encoding: 'utf8' }), `${version}\n`);
  });
});
