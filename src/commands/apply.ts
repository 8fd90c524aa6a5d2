import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import { changedOutput } from './changed-output.ts';
import { connect, remarkOf } from './connection.ts';
import { dryRunOf, refuseWaitOfDryRun, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { loadMeanwhile } from './load-meanwhile.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { destinationsIn, tellProgress } from './tell-progress.ts';
import { verbOf } from './verb.ts';

const declared = {
  ...stepFlags,
  filename: flags.filenames('the SeldonDeployments and other objects that they need'),
  recursive: flags.recursive(),
  override: flags.override(),
  wait: Option.Boolean('--wait', false, { description: 'Wait until all of them are truly available' }),
  undoOnFailure: Option.Boolean('--undo-on-failure', false, {
    description: 'With --wait: roll back to the previous revision if the new one does not become available',
  }),
  revisionHistoryLimit: flags.revisionHistoryLimit(),
  timeout: flags.timeout(),
  events: flags.events('none'),
  forceConflicts: flags.forceConflicts(),
  fieldManager: flags.fieldManager(),
  dropUnknownFields: flags.dropUnknownFields(),
  createNamespace: flags.createNamespace(),
  dryRun: flags.dryRun(),
  output: changedOutput(),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['apply'],
  description: 'Apply SeldonDeployments; --wait waits until they are truly available',
  details: `
    Creates or changes each SeldonDeployment with server-side apply: the API server merges the file and remembers
    which fields the file set. Other objects in the files, such as Secrets and ServiceAccounts, are applied first. Fields
    that the cluster does not know are reported with file and line.

    The previous state of a changed deployment is kept as a revision: history lists the revisions, and undo rolls back
    to one.
  `,
  examples: [
    ['Apply the model in model.yaml', '$0 apply -f model.yaml'],
    ['Apply the model, wait until it is available, and show its events', '$0 apply -f model.yaml --wait --events=tree'],
    [
      'Apply the model, and roll back if it does not become available',
      '$0 apply -f model.yaml --wait --undo-on-failure',
    ],
    [
      'Let the server check all files in a directory, without changing anything',
      '$0 apply -f models/ --dry-run=server',
    ],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, { printsObjects: !given.wait }, async (progress) => {
    const { stdin, env, clock, signal } = program;
    const {
      filename,
      recursive,
      wait,
      createNamespace,
      fieldManager,
      forceConflicts: force,
      dropUnknownFields,
    } = given;
    const dryRun = dryRunOf(given.dryRun);
    if (dryRun === 'client') {
      throw new BadInput("--dry-run=client doesn't work with server-side apply", { hint: 'Use --dry-run=server' });
    }
    refuseWaitOfDryRun(dryRun, wait);
    if (given.undoOnFailure && !wait) throw new BadInput('--undo-on-failure needs --wait');
    const historyLimit = wholeNumber('--revision-history-limit', given.revisionHistoryLimit);
    const applying = { fieldManager, force, dropUnknownFields, dryRun: dryRun === 'server' };
    const options = {
      ...executionOptions(given, progress),
      applying,
      dryRun,
      createNamespace,
      watch: wait,
      historyLimit,
    };
    const { withSchemaMistakes } = await import('./wrong-manifests.ts');
    const { readManifests } = await import('../manifests/read-manifests.ts');
    const { inNamespaces } = await import('../manifests/choose-namespace.ts');
    const { applyPlan } = await import('../plan/apply-plan.ts');
    const remark = remarkOf(given, program);
    const read = await readManifests(filename, { recursive, stdin, env, remark }).catch((error) =>
      withSchemaMistakes(error, given, program),
    );
    const [connected, { executeFiles }] = await loadMeanwhile(
      connect(given, program),
      () => import('../execution/execute.ts'),
      () => import('../output/destination-line.ts'),
    );
    const { cluster, namespace } = connected;
    const manifests = inNamespaces(read, { flag: given.namespace, override: given.override, ofContext: namespace });
    await progress.begin(connected, destinationsIn(manifests), dryRun);
    const deps = { cluster, report: progress.report, clock, signal };
    return await executeFiles(applyPlan(manifests, { wait, undoOnFailure: given.undoOnFailure }), options, deps);
  });
}
