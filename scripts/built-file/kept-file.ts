import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';

/** More than V8 makes of the whole program by far. */
const MOST_BYTES = 64 * 2 ** 20;
/** Of the number that says how long the code is. */
const LENGTH_BYTES = 8;
/** The second time is read in pieces into the same memory: new memory costs more time than reading. */
const PIECE = 64 * 2 ** 10;

/**
 * V8 believes what it is given, and a single wrong bit can end the process. So everything is in the file twice, behind a
 * label that says what it is for, and what is not the same both times is not given to V8. To compare 150 KB takes 0.2 ms; a
 * checksum takes 2.4 ms, of which most is loading zlib, or 1 ms in code that is not compiled yet.
 * Undefined for what is not there, is damaged, for something else, or not the user's alone; that is thrown away.
 */
export function readKept(file: string, label: Buffer, user = process.getuid?.()): Buffer | undefined {
  try {
    // A pipe in its place would be waited for. Neither flag is there on Windows.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stat = fstatSync(descriptor);
      // Not even readable by others, as git and most archives would make it: it was put there by us.
      const ours = user === undefined || (stat.uid === user && (stat.mode & 0o077) === 0);
      const data = stat.isFile() && ours && stat.size <= MOST_BYTES && dataIn(descriptor, stat.size / 2, label);
      if (data) return data;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  }
  throwAway(file);
  return undefined;
}

function dataIn(descriptor: number, half: number, label: Buffer): Buffer | undefined {
  const begin = label.length + LENGTH_BYTES;
  if (!Number.isInteger(half) || half < begin) return undefined;
  const once = Buffer.allocUnsafeSlow(half);
  if (readSync(descriptor, once, 0, half, 0) !== half || !isThereAgain(descriptor, once)) return undefined;
  if (!once.subarray(0, label.length).equals(label)) return undefined;
  return Number(once.readBigUInt64LE(label.length)) === half - begin ? once.subarray(begin) : undefined;
}

function isThereAgain(descriptor: number, once: Buffer): boolean {
  const piece = Buffer.allocUnsafeSlow(Math.min(PIECE, once.length));
  for (let at = 0; at < once.length; at += PIECE) {
    const read = readSync(descriptor, piece, 0, Math.min(PIECE, once.length - at), once.length + at);
    if (!piece.subarray(0, read).equals(once.subarray(at, at + PIECE))) return false;
  }
  return true;
}

/** What is in its place may be a folder, which only goes if it is empty. */
function throwAway(file: string): void {
  for (const remove of [unlinkSync, rmdirSync]) {
    try {
      remove(file);
    } catch {}
  }
}

/** Whole, or not at all: another process may read it at any time. Throws where it cannot be written. */
export function writeKept(file: string, label: Buffer, data: Buffer): void {
  const unfinished = `${file}.${Math.random().toString(36).slice(2)}`;
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(data.length));
  const once = Buffer.concat([label, length, data]);
  // Never over what is there: processes in other containers may have everything in common with this one.
  const descriptor = openSync(unfinished, 'wx', 0o600);
  try {
    try {
      writeFileSync(descriptor, Buffer.concat([once, once]));
    } finally {
      closeSync(descriptor);
    }
    renameSync(unfinished, file);
  } catch (error) {
    unlinkSync(unfinished);
    throw error;
  }
}
