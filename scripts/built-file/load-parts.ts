// The beginning of the built file: plain CommonJS, which scripts/built-file/one-file.ts puts there with PARTS filled in.
// The parts of the program follow it in a comment, which V8 skips in a fraction of the time that it takes to compile
// them; each is compiled when it is first asked for. Node keeps what it has compiled in the user's cache folder.
import fs from 'node:fs';
import Module from 'node:module';
import os from 'node:os';
import path from 'node:path';

/** Where each part stands, in bytes after PARTS_BEGIN, and whether its ends of comments are written otherwise. */
declare const PARTS: Readonly<Record<string, readonly [start: number, end: number, escaped: 0 | 1]>>;
declare const PARTS_BEGIN: string;
/** Whether it is in an executable together with Node: then the parts are an asset of it. */
declare const SINGLE_EXECUTABLE: boolean;
declare const VERSION: string;
declare const ENTRY: string;

interface CompilableModule {
  filename: string;
  exports: unknown;
  require(name: string): unknown;
  _compile(text: string, filename: string): unknown;
}

keepCompiled();
const read = SINGLE_EXECUTABLE ? readerOfAsset() : readerOfFile();
const loaded = new Map<string, CompilableModule>();
load(ENTRY);

function load(name: string): unknown {
  const known = loaded.get(name);
  if (known) return known.exports;
  const [start, end, escaped] = PARTS[name] ?? [0, 0, 0];
  const part = read(start, end).toString('latin1');
  const filename = `${__filename}:${name}`;
  const one = new Module(filename) as unknown as CompilableModule;
  one.filename = filename;
  one.require = (wanted) => (wanted in PARTS ? load(wanted) : require(wanted));
  loaded.set(name, one);
  one._compile(escaped ? part.replaceAll('*\u007f/', '*/') : part, filename);
  return one.exports;
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

/** Where nothing can be kept, everything is compiled each time. */
function keepCompiled(): void {
  try {
    if (process.env.NODE_COMPILE_CACHE) return; // Node has been told where.
    const ours = path.join(cacheFolder(), 'kubectl-seldon-lifecycle');
    const folder = path.join(ours, VERSION);
    if (!fs.existsSync(folder)) {
      if (fs.existsSync(ours) && !isOurs(fs.realpathSync(ours))) return;
      fs.rmSync(ours, { recursive: true, force: true }); // What other versions have kept.
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    if (isOurs(fs.realpathSync(folder))) Module.enableCompileCache(folder);
  } catch {}
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

function cacheFolder(): string {
  const { XDG_CACHE_HOME = '', LOCALAPPDATA = '' } = process.env;
  if (path.isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
  return path.join(os.homedir(), ...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']));
}
