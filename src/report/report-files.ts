import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { BadInput, exitCodes, Failure } from '../failures.ts';
import type { ProgressReport, Report } from '../lifecycle/progress.ts';
import { jsonReader } from '../output/json.ts';
import { writeAll } from '../write-all.ts';
import { Chronicler } from './chronicle.ts';
import { isStream, writerFor } from './report-formats.ts';

interface OpenFile {
  name: string;
  descriptor: number;
}

/**
 * The files of --report: readers of the progress reports that keep what they read. They are opened at the beginning, so
 * that one that cannot be written is found out before anything is changed; what was in them stays until they are written.
 */
export class ReportFiles {
  readonly #files: OpenFile[] = [];
  readonly #streams: Report[] = [];
  readonly #atEnd: { file: OpenFile; write: Awaited<ReturnType<typeof writerFor>> }[] = [];
  readonly #chronicler = new Chronicler();
  readonly #failures: string[] = [];

  /** Throws BadInput. */
  static async open(names: readonly string[]): Promise<ReportFiles> {
    const files = new ReportFiles();
    // All names are looked at before the first file is made.
    const writers = await Promise.all(names.map((name) => (isStream(name) ? undefined : writerFor(name))));
    try {
      names.forEach((name, index) => {
        const file = { name, descriptor: opened(name) };
        files.#files.push(file);
        const write = writers[index];
        if (write) files.#atEnd.push({ file, write });
        else files.#stream(file);
      });
    } catch (error) {
      files.#close();
      throw error;
    }
    return files;
  }

  see(report: ProgressReport): void {
    this.#chronicler.see(report);
    for (const stream of this.#streams) stream(report);
  }

  /** Writes what is written at the end. Throws Failure for a file that cannot be, when all others are. */
  finish(): void {
    const chronicle = this.#atEnd.length > 0 ? this.#chronicler.chronicle() : undefined;
    for (const { file, write } of this.#atEnd) {
      try {
        ftruncateIfFile(file.descriptor);
        if (chronicle) writeAll(file.descriptor, write(chronicle));
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
  return `cannot write the report ${name}: ${(error as Error).message}`;
}

function opened(name: string): number {
  try {
    return openSync(name, 'a');
  } catch (cause) {
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
