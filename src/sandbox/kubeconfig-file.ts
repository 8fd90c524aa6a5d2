import { randomUUID } from 'node:crypto';
import {
  closeSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { BadInput } from '../failures.ts';

const MARK = '# The kubeconfig of a sandbox of kubectl-seldon-lifecycle';

/**
 * Throws BadInput for what is no kubeconfig that an earlier sandbox has left: nothing else that the user has is ever
 * written over. A link leads to what somebody else may have chosen.
 */
export function refuseForeignFile(file: string): void {
  if (isFreeForUs(file)) return;
  throw new BadInput(`the file ${file} exists and is not a sandbox's kubeconfig: not changed`, {
    hint: 'Name another one with --kubeconfig',
  });
}

function isFreeForUs(file: string): boolean {
  try {
    const there = lstatSync(file, { throwIfNoEntry: false });
    return !there || (there.isFile() && beginning(file, MARK.length) === MARK);
  } catch (error) {
    throw cannotWrite(file, error as NodeJS.ErrnoException);
  }
}

/**
 * Writes the kubeconfig, which nobody else may read, whole or not at all. Answers what removes it, which answers why
 * it is left, if it is: another file has its name by then, or something else is in it. Throws BadInput.
 */
export function writeKubeconfig(file: string, text: string): () => string | undefined {
  const written = `${MARK}\n${text}`;
  const beside = path.join(path.dirname(file), `.sandbox-${randomUUID()}`);
  const inode = () => lstatSync(beside, { bigint: true });
  let own: ReturnType<typeof inode>;
  try {
    refuseForeignFile(file);
    writeFileSync(beside, written, { mode: 0o600, flag: 'wx', flush: true });
    own = inode();
    putInPlace(beside, file);
  } catch (error) {
    throw error instanceof BadInput ? error : cannotWrite(file, error as NodeJS.ErrnoException);
  } finally {
    rmSync(beside, { force: true });
  }
  return () => {
    try {
      const now = lstatSync(file, { bigint: true });
      const isOwn = now.isFile() && now.ino === own.ino && now.dev === own.dev;
      // The number of a file that is gone is given to the next one.
      if (!isOwn || readFileSync(file, 'utf8') !== written) return 'it is no longer the file that this sandbox wrote';
      rmSync(file);
    } catch (error) {
      const { code, errno = 0 } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') return `it cannot be removed: ${getSystemErrorMessage(errno)}`;
    }
    return undefined;
  };
}

/** A link never takes the place of a file that somebody has made meanwhile; where there is one, or no links, it is looked first. */
function putInPlace(beside: string, file: string): void {
  try {
    linkSync(beside, file);
  } catch {
    refuseForeignFile(file);
    renameSync(beside, file);
  }
}

function cannotWrite(file: string, cause: NodeJS.ErrnoException): BadInput {
  const why = cause.errno === undefined ? cause.message : getSystemErrorMessage(cause.errno);
  const folder = path.dirname(file);
  const hint =
    cause.code === 'ENOENT'
      ? `Create its folder (mkdir -p ${folder}), or name another file with --kubeconfig`
      : 'Name another file with --kubeconfig';
  return new BadInput(`cannot write the kubeconfig ${file}: ${why}`, { hint, cause });
}

/** So many bytes of a file, if it has them. */
function beginning(file: string, length: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, length, 0));
  } finally {
    closeSync(descriptor);
  }
}
