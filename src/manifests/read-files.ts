import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { BadInput } from '../failures.ts';
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
}

/**
 * Reads what `-f` names, in order: files, URLs, '-' for standard input, and of a directory its .yaml, .yml and .json files by
 * name, with `recursive` those below it too. Throws BadInput for what cannot be read or holds no file.
 */
export async function readSources(names: readonly string[], options: SourceOptions): Promise<SourceText[]> {
  const sources: SourceText[] = [];
  for (const name of names) {
    if (name === '-') sources.push({ name: 'standard input', text: await readAll(options.stdin) });
    else if (/^https?:\/\//.test(name)) {
      const { readUrl } = await import('./read-url.ts');
      sources.push({ name, text: await readUrl(name, { env: options.env }) });
    } else for (const file of filesAt(name, options.recursive)) sources.push({ name: file, text: readText(file) });
  }
  return sources;
}

/** The text of one file, or of standard input for '-'. Throws BadInput where it cannot be read. */
export async function readSource(name: string, stdin: Readable): Promise<string> {
  return name === '-' ? await readAll(stdin) : readText(name);
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
    return MANIFEST_SUFFIXES.includes(path.extname(entry.name)) ? [file] : [];
  });
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw cannotRead(directory, cause);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw cannotRead(file, cause);
  }
}

function cannotRead(name: string, cause: unknown): BadInput {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return new BadInput(
    missing ? `the path "${name}" does not exist` : `cannot read ${name}: ${(cause as Error).message}`,
    {
      cause,
    },
  );
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
