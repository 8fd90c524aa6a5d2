import { ownValue } from '../own-values.ts';
import type { ProgressReport } from '../progress/progress.ts';
import { cutShort, LONGEST_MESSAGE } from '../text/cut-short.ts';

/**
 * The report as everybody is to read it, on a screen, as JSON or in a file: nothing that a cluster says in it is longer
 * than somebody could want to read. What was asked for, as a prediction, stays whole.
 */
export function boundedReport(report: ProgressReport): ProgressReport {
  return report.type === 'object' ? report : (bounded(report) as ProgressReport);
}

/** Nearly every report is short already, and stays the same object. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string') return cutShort(value, LONGEST_MESSAGE);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, bounded(one)] as const);
  if (entries.every(([key, one]) => one === ownValue(value as Record<string, unknown>, key))) return value;
  return Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}
