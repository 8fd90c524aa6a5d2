import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tarGz, zip } from './archive.ts';
import { filledManifest, type PackedPlatform } from './manifest.ts';
import { archiveName, executableName, type Platform } from './platforms.ts';
import { manifestProblems } from './rules.ts';

const root = path.resolve(import.meta.dirname, '..');

/**
 * Writes an archive for each platform into a folder, from its executable there is, and the manifest for krew beside
 * them. Throws where krew would refuse it.
 */
export function packForKrew(
  executables: readonly { platform: Platform; file: string }[],
  folder: string,
  { version, repository }: { version: string; repository: string },
): { packed: PackedPlatform[]; manifestFile: string } {
  mkdirSync(folder, { recursive: true });
  const licences = ['LICENSE', 'THIRD-PARTY-LICENSES'].map((name) => ({
    name,
    content: readFileSync(path.join(root, name)),
    executable: false,
  }));
  const packed = executables.map(({ platform, file }) => {
    const executable = { name: executableName(platform), content: readFileSync(file), executable: true };
    const archive = archiveName(version, platform);
    const bytes = (platform.os === 'windows' ? zip : tarGz)([executable, ...licences]);
    writeFileSync(path.join(folder, archive), bytes);
    return { platform, archive, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const template = readFileSync(path.join(root, 'plugin-manifest/seldon-lifecycle.yaml'), 'utf8');
  const manifest = filledManifest(template, { version, repository, packed });
  const problems = manifestProblems(manifest, 'seldon-lifecycle.yaml');
  if (problems.length > 0) throw new Error(`krew would refuse the manifest:\n${problems.join('\n')}`);
  const manifestFile = path.join(folder, 'seldon-lifecycle.yaml');
  writeFileSync(manifestFile, manifest);
  return { packed, manifestFile };
}
