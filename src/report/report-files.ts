import { closeSync, ftruncateSync, lstatSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { BadInput, exitCodes, Failure } from '../failures.ts';
import { jsonReader } from '../output/json.ts';
import { ownValue } from '../own-values.ts';
import type { ProgressReader, ProgressReport } from '../progress/progress.ts';
import { spokenCause, spokenName } from '../text/spoken-address.ts';
import { writeAll } from '../write-all.ts';
import { type Timeline, TimelineRecorder } from './timeline.ts';

interface OpenFile {
  name: string;
  descriptor: number;
  /** Whether it was made just now. */
  isNew: boolean;
}

/**
 * The files of --report: readers of the progress reports that keep what they read. They are opened at the beginning, so
 * that one that cannot be written is found out before anything is changed; what was in them stays until they are written.
 * A stream is written from the beginning on.
 */
export class ReportFiles {
  readonly #files: OpenFile[] = [];
  readonly #streams: ProgressReader[] = [];
  readonly #atEnd: { file: OpenFile; write: Awaited<ReturnType<typeof writerFor>> }[] = [];
  readonly #recorder = new TimelineRecorder();
  readonly #failures: string[] = [];

  /** Throws BadInput. */
  static async open(names: readonly string[]): Promise<ReportFiles> {
    const files = new ReportFiles();
    // All names are looked at before the first file is made.
    const writers = await Promise.all(names.map((name) => (isStream(name) ? undefined : writerFor(name))));
    try {
      names.forEach((name, index) => {
        const file = opened(name);
        files.#files.push(file);
        const write = writers[index];
        if (write) files.#atEnd.push({ file, write });
        else files.#stream(file);
      });
    } catch (error) {
      files.#close();
      for (const { name, isNew } of files.#files) if (isNew) rmSync(name, { force: true });
      throw error;
    }
    return files;
  }

  see(report: ProgressReport): void {
    this.#recorder.record(report);
    for (const stream of this.#streams) stream(report);
  }

  /** Writes what is written at the end. Throws Failure for a file that cannot be, when all others are. */
  finish(): void {
    const timeline = this.#atEnd.length > 0 ? this.#recorder.timeline() : undefined;
    for (const { file, write } of this.#atEnd) {
      try {
        ftruncateIfFile(file.descriptor);
        if (timeline) writeAll(file.descriptor, write(timeline));
      } catch (error) {
        this.#failures.push(cannotWrite(file.name, error));
      }
    }
    this.#close();
    const [first, ...details] = this.#failures;
    if (first !== undefined) throw new Failure(exitCodes.failed, first, { details });
  }

  /** Each line is in the file as soon as it is told, whatever becomes of this program. */
  #stream({ name, descriptor }: OpenFile): void {
    ftruncateIfFile(descriptor);
    // What is under way does not end because its report does; it is told at the end.
    let failed = false;
    const write = (text: string) => {
      if (failed) return;
      try {
        writeAll(descriptor, text);
      } catch (error) {
        failed = true;
        this.#failures.push(cannotWrite(name, error));
      }
    };
    this.#streams.push(jsonReader({ write }, { withChanges: true }));
  }

  #close(): void {
    for (const { descriptor } of this.#files) closeSync(descriptor);
  }
}

function cannotWrite(name: string, error: unknown): string {
  return `cannot write the report ${spokenName(name)}: ${spokenCause(error, name)}`;
}

function opened(name: string): OpenFile {
  try {
    const there = lstatSync(name, { throwIfNoEntry: false });
    // In a checkout somebody else may have put it there, to have another file written over.
    if (there?.isSymbolicLink()) {
      throw new BadInput(`cannot write the report ${name}: it is a symbolic link`, {
        hint: 'Name the file itself, or remove the link',
      });
    }
    return { name, isNew: !there, descriptor: openSync(name, there ? 'a' : 'ax') };
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    throw new BadInput(cannotWrite(name, cause), { cause });
  }
}

/** A pipe or a device has nothing to throw away. */
function ftruncateIfFile(descriptor: number): void {
  try {
    ftruncateSync(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  }
}

/** The suffixes of what can be made of a timeline when all has happened, and who makes it: each is loaded when it is asked for. */
const WRITERS: Readonly<Record<string, () => Promise<(timeline: Timeline) => string>>> = {
  '.html': async () => (await import('./timeline-html.ts')).timelineHtml,
  '.svg': async () => (await import('./timeline-svg.ts')).timelineSvg,
  '.xml': async () => (await import('./junit.ts')).junitXml,
};

/** Reports as they come, a line each. */
const STREAM = '.ndjson';

function isStream(file: string): boolean {
  return suffixOf(file) === STREAM;
}

/** Throws BadInput for a file whose suffix says nothing that can be made. */
async function writerFor(file: string): Promise<(timeline: Timeline) => string> {
  const load = ownValue(WRITERS, suffixOf(file));
  if (load) return await load();
  throw new BadInput(`the name of the report "${spokenName(file)}" does not show its format`, {
    hint: `The name must end in ${Object.keys(WRITERS).join(', ')} or ${STREAM}: a timeline as a page or as a picture, JUnit XML, or the event stream`,
  });
}

function suffixOf(file: string): string {
  return path.extname(file).toLowerCase();
}
