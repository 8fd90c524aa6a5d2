import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { completer } from '../../scripts/built-file/completer.ts';
import { type OneFile, oneFile } from '../../scripts/built-file/one-file.ts';

export const root = path.resolve(import.meta.dirname, '../..');

let built: Promise<OneFile> | undefined;

/** What `npm run build` would make of the source as it is. */
export function builtNow(): Promise<OneFile> {
  built ??= oneFile();
  return built;
}

/** A folder with the built file in it, as it is shipped. */
export async function folderWithBuiltFile(): Promise<{ folder: string; file: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'built-'));
  const file = path.join(folder, 'kubectl-seldon_lifecycle.cjs');
  writeFileSync(file, (await builtNow()).text);
  chmodSync(file, 0o755);
  return { folder, file };
}

/** The package as npm would publish it, packed into the folder; the path of the tarball. */
export async function packedForNpm(folder: string): Promise<string> {
  const copy = path.join(folder, 'to-publish');
  mkdirSync(path.join(copy, 'dist'), { recursive: true });
  for (const name of ['package.json', 'README.md', 'LICENSE', 'THIRD-PARTY-LICENSES']) {
    cpSync(path.join(root, name), path.join(copy, name));
  }
  for (const [name, text] of Object.entries({
    'kubectl-seldon_lifecycle.cjs': (await builtNow()).text,
    'kubectl_complete-seldon_lifecycle.cjs': completer,
  })) {
    writeFileSync(path.join(copy, 'dist', name), text);
    chmodSync(path.join(copy, 'dist', name), 0o755);
  }
  const args = ['pack', '--ignore-scripts', '--offline', '--silent', '--pack-destination', folder];
  return path.join(folder, execFileSync('npm', args, { cwd: copy, encoding: 'utf8' }).trim());
}
