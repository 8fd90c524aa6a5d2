import { parentPort, workerData } from 'node:worker_threads';
import { corpora } from './corpora.ts';
import type { CorpusCase, Language } from './corpus-case.ts';
import { mutated, seededRandom } from './mutation.ts';
import { problemOf } from './read-as.ts';

export interface FuzzOrder {
  seed: number;
  /** The first to try, and how long to go on. */
  index: number;
  milliseconds: number;
  /** [0]: the index that is being tried. */
  progress: Int32Array;
}

/** What one input may take of processor time; `fuzz` ends one that never comes back. */
const LONGEST_MS = 5_000;

const short = ({ content }: CorpusCase) => typeof content === 'string' && content !== '' && content.length < 20_000;
const texts = Object.fromEntries(
  Object.entries(corpora).map(([language, cases]) => [
    language,
    cases.filter(short).map(({ content }) => String(content)),
  ]),
) as Record<Language, string[]>;

/** As often as their readers are complicated. */
const languages: readonly Language[] = [
  ...Array<Language>(6).fill('manifest'),
  ...Array<Language>(3).fill('plan'),
  ...Array<Language>(3).fill('list'),
  ...Array<Language>(3).fill('messages'),
  ...Array<Language>(2).fill('kubeconfig'),
  ...Array<Language>(2).fill('reports'),
  'payload',
];

/** What is tried under an index is always the same for the same seed. */
export function fuzzInput(seed: number, index: number): { language: Language; text: string } {
  const random = seededRandom(seed * 1_000_003 + index);
  const language = languages[Math.floor(random() * languages.length)] ?? 'manifest';
  const pick = () => texts[language][Math.floor(random() * texts[language].length)] ?? '';
  return { language, text: mutated(pick(), pick(), random) };
}

async function fuzz({ seed, index: first, milliseconds, progress }: FuzzOrder): Promise<void> {
  const end = performance.now() + milliseconds;
  for (let index = first; performance.now() < end; index += 1) {
    Atomics.store(progress, 0, index);
    const { language, text } = fuzzInput(seed, index);
    const before = process.cpuUsage();
    const problem = await problemOf(language, text);
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 > LONGEST_MS) throw new Error(`took ${(user + system) / 1_000} ms`);
    if (problem && !/\S/.test(problem.message)) throw new Error('an empty message');
  }
}

if (parentPort) await fuzz(workerData);
