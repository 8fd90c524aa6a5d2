// The beginning of the built file: scripts/built-file/one-file.ts puts it there as plain CommonJS with PARTS filled in.
// The parts of the program follow it in a comment, which V8 skips in a fraction of the time that it takes to compile
// them. A part is compiled when it is first asked for, in one go with those that it needs: that takes less time than one
// by one. What V8 has compiled by the end of a command is kept in the user's cache folder. Node's own compile cache would
// keep only what is compiled before anything runs, which leaves out most functions. Here and in what this imports, names are
// imported one by one: for a whole module esbuild would copy all names of it at each start.
import { openSync, readSync } from 'node:fs';
import { Script } from 'node:vm';
import { openCodeCache } from './code-cache.ts';

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

type Part = (
  exports: object,
  require: (name: string) => unknown,
  module: { exports: object },
  ...helpers: unknown[]
) => void;

/** What esbuild would write at the beginning of each part that exports something, by its names: see one-file.ts. */
const helpers = {
  __export(target: object, all: Readonly<Record<string, () => unknown>>): void {
    for (const [name, get] of Object.entries(all)) Object.defineProperty(target, name, { get, enumerable: true });
  },
  __toCommonJS: (exports: object) => Object.defineProperty(exports, '__esModule', { value: true }),
  /** A module as an import of all of it sees it: parts as they are, those of Node and of CommonJS with themselves as the default. */
  __toESM(module: { __esModule?: true }, asNode?: 1): object {
    if (module.__esModule && !asNode) return module;
    const target = Object.create(Object.getPrototypeOf(module), { default: { value: module, enumerable: true } });
    for (const [name, { enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(module))) {
      if (Object.hasOwn(target, name)) continue;
      Object.defineProperty(target, name, {
        get: () => (module as Record<string, unknown>)[name],
        enumerable: enumerable === true,
      });
    }
    return target;
  },
};
const helperNames = Object.keys(helpers).join();
const helperValues = Object.values(helpers);

const cache = openCodeCache(`${VERSION}-${BUILD}`, process.env);
const read = SINGLE_EXECUTABLE ? readerOfAsset() : readerOfFile();
const indexes = new Map(PARTS.map(([name], index) => [name, index]));
const compiled = new Map<number, Part>();
const modules = new Map<number, { exports: object }>();
const scripts = new Map<string, Script>();
let somethingNew = false;
if (cache) process.on('exit', () => somethingNew && keep());
load(ENTRY);

function load(name: string): unknown {
  const index = indexes.get(name);
  if (index === undefined) return require(name);
  const known = modules.get(index);
  if (known) return known.exports;
  if (!compiled.has(index)) compile(name, [...neededBy(index)]);
  const module = { exports: {} };
  modules.set(index, module);
  compiled.get(index)?.(module.exports, load, module, ...helperValues);
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
  const begin = Buffer.from(`,function(exports,require,module,${helperNames}){`);
  const pieces = needed.flatMap((index) => {
    const [, start, end] = PARTS[index] ?? ['', 0, 0];
    return [begin, read(start, end), Buffer.from('\n}')];
  });
  const written = Buffer.concat(pieces).toString('latin1', 1);
  const text = needed.some((index) => PARTS[index]?.[3]) ? written.replaceAll('*\u007f/', '*/') : written;
  const which = nameOf(needed);
  const cachedData = cache?.read(which);
  const script = new Script(`[${text}]`, { filename: `${__filename}:${name}`, cachedData });
  scripts.set(which, script);
  somethingNew ||= !cachedData || script.cachedDataRejected === true;
  const parts: Part[] = script.runInThisContext();
  for (const [at, index] of needed.entries()) compiled.set(index, parts[at] as Part);
}

type ReadPart = (start: number, end: number) => Buffer;

function readerOfFile(): ReadPart {
  const file = openSync(__filename, 'r');
  return (start, end) => {
    const bytes = Buffer.allocUnsafe(end - start);
    readSync(file, bytes, 0, bytes.length, Number(PARTS_BEGIN) + start);
    return bytes;
  };
}

function readerOfAsset(): ReadPart {
  const { getRawAsset } = require('node:sea') as { getRawAsset(name: string): ArrayBuffer };
  const parts = Buffer.from(getRawAsset('parts'));
  return (start, end) => parts.subarray(start, end);
}

/** A part may be compiled with others in one command, and without them in the next. */
function nameOf(parts: readonly number[]): string {
  return parts.reduce((bits, index) => bits | (1n << BigInt(index)), 0n).toString(36);
}

/** All that was used, since more functions may have been compiled of what was kept already. */
function keep(): void {
  for (const [which, script] of scripts) {
    try {
      cache?.keep(which, script.createCachedData());
    } catch {} // It goes on without: on a full disk, or one that is read only.
  }
}
