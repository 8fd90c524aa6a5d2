import type { Readable } from 'node:stream';
import { BadInput } from '../failures.ts';
import { jsonProblem } from '../manifests/json-documents.ts';
import { at } from '../manifests/manifest.ts';
import { readSource } from '../manifests/read-files.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';

/**
 * What -d means: @FILE, - or @- for standard input, otherwise the payload itself. Throws BadInput for a file that cannot
 * be read, and for what is not JSON, which every protocol here is.
 */
export async function readPayload(data: string, stdin: Readable, budget = new ReadingBudget()): Promise<string> {
  const payload = await given(data, stdin, budget);
  const isFile = data.startsWith('@') || data === '-';
  const name = data.replace(/^@?-?/, '') || 'standard input';
  const wrong = jsonProblem(payload, name);
  if (wrong) {
    throw new BadInput(`${isFile ? `${at(wrong.position)}: ` : ''}the payload is not JSON: ${wrong.problem}`, {
      hint: `For example: -d '{"data":{"ndarray":[[5.1,3.5,1.4,0.2]]}}', or -d @payload.json`,
    });
  }
  return payload;
}

async function given(data: string, stdin: Readable, budget: ReadingBudget): Promise<string> {
  if (data === '-') return await readSource(data, stdin, budget);
  return data.startsWith('@') ? await readSource(data.slice(1), stdin, budget) : data;
}
