import { homedir } from 'node:os';
import { isAbsolute, join, parse, resolve, sep } from 'node:path';
import { forgetOtherBuilds } from './forget-builds.ts';
import { readKept, writeKept } from './kept-file.ts';
import { type OwnFolder, ownFolder } from './own-folder.ts';

/** What V8 has compiled, kept from one command to the next; `which` names the parts of the program. */
export interface CodeCache {
  read(which: string): Buffer | undefined;
  /** Throws where it cannot be written. */
  keep(which: string, data: Buffer): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined where nothing can be kept: then everything is compiled each time. Whatever is wrong, no command ends by it. */
export function openCodeCache(build: string, env: Environment, homeOf = homedir): CodeCache | undefined {
  if (env.NODE_DISABLE_COMPILE_CACHE === '1') return undefined;
  try {
    const own = folderOf(build, env, homeOf);
    if (own?.isNew) forgetOtherBuilds(own.folder);
    return own && cacheIn(own.folder, build);
  } catch {
    return undefined;
  }
}

function folderOf(build: string, env: Environment, homeOf: () => string): OwnFolder | undefined {
  const below = ['kubectl-seldon-lifecycle', `code-${build}`];
  const { XDG_CACHE_HOME = '', LOCALAPPDATA = '' } = env;
  if (isAbsolute(XDG_CACHE_HOME)) {
    const { root } = parse(XDG_CACHE_HOME);
    return ownFolder(root, [...resolve(XDG_CACHE_HOME).slice(root.length).split(sep), ...below]);
  }
  if (process.platform === 'win32' && isAbsolute(LOCALAPPDATA)) return ownFolder(LOCALAPPDATA, below);
  const home = homeOf();
  // A HOME that is empty or relative would leave it to the folder that a command is called in which code runs.
  if (!isAbsolute(home)) return undefined;
  return ownFolder(home, [...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']), ...below]);
}

function cacheIn(folder: string, build: string): CodeCache {
  const suffix = `${process.arch}-${process.version}`;
  const file = (which: string) => join(folder, `${which}-${suffix}.code`);
  return {
    read: (which) => readKept(file(which), labelOf(`${build} ${which} ${suffix}`)),
    keep: (which, data) => writeKept(file(which), labelOf(`${build} ${which} ${suffix}`), data),
  };
}

/** V8 itself checks its version and flags. It copies what does not begin at a multiple of eight bytes. */
function labelOf(what: string): Buffer {
  const line = `V8's compiled code of kubectl-seldon-lifecycle ${what}`;
  return Buffer.from(`${line.padEnd(Math.ceil((line.length + 1) / 8) * 8 - 1)}\n`);
}
