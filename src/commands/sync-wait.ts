import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Context } from '../context.ts';
import { execute } from '../execution/execute.ts';
import type { ExecutionOptions } from '../execution/execution-options.ts';
import { planOf } from '../execution/plan.ts';
import { parseGoals } from '../lifecycle/waits/goals.ts';
import { boundedReport } from '../output/bounded-report.ts';
import type { Report } from '../progress/progress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { waitStep } from '../steps/wait.ts';
import { targetOf } from './find-targets.ts';
import { A_WEEK_MS } from './flag-values.ts';
import { progressReader } from './progress-reader.ts';
import { written } from './say.ts';
import { ofWhatIsThere } from './step-flags.ts';

/** How long a problem is tolerated: as --fail-grace is by default. */
const FAIL_GRACE_MS = 10_000;

/** Waits until these are available, and tells it as the verb wait does. Answers the exit code. */
export async function waitForAll(
  deployments: readonly SeldonDeployment[],
  { timeoutMs, concurrency, output }: { timeoutMs: number; concurrency: number; output: string | undefined },
  cluster: SeldonCluster,
  program: Context,
): Promise<number> {
  const { clock, signal } = program;
  const read = await progressReader(output, { ...program, serverClock: cluster.serverClock }, 'as-kubectl');
  const report: Report = (one) =>
    read(boundedReport(one.type === 'notice' ? { ...one, message: written(program, one.message) } : one));
  const plan = planOf(waitStep([parseGoals('available')], { asKubectl: true, graceMs: FAIL_GRACE_MS }));
  const options: ExecutionOptions = {
    timeoutMs,
    totalTimeoutMs: A_WEEK_MS,
    failGraceMs: FAIL_GRACE_MS,
    concurrency,
    failTogether: false,
    diff: false,
    events: 'none',
    tellChanges: false,
    ...ofWhatIsThere,
    changed: () => {},
    applying: { dropUnknownFields: false },
    watch: true,
  };
  const work = { plan, targets: deployments.map(targetOf), others: [] };
  const { exitCode, bug } = await execute(work, options, { cluster, report, clock, signal });
  if (bug) throw bug.error;
  return exitCode;
}
