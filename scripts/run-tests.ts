/**
 * Runs files of tests. What fails is run once more, alone: a case that real time decides (a process that is killed, an operator
 * that is late) may fail once on a busy machine, and one failure in thousands of cases would stop every change. What passes only
 * then is named, so that it can be mended; what fails twice has failed.
 *
 * A case that takes ten minutes has failed: one that waits for what never comes would hold everything after it.
 *
 * node scripts/run-tests.ts [--isolation=none] [--concurrency=N] [--time-limit=SECONDS] PATTERN...
 *
 * With --isolation=none node takes the limit of a case only from its own flag: node --test-timeout=MILLISECONDS scripts/run-tests.ts.
 */
import { once } from 'node:events';
import { createWriteStream, globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';

export interface RunOptions {
  /** Files at a time. Default 1. */
  concurrency?: number;
  /** 'none': all files in this process, one after the other. */
  isolation?: 'process' | 'none';
  /** Full names of cases that are left out. */
  skip?: readonly RegExp[];
  /** What one case may take, in seconds. Default 600. Not with isolation 'none'. */
  timeLimit?: number;
}

export interface Ends {
  passed: number;
  skipped: number;
  /** The cases that failed twice, by name. */
  failed: string[];
  /** The cases that passed only when run again, by name. */
  late: string[];
}

/** Failures in one file: more are not by chance. */
const MOST_ACCIDENTS = 20;

interface Failure {
  /** The file that was run, as an absolute path; where it shared a process, the one that the case stands in. */
  file: string;
  name: string;
  /** Not one case but its file or its group: something before the cases, or around them. */
  isWhole: boolean;
}

/** Runs the tests in `files`, a second time where they fail, and prints what node's own reporter prints. */
export async function runTests(files: readonly string[], options: RunOptions = {}): Promise<Ends> {
  const { skip = [], timeLimit = 600 } = options;
  if (files.length === 0) return { passed: 0, skipped: 0, failed: [], late: [] };
  const first = await runOnce(files, { ...options, timeLimit });
  const ends: Ends = { passed: first.passed.length, skipped: first.skipped, failed: [], late: [] };
  const known = new Set(files.map((file) => resolve(file)));
  for (const [file, failures] of Map.groupBy(first.failures, ({ file }) => file)) {
    const isAccident = failures.length <= MOST_ACCIDENTS;
    if (isAccident) process.stdout.write(`\nOnce more, alone: ${relative('.', file)}\n`);
    const only = failures.some(({ isWhole }) => isWhole) ? [] : failures.map(({ name }) => caseNamed(name));
    // Cases that several files share, of which none was named.
    const again = known.has(file) ? [file] : files;
    const second = isAccident ? await runOnce(again, { skip, only, timeLimit }) : first;
    for (const { name, isWhole } of failures) {
      const isRight = isWhole ? second.passed.length > 0 : second.passed.includes(name);
      const isWrong = isWhole ? second.failures.length > 0 : second.failures.some((failure) => failure.name === name);
      (isRight && !isWrong ? ends.late : ends.failed).push(name);
    }
  }
  ends.passed += ends.late.length;
  return ends;
}

/** The pattern of a case by its own name, in whatever group it stands. */
export function caseNamed(name: string): RegExp {
  return new RegExp(`(^| )${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
}

/** What to print of it, under the cases: nothing where all passed at once. */
export function inWords({ failed, late }: Pick<Ends, 'failed' | 'late'>): string {
  const named = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${title}: ${names.length}`, ...names.map((name) => `  ${name}`)];
  const lines = [...named('Failed twice', failed), ...named('Passed only when run again', late)];
  return lines.map((line) => `${line}\n`).join('');
}

interface Once extends RunOptions {
  timeLimit: number;
  /** Full names of the cases to run; all without any. */
  only?: readonly RegExp[];
}

async function runOnce(
  files: readonly string[],
  { concurrency = 1, isolation = 'process', skip = [], only = [], timeLimit }: Once,
) {
  const ends = { passed: [] as string[], skipped: 0, failures: [] as Failure[] };
  const events = run({
    files: [...files],
    isolation,
    // Not with forceExit: it loses, without a word, the cases of a file that awaits something between two of them.
    ...(isolation === 'process' && { concurrency, execArgv: [`--test-timeout=${timeLimit * 1000}`] }),
    ...(skip.length > 0 && { testSkipPatterns: [...skip] }),
    ...(only.length > 0 && { testNamePatterns: [...only] }),
  })
    .on('test:pass', ({ name, details, skip }) => {
      if (details.type === 'suite') return;
      if (skip) ends.skipped += 1;
      else ends.passed.push(name);
    })
    .on('test:fail', (failure) => {
      const { name, details } = failure;
      // @types/node 22 knows no entryFile, which the Node of our scripts has.
      const file = resolve((failure as { entryFile?: string }).entryFile ?? failure.file ?? name);
      const { type, error } = details;
      const why = 'failureType' in error ? error.failureType : undefined;
      // A group fails with its cases, which are counted.
      if (why === 'subtestsFailed') return;
      const isWhole = type === 'suite' || why === 'hookFailed' || file.endsWith(name);
      ends.failures.push({ name, file, isWhole });
    });
  const printed = events.compose(spec).pipe(createWriteStream('', { fd: 1, autoClose: false }));
  await Promise.all([once(events, 'end'), once(printed, 'finish')]);
  return ends;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: {
      isolation: { type: 'string' },
      concurrency: { type: 'string' },
      'time-limit': { type: 'string' },
    },
    allowPositionals: true,
  });
  const files = globSync(positionals).sort();
  if (files.length === 0) throw new Error(`There is no file of tests by ${positionals.join(' ')}`);
  const ends = await runTests(files, {
    isolation: values.isolation === 'none' ? 'none' : 'process',
    concurrency: Number(values.concurrency ?? 1),
    ...(values['time-limit'] !== undefined && { timeLimit: Number(values['time-limit']) }),
  });
  process.stdout.write(inWords(ends));
  if (ends.failed.length > 0) process.exitCode = 1;
}
