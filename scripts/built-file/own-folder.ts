import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join, parse, sep } from 'node:path';

export interface OwnFolder {
  /** Its real path. */
  folder: string;
  isNew: boolean;
}

/**
 * A folder below `base` that nobody but the user can put anything into, made where it is missing (but
 * not `base`). Undefined where there is none such: then nothing is to be read, made or removed there.
 */
export function ownFolder(base: string, names: readonly string[], user = process.getuid?.()): OwnFolder | undefined {
  for (let count = names.length; count >= 0; count--) {
    const existing = realPath(join(base, ...names.slice(0, count)));
    if (existing === undefined) continue;
    if (!isOwn(existing, user)) return undefined;
    const folder = withFolders(existing, names.slice(count), user);
    return folder === undefined ? undefined : { folder, isNew: count < names.length };
  }
  return undefined;
}

/** Undefined where there is nothing of that name, or a link to nothing. */
function realPath(folder: string): string | undefined {
  try {
    return realpathSync.native(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * From the root down: what is in a folder that nobody else can rename anything in stays what it is, whatever links
 * somebody swaps meanwhile. In /tmp and its like, where all may write, only the owner of a thing can rename it.
 */
function isOwn(folder: string, user: number | undefined): boolean {
  if (user === undefined) return true;
  const { root } = parse(folder);
  let at = root;
  for (const name of folder.slice(root.length).split(sep)) {
    const stat = lstatSync(at);
    const othersRename = (stat.mode & 0o022) !== 0 && (stat.mode & 0o1000) === 0;
    if (!stat.isDirectory() || (stat.uid !== user && stat.uid !== 0) || othersRename) return false;
    at = join(at, name);
  }
  return isUsersAlone(at, user);
}

function isUsersAlone(folder: string, user: number | undefined): boolean {
  const stat = lstatSync(folder);
  return stat.isDirectory() && (user === undefined || (stat.uid === user && (stat.mode & 0o022) === 0));
}

function withFolders(existing: string, names: readonly string[], user: number | undefined): string | undefined {
  let at = existing;
  for (const name of names) {
    at = join(at, name);
    try {
      mkdirSync(at, { mode: 0o700 });
    } catch (error) {
      // Another process of the user's has just made it, or a link to nothing has its name.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!isUsersAlone(at, user)) return undefined;
  }
  return at;
}
