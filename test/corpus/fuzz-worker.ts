import { parentPort, workerData } from 'node:worker_threads';
import type { CorpusCase, Language } from './corpus-case.ts';
import { manifestCases } from './manifest-cases.ts';
import { mutated, seededRandom } from './mutation.ts';
import { planCases } from './plan-cases.ts';
import { problemOf } from './read-as.ts';

export interface FuzzOrder {
  seed: number;
  /** The first to try, and how long to go on. */
  index: number;
  milliseconds: number;
  /** [0]: the index that is being tried. */
  progress: Int32Array;
}

const short = ({ content }: CorpusCase) => typeof content === 'string' && content !== '' && content.length < 20_000;
const texts: Readonly<Record<Language, readonly string[]>> = {
  manifest: manifestCases.filter(short).map(({ content }) => String(content)),
  plan: planCases.filter(short).map(({ content }) => String(content)),
};

/** What is tried under an index is always the same for the same seed. */
export function fuzzInput(seed: number, index: number): { language: Language; text: string } {
  const random = seededRandom(seed * 1_000_003 + index);
  const language: Language = random() < 0.7 ? 'manifest' : 'plan';
  const pick = () => texts[language][Math.floor(random() * texts[language].length)] ?? '';
  return { language, text: mutated(pick(), pick(), random) };
}

async function fuzz({ seed, index: first, milliseconds, progress }: FuzzOrder): Promise<void> {
  const end = performance.now() + milliseconds;
  for (let index = first; performance.now() < end; index += 1) {
    Atomics.store(progress, 0, index);
    const { language, text } = fuzzInput(seed, index);
    const problem = await problemOf(language, text);
    if (problem && !/\S/.test(problem.message)) throw new Error('an empty message');
  }
}

if (parentPort) await fuzz(workerData);
