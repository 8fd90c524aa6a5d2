import { once } from 'node:events';
import { createReadStream, type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { gathered } from '../cluster/gathered-bytes.ts';
import { BadInput } from '../failures.ts';
import { inMebibytes, inputLimits, TooMuchInput } from '../reading/input-limits.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';
import { spokenAddress, spokenCause, spokenName } from '../text/spoken-address.ts';
import { decodeText } from './decode-text.ts';
import type { UrlOptions } from './read-url.ts';

/** The text of one file, or of standard input, under the name that messages call it by. */
export interface SourceText {
  name: string;
  text: string;
}

/** The same that kubectl looks for in a directory. */
const MANIFEST_SUFFIXES = ['.yaml', '.yml', '.json'];

export interface SourceOptions {
  recursive: boolean;
  stdin: Readable;
  /** For the proxy to URLs. */
  env: UrlOptions['env'];
  /** Shared with what else is read for the same purpose; otherwise one of its own. */
  budget?: ReadingBudget;
}

/**
 * Reads what `-f` names, in order: files, URLs, '-' for standard input, and of a directory its .yaml, .yml and .json files by
 * name but for hidden ones, with `recursive` those below it too. Throws BadInput for what cannot be read, is too large or no text, or holds no
 * file; all together may be as large as one.
 */
export async function readSources(
  names: readonly string[],
  { recursive, stdin, env, budget = new ReadingBudget() }: SourceOptions,
): Promise<SourceText[]> {
  const sources: SourceText[] = [];
  const add = (source: SourceText) => {
    if (budget.take('bytes', source.text.length)) throw tooLarge(source.name, 'together with the input before it ');
    sources.push(source);
  };
  for (const name of names) {
    if (name === '-') add(await readAll(stdin, 'standard input'));
    else if (/^https?:\/\//.test(name)) {
      const { readUrl } = await import('./read-url.ts');
      const text = await readUrl(name, { env });
      add({ name: spokenAddress(name) ?? '-f', text });
    } else for (const file of filesAt(name, recursive)) add(await readFile(file));
  }
  return sources;
}

/** The text of one file, or of standard input for '-'. Throws BadInput where it cannot be read. */
export async function readSource(name: string, stdin: Readable, budget = new ReadingBudget()): Promise<string> {
  const { name: spoken, text } =
    name === '-' ? await readAll(stdin, 'standard input') : await readFile(fileCalled(name));
  if (budget.take('bytes', text.length)) throw tooLarge(spoken, 'together with the input before it ');
  return text;
}

/** A file that is read piece by piece, however large it is, or standard input for '-'. Throws BadInput where it cannot be opened. */
export async function openSource(name: string, stdin: Readable): Promise<Readable> {
  if (name === '-') return stdin;
  const file = pathOf(fileCalled(name));
  try {
    if (statSync(file).isDirectory()) throw new Error('it is a directory');
    const stream = createReadStream(file);
    await once(stream, 'open');
    return stream;
  } catch (cause) {
    throw cannotRead(name, cause);
  }
}

/** A file as the system knows it, and as messages and other files call it. */
interface FileName {
  /** Undefined where the name says it all: bytes that are no UTF-8 have no name as text. */
  bytes: Buffer | undefined;
  name: string;
}

const pathOf = ({ bytes, name }: FileName): Buffer | string => bytes ?? name;

function filesAt(given: string, recursive: boolean): FileName[] {
  const named = fileCalled(given);
  try {
    if (!statSync(pathOf(named)).isDirectory()) return [named];
  } catch (cause) {
    throw cannotRead(given, cause);
  }
  const files = manifestsIn(named, recursive);
  if (files.length === 0) {
    throw new BadInput(`no manifests in the directory ${given}: it has no ${MANIFEST_SUFFIXES.join(', ')} files`, {
      hint: recursive ? undefined : 'To read its subdirectories too, add -R.',
    });
  }
  return files;
}

/**
 * What is hidden in a directory is passed over: the `..data` folders of a mounted ConfigMap, in which everything stands
 * once more; lock and backup files of editors; the folders of git.
 */
function manifestsIn(directory: FileName, recursive: boolean): FileName[] {
  const entries = entriesOf(directory).filter(({ file }) => !path.basename(file.name).startsWith('.'));
  return entries.flatMap(({ file, entry }) => {
    if (entry.isDirectory()) return recursive ? manifestsIn(file, recursive) : [];
    return MANIFEST_SUFFIXES.includes(path.extname(file.name)) && isReadable(file, entry) ? [file] : [];
  });
}

/** Everything in a directory, by name. */
function entriesOf(directory: FileName): { file: FileName; entry: Dirent<Buffer> }[] {
  try {
    const entries = readdirSync(pathOf(directory), { withFileTypes: true, encoding: 'buffer' });
    const named = entries.map((entry) => ({ file: inside(directory, entry.name), entry }));
    return named.sort(({ file: a }, { file: b }) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw cannotRead(directory.name, cause);
  }
}

function inside(directory: FileName, entry: Buffer): FileName {
  const text = entry.toString();
  const name = path.join(directory.name, text);
  if (directory.bytes === undefined && Buffer.from(text).equals(entry)) return { bytes: undefined, name };
  return { bytes: Buffer.concat([Buffer.from(pathOf(directory)), Buffer.from(path.sep), entry]), name };
}

/**
 * The file of a name from the command line, of which bytes that are no UTF-8 come as U+FFFD: the only one that looks like
 * that.
 */
function fileCalled(given: string): FileName {
  if (!given.includes('\ufffd') || existsSync(given)) return { bytes: undefined, name: given };
  const start: FileName = { bytes: undefined, name: path.isAbsolute(given) ? path.parse(given).root : '.' };
  let found = start;
  for (const part of given.split(path.sep).filter((one) => one !== '')) {
    const alike = part.includes('\ufffd') ? entriesCalled(found, part) : [inside(found, Buffer.from(part))];
    const [only, another] = alike;
    if (!only || another) return { bytes: undefined, name: given };
    found = only;
  }
  return { ...found, name: given };
}

function entriesCalled(directory: FileName, part: string): FileName[] {
  try {
    const names = readdirSync(pathOf(directory), { encoding: 'buffer' });
    return names.filter((name) => name.toString() === part).map((name) => inside(directory, name));
  } catch {
    return [];
  }
}

/** In a directory nobody has named it: a pipe or a device there could keep the program for ever. */
function isReadable(file: FileName, entry: Dirent<Buffer>): boolean {
  if (entry.isFile()) return true;
  try {
    return statSync(pathOf(file)).isFile();
  } catch (cause) {
    throw cannotRead(file.name, cause);
  }
}

/** A file may also be a pipe, such as <(…) of a shell. */
async function readFile(file: FileName): Promise<SourceText> {
  try {
    // Before anything of it is read.
    const { size } = statSync(pathOf(file));
    if (size > inputLimits.bytes) throw tooLarge(file.name);
    return await readAll(createReadStream(pathOf(file)), file.name);
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    throw cannotRead(file.name, cause);
  }
}

function cannotRead(name: string, cause: unknown): BadInput {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return new BadInput(
    missing
      ? `the path "${spokenName(name)}" does not exist`
      : `cannot read ${spokenName(name)}: ${spokenCause(cause, name)}`,
    {
      cause,
    },
  );
}

async function readAll(stream: Readable, name: string): Promise<SourceText> {
  const bytes = await gathered(stream, inputLimits.bytes, () => tooLarge(name));
  return { name, text: decodeText(bytes, name) };
}

function tooLarge(name: string, together = ''): BadInput {
  const most = inMebibytes(inputLimits.bytes);
  return new TooMuchInput(`${name}:1:1: ${together}larger than ${most}, the maximum`, {
    hint: 'Split it, and use one part at a time',
  });
}
