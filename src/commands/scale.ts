import { Command, Option } from 'clipanion';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { ExecutionResult } from '../execution/result.ts';
import { BadInput, exitCodes, Failure } from '../failures.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import { OBJECT_FORMAT_WORDS, OBJECT_FORMATS } from '../output/object-format.ts';
import type { Report } from '../progress/progress.ts';
import { expectedDeployments } from '../seldon/expected-deployments.ts';
import { isAskedFor, type ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { choices, dryRunOf, oneOf, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { takesWords } from './takes-words.ts';
import { TargetCommand, targetOf } from './target-command.ts';

export class ScaleCommand extends TargetCommand {
  static override paths = [['scale']];
  static override usage = Command.Usage({
    description: 'Set the number of replicas where it has an effect, and wait until they are there',
    details: `
      Sets the number in the field that governs each Deployment of the model, which is often not the one that kubectl scale
      sets: it says "scaled" and nothing happens. What cannot have an effect, because an autoscaler decides, is refused
      before anything is changed.
    `,
    examples: [
      ['Scale the model iris to 3 replicas', '$0 scale iris --replicas=3'],
      ['The same, and wait until 3 replicas are available', '$0 scale iris --replicas=3 --wait --timeout=10m'],
      [
        'Only its predictor canary, if all are at 1 now',
        '$0 scale iris --replicas=2 --predictor=canary --current-replicas=1',
      ],
      ['All models of a team to nothing', '$0 scale -l team=vision --replicas=0'],
    ],
  });

  replicas = Option.String('--replicas', { description: 'The number of replicas to scale to' });
  currentReplicas = Option.String('--current-replicas', '-1', {
    description: 'Scale only if each Deployment has this number now; -1: whatever it has',
  });
  predictor = flags.predictor();
  includeSvcOrch = flags.includeSvcOrch();
  includeExplainer = flags.includeExplainer();
  scaleThrough = flags.scaleThrough();
  wait = Option.Boolean('--wait', false, { description: 'Wait until that many replicas are truly available' });
  timeout = flags.timeout();
  events = flags.events('none');
  fieldManager = flags.fieldManager();
  dryRun = flags.dryRun();
  output = takesWords(
    OBJECT_FORMAT_WORDS,
    Option.String('-o,--output', {
      description: `Output format: ${OBJECT_FORMATS}; with --wait json, one object a line`,
    }),
  );

  get #request(): ScaleRequest {
    if (this.replicas === undefined) throw new BadInput('required flag(s) "replicas" not set');
    return {
      replicas: wholeNumber('--replicas', this.replicas),
      predictor: this.predictor,
      includeSvcOrch: this.includeSvcOrch,
      includeExplainer: this.includeExplainer,
      through: oneOf('--scale-through', this.scaleThrough, choices.scaleThrough),
    };
  }

  protected override changes(): DryRun {
    return dryRunOf(this.dryRun);
  }

  protected override tellsProgress(): boolean {
    return this.wait;
  }

  protected check(): void {
    this.#request;
    if (this.currentReplicas !== '-1') wholeNumber('--current-replicas', this.currentReplicas);
    if (dryRunOf(this.dryRun) !== 'none' && this.wait) {
      throw new BadInput('--dry-run and --wait do not go together: nothing would come to wait for');
    }
  }

  protected async withTargets(
    found: readonly SeldonDeployment[],
    cluster: SeldonCluster,
    report: Report,
  ): Promise<ExecutionResult> {
    const { execute } = await import('../execution/execute.ts');
    const { planOf } = await import('../execution/plan.ts');
    const { planned } = await import('../lifecycle/scale/scale.ts');
    const { scaleStep } = await import('../steps/scale.ts');
    const { waitScaledStep } = await import('../steps/wait.ts');
    const { clock, signal } = this.context.program;
    const request = this.#request;
    const dryRun = dryRunOf(this.dryRun);
    // All are checked before any is changed.
    for (const live of found) {
      this.#checkCurrent(live, request);
      planned(live, request);
    }
    const applying = {
      fieldManager: this.fieldManager,
      dropUnknownFields: false,
      dryRun: dryRun === 'server',
    };
    const options = { ...this.executionOptions(), applying, dryRun, watch: this.wait };
    const plan = this.wait ? planOf(scaleStep(request), waitScaledStep) : planOf(scaleStep(request));
    const work = { plan, targets: found.map(targetOf), others: [] };
    return await execute(work, options, { cluster, report, clock, signal });
  }

  #checkCurrent(live: SeldonDeployment, request: ScaleRequest): void {
    if (this.currentReplicas === '-1') return;
    const wanted = wholeNumber('--current-replicas', this.currentReplicas);
    for (const { name, replicas } of expectedDeployments(live).filter((one) => isAskedFor(one, request))) {
      const count = replicas.governedBy === 'field' ? replicas.count : undefined;
      if (count !== wanted) {
        throw new Failure(exitCodes.failed, `Expected replicas to be ${wanted}, was ${count ?? 'unset'}`, {
          hint: `in seldondeployment "${live.metadata.name}", deployment "${name}": nothing was changed`,
        });
      }
    }
  }
}
