import { Command, Option } from 'clipanion';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { ExecutionResult } from '../execution/result.ts';
import { BadInput, exitCodes } from '../failures.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import type { Report } from '../progress/progress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { namedAmong, withOwner } from '../sync/ownership.ts';
import { dryRunOf, propagation, trueOrFalse } from './flag-values.ts';
import * as flags from './flags.ts';
import { takesWords } from './takes-words.ts';
import { TargetCommand, targetOf } from './target-command.ts';
import { type Targets, targetsOf } from './targets.ts';

export class DeleteCommand extends TargetCommand {
  static override paths = [['delete']];
  static override usage = Command.Usage({
    description: 'Delete deployments and wait until everything that they owned is gone',
    details: `
      Deletes by uid, so that one which somebody makes anew under the same name in the meantime is left alone, and says
      what still blocks it and by which finalizers. With -f, the other objects in the files are deleted after them.
    `,
    examples: [
      ['Delete the model iris and wait until its last pod is gone', '$0 delete iris'],
      [
        'One that a sync has made, by its name or id, and nothing of anybody else',
        '$0 delete iris --owner=team-vision',
      ],
      ['What a file holds, without waiting', '$0 delete -f model.yaml --wait=false'],
      ['Every model of a team, with the events meanwhile', '$0 delete -l team=vision --events=tree'],
    ],
  });

  owner = Option.String('--owner', {
    description: 'Only what a sync has made for this owner, by NAME or by the id that its source has for it',
  });
  cascade = flags.cascade();
  wait = Option.String('--wait', 'true', {
    tolerateBoolean: true,
    description: 'Wait until everything that was owned is gone',
  });
  ignoreNotFound = Option.Boolean('--ignore-not-found', false, { description: 'One that is not there is no error' });
  timeout = flags.timeout();
  events = flags.events('none');
  dryRun = flags.dryRun();
  output = takesWords(
    ['name', 'json'],
    Option.String('-o,--output', { description: 'Output format: name; or json, one object a line' }),
  );

  protected override ignoresMissing(): boolean {
    return this.ignoreNotFound;
  }

  protected override changes(): DryRun {
    return dryRunOf(this.dryRun);
  }

  protected override tellsProgress(): boolean {
    return this.output !== 'name';
  }

  protected check(): void {
    propagation(this.cascade);
    trueOrFalse('--wait', this.wait);
    dryRunOf(this.dryRun);
  }

  /** Of an owner: everything, of which the names are then looked for. */
  protected override targets(): Targets {
    const { owner, names, filename, selector, all, allNamespaces } = this;
    if (owner === undefined) return super.targets();
    if (filename.length > 0) throw new BadInput('-f does not go together with --owner: choose one of them');
    if (names.length === 0 && selector === undefined && !all) {
      throw new BadInput('--owner alone does not say what to delete', {
        hint: 'Name them, or say which with -l or --all',
      });
    }
    return targetsOf({ names: [], filenames: [], selector: withOwner(selector, owner), all, allNamespaces });
  }

  protected async withTargets(
    among: readonly SeldonDeployment[],
    cluster: SeldonCluster,
    report: Report,
  ): Promise<ExecutionResult> {
    const { owner, names } = this;
    const found = owner === undefined || names.length === 0 ? among : namedAmong(among, names, owner);
    const { execute } = await import('../execution/execute.ts');
    const { planOf } = await import('../execution/plan.ts');
    const { deleteStep } = await import('../steps/delete.ts');
    const { clock, signal } = this.context.program;
    const dryRun = dryRunOf(this.dryRun);
    const wait = trueOrFalse('--wait', this.wait) && dryRun === 'none';
    const plan = planOf(deleteStep(propagation(this.cascade), { wait }));
    for (const object of found) this.tellObject(object);
    const options = { ...this.executionOptions(), applying: { dropUnknownFields: false }, dryRun, watch: wait };
    const work = { plan, targets: found.map(targetOf), others: [] };
    const result = await execute(work, options, { cluster, report, clock, signal });
    if (result.exitCode !== exitCodes.done || this.filename.length === 0) return result;
    return (await this.#deleteCompanions(cluster, report))
      ? result
      : { ...result, outcome: 'failed', exitCode: exitCodes.failed };
  }

  /** Whether all are gone. */
  async #deleteCompanions(cluster: SeldonCluster, report: Report): Promise<boolean> {
    const { OtherResources } = await import('../execution/other-resources.ts');
    const { clock } = this.context.program;
    const others = await OtherResources.find(this.others, cluster);
    const say = (type: 'object' | 'notice') => (message: string) => {
      const time = clock.now();
      report(type === 'object' ? { type, time, message } : { type, time, level: 'error', message });
    };
    return await others.delete(say('object'), say('notice'), dryRunOf(this.dryRun));
  }
}
