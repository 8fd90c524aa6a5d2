import Table from 'cli-table3';
import type { DeploymentSummary, StepName } from '../progress/progress.ts';
import { duration } from '../text/age.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type Paint, plain } from './colours.ts';

/** The columns that tell how long a step took; those in which nothing happened are left out. */
const stepColumns: readonly [heading: string, step: StepName][] = [
  ['APPLY', 'apply'],
  ['AVAILABLE', 'wait-available'],
  ['SCALE', 'scale'],
  ['SCALED', 'wait-scaled'],
  ['DELETE', 'delete'],
  ['DELETED', 'wait-deleted'],
];

/** How each deployment fared, a row for each, in a table without lines as kubectl draws them. */
export function summaryTable(deployments: readonly DeploymentSummary[], paint: Paint = plain): string {
  const columns = stepColumns.filter(([, step]) => deployments.some((one) => took(one, step) !== undefined));
  const table = new Table({
    head: ['NAMESPACE', 'NAME', 'OUTCOME', ...columns.map(([heading]) => heading), 'EVENTS', 'LEFT'],
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 3 },
  });
  for (const one of deployments) {
    const times = columns.map(([, step]) => took(one, step) ?? '-');
    table.push([
      escapeTerminal(one.namespace),
      escapeTerminal(one.name),
      paintOutcome(one.outcome, paint),
      ...times,
      one.events,
      one.left.length,
    ]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Green where all went well; where somebody ended it, nothing went wrong either. */
export function paintOutcome(outcome: DeploymentSummary['outcome'], paint: Paint): string {
  if (outcome === 'interrupted') return paint('yellow', outcome);
  return paint(outcome === 'succeeded' ? 'green' : 'red', outcome);
}

/** Of a step that a plan takes several times, all of them together. */
function took({ steps }: DeploymentSummary, step: StepName): string | undefined {
  const times = steps.flatMap((one) => (one.step === step && one.durationMs !== undefined ? [one.durationMs] : []));
  return times.length === 0 ? undefined : duration(times.reduce((sum, one) => sum + one));
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
