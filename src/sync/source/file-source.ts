import { type FSWatcher, statSync, watch } from 'node:fs';
import { Readable } from 'node:stream';
import { type Clock, sleep } from '../../clock.ts';
import { BadInput } from '../../failures.ts';
import { linkedSignal } from '../../linked-signal.ts';
import { readSources, type SourceText } from '../../manifests/read-files.ts';
import { inputLimits } from '../../reading/input-limits.ts';
import { ReadingBudget } from '../../reading/reading-budget.ts';
import { holdsNothing, parseList, tooManyRecords } from '../desired/list-text.ts';
import type { RawRecord } from '../desired/record.ts';
import type { SourceReader } from './message.ts';

export interface FileSourceOptions {
  names: readonly string[];
  recursive: boolean;
  /** Files are looked at again this often, whatever the system says of changes. */
  intervalMs: number;
  once: boolean;
  clock: Clock;
  signal: AbortSignal;
}

/** So long nothing more has to happen to a file before it is read: who writes one rarely writes once. */
const SETTLE_MS = 100;

/**
 * Reads files and directories: once, or again whenever something in them changes. Throws BadInput with `once` where they
 * cannot be read; afterwards that is trouble, and the last state stays.
 */
export async function readFileSource(options: FileSourceOptions, reader: SourceReader): Promise<void> {
  const { once, clock, signal, intervalMs } = options;
  let last: string | undefined;
  for (;;) {
    // Before they are read: what changes meanwhile is seen.
    const changes = once ? undefined : new Changes(options);
    try {
      const budget = new ReadingBudget();
      const texts = await textsOf(options, budget);
      const whole = JSON.stringify(texts);
      if (whole !== last) {
        const records = recordsIn(texts, options.names, budget);
        reader.connected();
        reader.message({ type: 'snapshot', revision: undefined, records });
      } else {
        reader.connected();
        reader.message({ type: 'unchanged' });
      }
      last = whole;
    } catch (error) {
      if (once || !(error instanceof BadInput)) throw error;
      last = undefined;
      reader.trouble(error.message, intervalMs);
    }
    if (once) return;
    await changes?.next(intervalMs, clock, signal);
    changes?.end();
    if (signal.aborted) return;
  }
}

/** An empty directory is a state too, an empty one: whoever emptied it is asked whether that was meant. */
async function textsOf({ names, recursive }: FileSourceOptions, budget: ReadingBudget): Promise<SourceText[]> {
  const texts: SourceText[] = [];
  for (const name of names) {
    try {
      texts.push(...(await readSources([name], { recursive, stdin: Readable.from([]), env: {}, budget })));
    } catch (error) {
      if (!(error instanceof BadInput) || !isDirectory(name) || !error.message.startsWith('no manifests')) throw error;
    }
  }
  return texts;
}

/** Throws BadInput for what cannot be read, and for files that hold nothing, not even that nothing is wanted. */
function recordsIn(texts: readonly SourceText[], names: readonly string[], budget: ReadingBudget): RawRecord[] {
  const records: RawRecord[] = [];
  let isBlank = texts.length > 0;
  for (const { name, text } of texts) {
    // A file that is just being written, or whose writing has failed: nobody knows what was to be in it.
    if (text.trim() === '') records.push({ value: undefined, positionOf: () => ({ file: name, line: 1, column: 1 }) });
    const list = parseList(text, name, budget);
    isBlank &&= list.isBlank;
    for (const record of list.records) records.push(record);
    if (records.length > inputLimits.records) throw tooManyRecords(name);
  }
  if (isBlank) throw holdsNothing(names.join(', '));
  return records;
}

function isDirectory(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** What the system says of changes in the files; where it cannot, there is the interval. */
class Changes {
  readonly #watchers: FSWatcher[] = [];
  #changed = false;
  #wake: () => void = () => {};

  constructor({ names, recursive }: FileSourceOptions) {
    for (const name of names) {
      try {
        const watcher = watch(name, { recursive: recursive && isDirectory(name) }, () => {
          this.#changed = true;
          this.#wake();
        });
        watcher.on('error', () => {});
        this.#watchers.push(watcher);
      } catch {
        // A file system that does not tell.
      }
    }
  }

  /** Resolves after a change, when it has settled, or after the interval. */
  async next(intervalMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const { signal: either, release } = linkedSignal(signal, woken.signal);
    if (!this.#changed) await sleep(clock, intervalMs, either);
    release();
    if (this.#changed) await sleep(clock, SETTLE_MS, signal);
  }

  end(): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}
