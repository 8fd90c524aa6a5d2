import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Run = (args: readonly string[], input?: string) => string;

/**
 * Lets an executable be run in a file system that holds nothing but it and the system's libraries that it names, with an
 * empty environment: there is no Node, no shell, no /tmp and no /proc. A run answers what was written to standard output,
 * and throws where it fails. Needs Linux, and root or a sudo that asks nothing.
 */
export function inFreshRoot(executable: string, use: (run: Run) => void): void {
  const root = mkdtempSync(path.join(tmpdir(), 'fresh-root-'));
  try {
    const libraries = execFileSync('ldd', [executable], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
    for (const [, library = ''] of libraries) copyInto(root, library, library);
    copyInto(root, executable, '/plugin');
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    use((args, input = '') => {
      const [program = '', ...rest] = [...asRoot, 'env', '-i', '/usr/sbin/chroot', root, '/plugin', ...args];
      return execFileSync(program, rest, { encoding: 'utf8', input });
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

function copyInto(root: string, from: string, to: string): void {
  const place = path.join(root, to);
  mkdirSync(path.dirname(place), { recursive: true });
  copyFileSync(from, place);
}
