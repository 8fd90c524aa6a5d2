import type { Finding } from '../doctor/judge.ts';
import { escapeTerminal } from '../text/escape.ts';
import { Columns } from './columns.ts';

/** What `doctor` found as a table: a line for each check, with what to do about it. */
export function findingLines(findings: readonly Finding<string>[]): string[] {
  const columns = new Columns([7, Math.max(0, ...findings.map(({ check }) => check.length))]);
  const rows = findings.map(({ state, check, message, advice }) => [
    state,
    check,
    escapeTerminal(advice ? `${message}. ${advice}` : message),
  ]);
  return [['STATE', 'CHECK', 'FOUND'], ...rows].map((cells) => columns.line(cells));
}
