// The beginning of the built file: plain CommonJS, which scripts/built-file/one-file.ts puts there with PARTS filled in.
// The parts of the program follow it in a comment, which V8 skips in a fraction of the time that it takes to compile
// them. A part is compiled when it is first asked for, in one go with those that it needs: that takes less time than one
// by one. What V8 has compiled by the end of a command is kept in the user's cache folder. Node's own compile cache would
// keep only what is compiled before anything runs, which leaves out most functions.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import vm from 'node:vm';

/**
 * Where each part stands, in bytes after PARTS_BEGIN, whether its ends of comments are written otherwise, and which
 * parts it begins with, these as indexes in this table.
 */
declare const PARTS: readonly (readonly [name: string, start: number, end: number, escaped: 0 | 1, needs: number[]])[];
declare const PARTS_BEGIN: string;
/** Whether it is in an executable together with Node: then the parts are an asset of it. */
declare const SINGLE_EXECUTABLE: boolean;
declare const VERSION: string;
/** Tells the parts of this build from those of any other. */
declare const BUILD: string;
declare const ENTRY: string;

type Part = (exports: object, require: (name: string) => unknown, module: { exports: object }) => void;

const folder = cacheFolder();
const read = SINGLE_EXECUTABLE ? readerOfAsset() : readerOfFile();
const indexes = new Map(PARTS.map(([name], index) => [name, index]));
const compiled = new Map<number, Part>();
const modules = new Map<number, { exports: object }>();
const scripts = new Map<string, vm.Script>();
let somethingNew = false;
if (folder) process.on('exit', () => somethingNew && keep());
load(ENTRY);

function load(name: string): unknown {
  const index = indexes.get(name);
  if (index === undefined) return require(name);
  const known = modules.get(index);
  if (known) return known.exports;
  if (!compiled.has(index)) compile(name, [...neededBy(index)]);
  const module = { exports: {} };
  modules.set(index, module);
  compiled.get(index)?.(module.exports, load, module);
  return module.exports;
}

/** What is not compiled yet of a part and all that it begins with. */
function neededBy(index: number, needed = new Set<number>()): Set<number> {
  if (compiled.has(index) || needed.has(index)) return needed;
  needed.add(index);
  for (const one of PARTS[index]?.[4] ?? []) neededBy(one, needed);
  return needed;
}

function compile(name: string, needed: readonly number[]): void {
  const pieces = needed.flatMap((index) => {
    const [, start, end] = PARTS[index] ?? ['', 0, 0];
    return [Buffer.from(',function(exports,require,module){'), read(start, end), Buffer.from('\n}')];
  });
  const written = Buffer.concat(pieces).toString('latin1', 1);
  const text = needed.some((index) => PARTS[index]?.[3]) ? written.replaceAll('*\u007f/', '*/') : written;
  const kept = folder && path.join(folder, fileName(needed));
  const cachedData = kept === undefined ? undefined : readKept(kept);
  const script = new vm.Script(`[${text}]`, { filename: `${__filename}:${name}`, cachedData });
  if (kept) scripts.set(kept, script);
  somethingNew ||= !cachedData || script.cachedDataRejected === true;
  const parts: Part[] = script.runInThisContext();
  for (const [at, index] of needed.entries()) compiled.set(index, parts[at] as Part);
}

type ReadPart = (start: number, end: number) => Buffer;

function readerOfFile(): ReadPart {
  const file = fs.openSync(__filename, 'r');
  return (start, end) => {
    const bytes = Buffer.allocUnsafe(end - start);
    fs.readSync(file, bytes, 0, bytes.length, Number(PARTS_BEGIN) + start);
    return bytes;
  };
}

function readerOfAsset(): ReadPart {
  const { getRawAsset } = require('node:sea') as { getRawAsset(name: string): ArrayBuffer };
  const parts = Buffer.from(getRawAsset('parts'));
  return (start, end) => parts.subarray(start, end);
}

/** A part may be compiled with others in one command, and without them in the next. */
function fileName(parts: readonly number[]): string {
  const which = parts.reduce((bits, index) => bits | (1n << BigInt(index)), 0n);
  return `${which.toString(36)}-${process.arch}-${process.versions.v8}`;
}

function readKept(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** All that was used, since more functions may have been compiled of what was kept already. */
function keep(): void {
  try {
    for (const [file, script] of scripts) {
      // Another process may be about to read it, and V8 trusts what it reads: it is whole on the disk, or not there.
      fs.writeFileSync(`${file}.${process.pid}`, script.createCachedData(), { flush: true });
      fs.renameSync(`${file}.${process.pid}`, file);
    }
  } catch {}
}

/** Undefined where nothing can be kept: then everything is compiled each time. */
function cacheFolder(): string | undefined {
  if (process.env.NODE_DISABLE_COMPILE_CACHE === '1') return undefined;
  try {
    const ours = path.join(userCacheFolder(), 'kubectl-seldon-lifecycle');
    const folder = path.join(ours, `${VERSION}-${BUILD}`);
    if (!fs.existsSync(folder)) {
      if (fs.existsSync(ours) && !isOurs(fs.realpathSync(ours))) return undefined;
      fs.rmSync(ours, { recursive: true, force: true }); // What other versions have kept.
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    return isOurs(fs.realpathSync(folder)) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Code that somebody else could have put there is not run. Nor may a folder above be another's, who could put another
 * folder in the place of ours; in /tmp and its like, where all may write, only the owner may do that.
 */
function isOurs(folder: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return true;
  for (let at = folder; ; at = path.dirname(at)) {
    const { uid, mode } = fs.lstatSync(at);
    const sticky = at !== folder && (mode & 0o1000) !== 0;
    if ((uid !== user && (at === folder || uid !== 0)) || ((mode & 0o022) !== 0 && !sticky)) return false;
    if (at === path.dirname(at)) return true;
  }
}

function userCacheFolder(): string {
  const { XDG_CACHE_HOME = '', LOCALAPPDATA = '' } = process.env;
  if (path.isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
  return path.join(os.homedir(), ...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']));
}
