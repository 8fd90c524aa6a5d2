import type { Output } from '../context.ts';
import type { DeploymentSummary, StepName } from '../progress/progress.ts';
import { duration } from '../text/age.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type Paint, paintOutcome, plain } from './colours.ts';
import type { Concession } from './fit.ts';
import { table } from './table.ts';

/** The columns that tell how long a step took; those in which nothing happened are left out. */
const stepColumns: readonly [heading: string, step: StepName][] = [
  ['APPLY', 'apply'],
  ['AVAILABLE', 'wait-available'],
  ['SCALE', 'scale'],
  ['SCALED', 'wait-scaled'],
  ['DELETE', 'delete'],
  ['DELETED', 'wait-deleted'],
];

const concessions: readonly Concession[] = [
  // A request, and no wait.
  { column: 'APPLY', leaveOut: true },
  { column: 'SCALE', leaveOut: true },
  { column: 'DELETE', leaveOut: true },
  { column: 'NAME', to: 24 },
  { column: 'NAMESPACE', to: 12 },
  { column: 'EVENTS', leaveOut: true },
  { column: 'NAME', to: 12 },
];

/** The lines of how each deployment fared, a row for each. */
export function summaryTable(
  deployments: readonly DeploymentSummary[],
  paint: Paint = plain,
  stdout?: Output,
): string[] {
  const columns = stepColumns.filter(([, step]) => deployments.some((one) => took(one, step) !== undefined));
  const header = ['NAMESPACE', 'NAME', 'OUTCOME', ...columns.map(([heading]) => heading), 'EVENTS', 'LEFT'];
  const rows = deployments.map((one) => [
    escapeTerminal(one.namespace),
    escapeTerminal(one.name),
    paintOutcome(one.outcome, paint),
    ...columns.map(([, step]) => took(one, step) ?? '-'),
    String(one.events),
    String(one.left.length),
  ]);
  return table([header, ...rows], { stdout, concessions });
}

/** Of a step that a plan takes several times, all of them together. */
function took({ steps }: DeploymentSummary, step: StepName): string | undefined {
  const times = steps.flatMap((one) => (one.step === step && one.durationMs !== undefined ? [one.durationMs] : []));
  return times.length === 0 ? undefined : duration(times.reduce((sum, one) => sum + one));
}
