import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import { zip } from '../../krew/archive.ts';
import { packForKrew } from '../../krew/pack.ts';
import { archiveName, executableName, platforms } from '../../krew/platforms.ts';
import { manifestProblems } from '../../krew/rules.ts';
import { folderWithBuiltFile } from './built.ts';

const release = { version: '1.2.3', repository: 'https://github.com/x/y' };

describe('What krew gets', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'krew-'));
  let manifest: string;
  before(async () => {
    // The file that needs Node stands for the executables, which are made only for a release.
    const built = await folderWithBuiltFile();
    const executables = platforms.map((platform) => ({ platform, file: built.file }));
    manifest = readFileSync(packForKrew(executables, folder, release).manifestFile, 'utf8');
    rmSync(built.folder, { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is a manifest with every platform, whose sums are those of the archives', () => {
    const { spec } = parse(manifest);
    assert.equal(spec.platforms.length, platforms.length);
    for (const [index, platform] of platforms.entries()) {
      const archive = archiveName(release.version, platform);
      const sum = createHash('sha256')
        .update(readFileSync(path.join(folder, archive)))
        .digest('hex');
      assert.equal(spec.platforms[index].sha256, sum);
      assert.equal(spec.platforms[index].uri, `https://github.com/x/y/releases/download/v1.2.3/${archive}`);
    }
  });

  it('runs unpacked and linked as krew does it', { skip: process.platform === 'win32' }, () => {
    const [linux] = platforms;
    assert.ok(linux);
    const store = path.join(folder, 'store');
    mkdirSync(store);
    execFileSync('tar', ['-xzf', path.join(folder, archiveName(release.version, linux)), '-C', store]);
    assert.equal(statSync(path.join(store, executableName(linux))).mode & 0o777, 0o755);
    assert.match(readFileSync(path.join(store, 'LICENSE'), 'utf8'), /Apache License/);
    assert.match(readFileSync(path.join(store, 'THIRD-PARTY-LICENSES'), 'utf8'), /undici/);
    const link = path.join(folder, 'kubectl-seldon_lifecycle');
    symlinkSync(path.join(store, executableName(linux)), link);
    const env = { HOME: folder, PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` };
    assert.match(execFileSync(link, ['--help'], { env, encoding: 'utf8' }), /kubectl seldon-lifecycle \[command\]/);
  });

  it('has the same bytes for the same files', () => {
    const files = [{ name: 'a', content: Buffer.from('b'), executable: true }];
    assert.deepEqual(zip(files), zip(files));
    const again = mkdtempSync(path.join(tmpdir(), 'krew-'));
    const some = [{ platform: platforms[0] as (typeof platforms)[0], file: 'package.json' }];
    const sums = [again, path.join(again, 'b')].map((one) => packForKrew(some, one, release).packed[0]?.sha256);
    assert.equal(sums[0], sums[1]);
    rmSync(again, { recursive: true });
  });

  const wrongs: [name: string, change: (manifest: ManifestLike) => void, problem: RegExp][] = [
    [
      'a name with the prefix',
      ({ metadata }) => {
        metadata.name = 'kubectl-x';
      },
      /begins with kubectl-/,
    ],
    [
      'a version without v',
      ({ spec }) => {
        spec.version = '1.2.3';
      },
      /is not vX\.Y\.Z/,
    ],
    [
      'a long short description',
      ({ spec }) => {
        spec.shortDescription = 'x'.repeat(51);
      },
      /51 characters/,
    ],
    [
      'a sum in capitals',
      ({ spec }) => {
        spec.platforms[0].sha256 = 'A'.repeat(64);
      },
      /sha256/,
    ],
    [
      'two platforms in one',
      ({ spec }) => {
        spec.platforms[1].selector = spec.platforms[0].selector;
      },
      /same selector/,
    ],
    [
      'an archive of another kind',
      ({ spec }) => {
        spec.platforms[0].uri = 'https://x/y.tgz';
      },
      /no \.zip or \.tar\.gz/,
    ],
    [
      'no licence',
      ({ spec }) => {
        spec.platforms[0].files.splice(1, 1);
      },
      /no LICENSE/,
    ],
    [
      'a Windows program without .exe',
      ({ spec }) => {
        spec.platforms[4].bin = 'LICENSE';
      },
      /only \.exe/,
    ],
  ];
  for (const [name, change, problem] of wrongs) {
    it(`is refused with ${name}`, () => {
      const wrong = parse(manifest);
      change(wrong);
      const problems = manifestProblems(stringify(wrong), 'seldon-lifecycle.yaml');
      assert.ok(
        problems.some((one) => problem.test(one)),
        problems.join('\n') || 'nothing found',
      );
    });
  }
});

// biome-ignore lint/suspicious/noExplicitAny: whatever stands in YAML
type ManifestLike = any;
