import { createReadStream, type Dirent, readdirSync, statSync } from 'node:fs';
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
 * name, with `recursive` those below it too. Throws BadInput for what cannot be read, is too large or no text, or holds no
 * file; all together may be as large as one.
 */
export async function readSources(
  names: readonly string[],
  { recursive, stdin, env, budget = new ReadingBudget() }: SourceOptions,
): Promise<SourceText[]> {
  const sources: SourceText[] = [];
  const add = (source: SourceText) => {
    if (budget.take('bytes', source.text.length)) throw tooLarge(source.name, 'with what was read before it ');
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
  const { name: spoken, text } = name === '-' ? await readAll(stdin, 'standard input') : await readFile(name);
  if (budget.take('bytes', text.length)) throw tooLarge(spoken, 'with what was read before it ');
  return text;
}

function filesAt(name: string, recursive: boolean): string[] {
  try {
    if (!statSync(name).isDirectory()) return [name];
  } catch (cause) {
    throw cannotRead(name, cause);
  }
  const files = manifestsIn(name, recursive);
  if (files.length === 0) {
    throw new BadInput(`no manifests in the directory ${name}: it has no ${MANIFEST_SUFFIXES.join(', ')} files`, {
      hint: recursive ? undefined : 'Directories below it are read with -R.',
    });
  }
  return files;
}

function manifestsIn(directory: string, recursive: boolean): string[] {
  const entries = entriesOf(directory).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) return recursive ? manifestsIn(file, recursive) : [];
    return MANIFEST_SUFFIXES.includes(path.extname(entry.name)) && isReadable(file, entry) ? [file] : [];
  });
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw cannotRead(directory, cause);
  }
}

/** In a directory nobody has named it: a pipe or a device there could keep the program for ever. */
function isReadable(file: string, entry: Dirent): boolean {
  if (entry.isFile()) return true;
  try {
    return statSync(file).isFile();
  } catch (cause) {
    throw cannotRead(file, cause);
  }
}

/** A file may also be a pipe, such as <(…) of a shell. */
async function readFile(file: string): Promise<SourceText> {
  try {
    // Before anything of it is read.
    const { size } = statSync(file);
    if (size > inputLimits.bytes) throw tooLarge(file);
    return await readAll(createReadStream(file), file);
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    throw cannotRead(file, cause);
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
  return new TooMuchInput(`${name}:1:1: ${together}larger than ${most}, which is the most that is read`, {
    hint: 'Split it, and take one part at a time',
  });
}
