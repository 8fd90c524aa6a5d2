import assert from 'node:assert/strict';
import { assertDescribed } from '../printed-json.ts';
import type { Finished } from './server-under-test.ts';

/** A line of JSON output; what a case reads of it, it checks by reading. */
// biome-ignore lint/suspicious/noExplicitAny: these lines are what is tested.
export type Line = Record<string, any>;

/** Every line of JSON output of a command that takes deployments through steps, as `schema` describes them. */
export function linesOf({ stdout }: Finished): Line[] {
  assert.ok(stdout.endsWith('\n'), 'the output ends with a whole line');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));
  for (const line of lines) {
    assert.match(line.type, /^(step|waiting|event|field|notice|summary)$/);
    assertDescribed(line);
  }
  return lines;
}

/** The summary, which has to be the last line and the only one of its kind. */
export function summaryOf(finished: Finished): Line {
  const lines = linesOf(finished);
  assert.equal(lines.filter(({ type }) => type === 'summary').length, 1);
  const last = lines.at(-1) ?? {};
  assert.equal(last.type, 'summary');
  assert.equal(last.schema, 'seldon-lifecycle/v1');
  assert.equal(last.exitCode, finished.exitCode);
  return last;
}

export function notices(finished: Finished): string {
  return linesOf(finished)
    .filter(({ type }) => type === 'notice')
    .map(({ level, message }) => `${level}: ${message}`)
    .join('\n');
}
