import type { Output } from '../context.ts';
import type { Finding } from '../doctor/judge.ts';
import { escapeTerminal } from '../text/escape.ts';
import { Columns } from './columns.ts';

/** What `doctor` found as a table: a line for each check, with what to do about it. */
export function findingLines(findings: readonly Finding<string>[], stdout?: Output): string[] {
  const rows = findings.map(({ state, check, message, advice }) => [
    state,
    check,
    escapeTerminal(advice ? `${message}. ${advice}` : message),
  ]);
  return new Columns(['missing'.length], stdout).lines([['STATE', 'CHECK', 'FOUND'], ...rows]);
}
