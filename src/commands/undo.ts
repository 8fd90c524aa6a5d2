import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { dryRunOf, trueOrFalse, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { namedTargets, targetFlags } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...stepFlags,
  ...targetFlags,
  all: flags.all(),
  toRevision: Option.String('--to-revision', '0', {
    description: 'Revision to put back, as numbered by history; 0 means the previous one',
  }),
  revisionHistoryLimit: flags.revisionHistoryLimit(),
  wait: Option.String('--wait', 'true', {
    tolerateBoolean: true,
    description: 'Wait until it is truly available',
  }),
  timeout: flags.timeout(),
  events: flags.events('none'),
  fieldManager: flags.fieldManager(),
  dryRun: flags.dryRun(),
  output: takesWords(['json'], Option.String('-o,--output', { description: 'Output format: json, one object a line' })),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['undo'],
  description: 'Roll back to a previous revision, and wait until it is available',
  details: `
    Rolls back the spec, labels and annotations to the previous revision, or to --to-revision, even if somebody else
    changed them. The current state is recorded first, so that you can undo the undo. As with kubectl rollout undo,
    the restored revision becomes the newest one.

    The numbers of replicas stay as they are, so that no scaling is lost. Labels and annotations that tools such as
    Argo CD or a sync use for tracking also stay; such a tool may restore its own state. Other objects, such as
    Secrets, are not changed.
  `,
  examples: [
    ['Put back what the model iris was before its last change', '$0 undo iris'],
    ['See what that would change', '$0 undo iris --dry-run=server'],
    ['Put back revision 3 of history', '$0 undo iris --to-revision=3'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, {}, async (progress) => {
    const dryRun = dryRunOf(given.dryRun);
    const wait = trueOrFalse('--wait', given.wait) && dryRun === 'none';
    const toRevision = wholeNumber('--to-revision', given.toRevision);
    const historyLimit = wholeNumber('--revision-history-limit', given.revisionHistoryLimit);
    const limits = { ...executionOptions(given, progress), historyLimit };
    const targets = namedTargets(given);
    const { beginWithTargets, targetOf, withMissing } = await import('./find-targets.ts');
    const { cluster, found, missing } = await beginWithTargets(targets, given, program, progress, dryRun);
    const { execute } = await import('../execution/execute.ts');
    const { planOf } = await import('../execution/plan.ts');
    const { undoStep } = await import('../steps/undo.ts');
    const { waitStep } = await import('../steps/wait.ts');
    const undo = undoStep({ toRevision });
    const plan = wait ? planOf(undo, waitStep([[{ kind: 'available' }]])) : planOf(undo);
    const applying = { fieldManager: given.fieldManager, dropUnknownFields: false, dryRun: dryRun === 'server' };
    const work = { plan, targets: found.map(targetOf), others: [] };
    const { clock, signal } = program;
    const options = { ...limits, applying, dryRun, watch: wait };
    const result = await execute(work, options, { cluster, report: progress.report, clock, signal });
    return withMissing(result, missing, progress);
  });
}
