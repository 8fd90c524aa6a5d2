import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { executableName, type Platform, platformName } from '../krew/platforms.ts';
import { oneFile } from './built-file/one-file.ts';
import { macSignatureProblem } from './mac-signature.ts';

/**
 * The program and Node in one executable for each platform, all made on this machine: by `node --build-sea`, which needs
 * Node 25.5 or later of the same version as what it writes to (https://nodejs.org/api/single-executable-applications.html).
 * Without V8's code cache, so that the same input gives the same bytes. `say` is told what is not as it should be.
 */
export async function buildExecutables(
  platforms: readonly Platform[],
  folder: string,
  say: (line: string) => void,
): Promise<{ platform: Platform; file: string }[]> {
  const work = mkdtempSync(path.join(tmpdir(), 'executables-'));
  try {
    const { text, parts } = await oneFile({ singleExecutable: true });
    writeFileSync(path.join(work, 'main.cjs'), text);
    writeFileSync(path.join(work, 'parts'), parts);
    return platforms.map((platform) => {
      const file = path.resolve(folder, platformName(platform), executableName(platform));
      mkdirSync(path.dirname(file), { recursive: true });
      const config = path.join(work, `${platformName(platform)}.json`);
      const settings = {
        // What stands here stands in the executable: no path of this machine.
        main: 'main.cjs',
        output: file,
        executable: nodeFor(platform, work),
        mainFormat: 'commonjs',
        disableExperimentalSEAWarning: true,
        useCodeCache: false,
        useSnapshot: false,
        // NODE_OPTIONS is for the Node programs of whoever sets it; one that this Node does not know would end us.
        execArgvExtension: 'none',
        assets: { parts: 'parts' },
      };
      writeFileSync(config, JSON.stringify(settings));
      execFileSync(process.execPath, ['--build-sea', config], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
      chmodSync(file, 0o755);
      if (platform.os === 'darwin') signAdHoc(file, say);
      return { platform, file };
    });
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Node for a platform: the installed one, or from its npm package, which has to be what the lockfile says. */
function nodeFor({ nodePackage, os }: Platform, work: string): string {
  const binary = os === 'windows' ? 'bin/node.exe' : 'bin/node';
  const installed = path.join('node_modules', nodePackage, binary);
  if (existsSync(installed)) return path.resolve(installed);
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const { version, integrity } = packages[`node_modules/${nodePackage}`];
  const pack = ['pack', `${nodePackage}@${version}`, '--silent', '--pack-destination', work];
  const tarball = path.join(
    work,
    execFileSync('npm', pack, { encoding: 'utf8', shell: process.platform === 'win32' }).trim(),
  );
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== integrity) throw new Error(`${nodePackage}@${version} is not what package-lock.json says: ${found}`);
  const folder = path.join(work, nodePackage);
  mkdirSync(folder);
  execFileSync('tar', ['-xzf', tarball, '-C', folder, `package/${binary}`]);
  return path.join(folder, 'package', binary);
}

/** A Mac with Apple's processor starts nothing that is not signed; without an identity does. */
function signAdHoc(file: string, say: (line: string) => void): void {
  try {
    execFileSync('rcodesign', ['sign', '--binary-identifier', 'kubectl-seldon_lifecycle', file], { stdio: 'ignore' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    say(`not signed, because there is no rcodesign (cargo install apple-codesign): ${file}`);
    return;
  }
  const problem = macSignatureProblem(readFileSync(file));
  if (problem) throw new Error(`the signature of ${file}: ${problem}`);
}
