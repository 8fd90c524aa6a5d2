import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { poisonedSync } from '../sync/poison/poisoned-sync.ts';
import { type FuzzOrder, fuzzInput } from './fuzz-worker.ts';

/** One input may not take longer than this, nor all the memory. */
const LONGEST_MS = 5_000;
const MOST_MEBIBYTES = 512;

export interface FuzzResult {
  seed: number;
  inputs: number;
  /** What went wrong, and with which input; undefined: nothing. */
  failure?: string;
}

/** Lets a worker read mutations of the corpus for some seconds, and ends it where it hangs or takes too much memory. */
export async function fuzz(seconds: number, seed: number, index = 0): Promise<FuzzResult> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const order: FuzzOrder = { seed, index, milliseconds: seconds * 1_000, progress };
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEBIBYTES },
  });
  let ended = false;
  const failed = new Promise<string | undefined>((resolve) => {
    worker.on('error', (error) => resolve((error as Error).stack ?? String(error)));
    worker.on('exit', () => resolve(undefined));
  }).finally(() => {
    ended = true;
  });
  const failure = await Promise.race([failed, hangs(progress, () => ended)]);
  await worker.terminate();
  const at = Atomics.load(progress, 0);
  const inputs = at - index + 1;
  if (failure === undefined) return { seed, inputs };
  const { language, text } = fuzzInput(seed, at);
  return { seed, inputs, failure: `FUZZ_SEED=${seed} FUZZ_INDEX=${at}, a ${language}:\n${text}\n\n${failure}` };
}

async function hangs(progress: Int32Array, ended: () => boolean): Promise<string | undefined> {
  let seen = -1;
  for (let since = performance.now(); !ended(); await delay(100)) {
    const now = Atomics.load(progress, 0);
    if (now !== seen) [seen, since] = [now, performance.now()];
    else if (performance.now() - since > 4 * LONGEST_MS) return `no end after ${(4 * LONGEST_MS) / 1_000} s`;
  }
  return undefined;
}

/** So many syncs of a state of which one record has gone bad, or as many as there is time for. */
const POISONED_SYNCS = 10_000;
const POISONED_SECONDS = 600;

/** None of them may delete what the other records want, nor what that record is about. */
export async function fuzzSync(count: number, seconds: number, seed: number): Promise<FuzzResult> {
  const end = performance.now() + seconds * 1_000;
  let index = 0;
  for (; index < count && performance.now() < end; index += 1) {
    const { wrong, tried } = await poisonedSync(seed, index);
    if (wrong === undefined) continue;
    return { seed, inputs: index + 1, failure: `FUZZ_SEED=${seed}, sync ${index}: ${wrong}\n${tried}` };
  }
  return { seed, inputs: index };
}

/** npm run fuzz: for FUZZ_SECONDS, from FUZZ_SEED and FUZZ_INDEX; then the syncs, from FUZZ_SEED. */
if (import.meta.main) {
  const { FUZZ_SECONDS = '120', FUZZ_SEED = String(Date.now() % 1_000_000), FUZZ_INDEX = '0' } = process.env;
  process.stdout.write(`fuzzing for ${FUZZ_SECONDS} s with FUZZ_SEED=${FUZZ_SEED}\n`);
  const { inputs, failure } = await fuzz(Number(FUZZ_SECONDS), Number(FUZZ_SEED), Number(FUZZ_INDEX));
  const done = `${inputs} inputs: none of them crashed, hung or took more than ${MOST_MEBIBYTES} MiB`;
  process.stdout.write(`${failure ?? done}\n`);
  const syncs = await fuzzSync(POISONED_SYNCS, POISONED_SECONDS, Number(FUZZ_SEED));
  process.stdout.write(
    `${syncs.failure ?? `${syncs.inputs} syncs with a bad record: none of them deleted too much`}\n`,
  );
  process.exitCode = (failure ?? syncs.failure) === undefined ? 0 : 1;
}
