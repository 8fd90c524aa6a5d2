import { execFileSync } from 'node:child_process';

/** What a build is made from, in the words of `kubectl version -o json`. */
export interface BuiltFrom {
  gitCommit: string;
  /** Whether all files that git knows were as in that commit. */
  gitTreeState: 'clean' | 'dirty';
}

/** Undefined where the source is no checkout of its own, as an unpacked archive is, even inside somebody else's. */
export function builtFrom(root: string): BuiltFrom | undefined {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [prefix, gitCommit = ''] = git('rev-parse', '--show-prefix', 'HEAD').split('\n');
    if (prefix !== '' || !/^[0-9a-f]{40,64}$/.test(gitCommit)) return undefined;
    const changed = git('status', '--porcelain', '--untracked-files=no');
    return { gitCommit, gitTreeState: changed === '' ? 'clean' : 'dirty' };
  } catch {
    return undefined;
  }
}
