import { Option } from 'clipanion';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import type { OtherResource } from '../manifests/manifest.ts';
import type { Report } from '../progress/progress.ts';
import { namedAmong, withOwner } from '../sync/ownership.ts';
import { dryRunOf, propagation, trueOrFalse } from './flag-values.ts';
import * as flags from './flags.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { namedTargets, type Targets, targetFlags, targetsOf } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...stepFlags,
  ...targetFlags,
  all: flags.all(),
  owner: Option.String('--owner', {
    description: 'Only deployments that sync created for this owner, by NAME, ID, or the source’s own id',
  }),
  cascade: flags.cascade(),
  wait: Option.String('--wait', 'true', {
    tolerateBoolean: true,
    description: 'Wait until everything that the deployment owned is gone',
  }),
  ignoreNotFound: Option.Boolean('--ignore-not-found', false, {
    description: 'Do not fail if the deployment does not exist',
  }),
  timeout: flags.timeout(),
  events: flags.events('none'),
  dryRun: flags.dryRun(),
  output: takesWords(
    ['name', 'json'],
    Option.String('-o,--output', { description: 'Output format: name; or json, one object per line' }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['delete', 'rm'],
  description: 'Delete deployments, and wait until everything they owned is gone',
  details: `
    Deletes by uid, so that a new deployment with the same name is never deleted by mistake, and says what still
    blocks the deletion and by which finalizer. With -f, the other objects in the files are deleted after the
    deployments.
  `,
  examples: [
    ['Delete the model iris and wait until its last pod is gone', '$0 delete iris'],
    ['Delete a model by the ID that create printed', '$0 rm 7c9e6679-7425-40de-944b-e07fc1f90ae7'],
    ['Delete a model only if sync created it for this owner', '$0 delete iris --owner=team-vision'],
    ['Delete the objects in a file, without waiting', '$0 delete -f model.yaml --wait=false'],
    ['Delete all models of a team, and show their events', '$0 delete -l team=vision --events=tree'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, { printsObjects: given.output === 'name' }, async (progress) => {
    const { owner, names } = given;
    const cascade = propagation(given.cascade);
    const dryRun = dryRunOf(given.dryRun);
    const wait = trueOrFalse('--wait', given.wait) && dryRun === 'none';
    const targets = owner === undefined ? namedTargets(given) : targetsOfOwner(owner, given);
    const { beginWithTargets, targetOf, withMissing } = await import('./find-targets.ts');
    const begun = await beginWithTargets(targets, given, program, progress, dryRun);
    const { cluster } = begun;
    const missing = given.ignoreNotFound ? [] : begun.missing;
    const found = owner === undefined || names.length === 0 ? begun.found : namedAmong(begun.found, names, owner);
    const { execute } = await import('../execution/execute.ts');
    const { planOf } = await import('../execution/plan.ts');
    const { deleteStep } = await import('../steps/delete.ts');
    for (const object of found) progress.object(object);
    const applying = { dropUnknownFields: false };
    const options = { ...executionOptions(given, progress), applying, dryRun, watch: wait };
    const work = { plan: planOf(deleteStep(cascade, { wait })), targets: found.map(targetOf), others: [] };
    const { clock, signal } = program;
    const { report } = progress;
    const result = await execute(work, options, { cluster, report, clock, signal });
    if (result.exitCode !== exitCodes.done || (await deleteOthers(begun.others, cluster, report, dryRun, program))) {
      return withMissing(result, missing, progress);
    }
    return withMissing({ ...result, outcome: 'failed', exitCode: exitCodes.failed }, missing, progress);
  });
}

/** Everything of an owner's, of which the names are then looked for. Throws BadInput. */
function targetsOfOwner(owner: string, given: Given): Targets {
  const { names, filename, selector, all, allNamespaces } = given;
  if (filename.length > 0) throw new BadInput('-f does not go together with --owner: choose one of them');
  if (names.length === 0 && selector === undefined && !all) {
    throw new BadInput('--owner needs names, -l or --all', {
      hint: 'Name the deployments, or select them with -l or --all',
    });
  }
  return targetsOf({ names: [], filename: [], selector: withOwner(selector, owner), all, allNamespaces });
}

/** Whether the other objects of the files are all gone. */
async function deleteOthers(
  others: readonly OtherResource[],
  cluster: SeldonCluster,
  report: Report,
  dryRun: DryRun,
  { clock }: Context,
): Promise<boolean> {
  if (others.length === 0) return true;
  const { OtherResources } = await import('../execution/other-resources.ts');
  const found = await OtherResources.find(others, cluster);
  const object = (message: string) => report({ type: 'object', time: clock.now(), message });
  const error = (message: string) => report({ type: 'notice', time: clock.now(), level: 'error', message });
  return await found.delete(object, error, dryRun);
}
