import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
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

/** npm run fuzz: for FUZZ_SECONDS, from FUZZ_SEED and FUZZ_INDEX. */
if (import.meta.main) {
  const { FUZZ_SECONDS = '120', FUZZ_SEED = String(Date.now() % 1_000_000), FUZZ_INDEX = '0' } = process.env;
  process.stdout.write(`fuzzing for ${FUZZ_SECONDS} s with FUZZ_SEED=${FUZZ_SEED}\n`);
  const { inputs, failure } = await fuzz(Number(FUZZ_SECONDS), Number(FUZZ_SEED), Number(FUZZ_INDEX));
  const done = `${inputs} inputs: none of them crashed, hung or took more than ${MOST_MEBIBYTES} MiB`;
  process.stdout.write(`${failure ?? done}\n`);
  process.exitCode = failure === undefined ? 0 : 1;
}
