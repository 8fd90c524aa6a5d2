import { Command, Option } from 'clipanion';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { ExecutionResult } from '../execution/result.ts';
import { BadInput } from '../failures.ts';
import { relaxedJsonPath } from '../jsonpath/jsonpath.ts';
import { type Goal, parseGoals } from '../lifecycle/waits/goals.ts';
import type { Report } from '../progress/progress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { choices, timeout } from './flag-values.ts';
import * as flags from './flags.ts';
import { takesWords } from './takes-words.ts';
import { TargetCommand, targetOf } from './target-command.ts';

export class WaitCommand extends TargetCommand {
  static override paths = [['wait']];
  static override usage = Command.Usage({
    description: 'Wait until deployments are truly available, scaled, deleted, or as you say',
    details: `
      Waits for what is true of a SeldonDeployment and of everything that it owns, never for its status alone, which stays
      as it was after every change. It ends with exit code 5 as soon as the deployment cannot become available any more,
      with the cause.

      With several --for all of them have to hold at the same time; alternatives within one are joined by ||.
    `,
    examples: [
      ['Until the model iris is available, for at most 10 minutes', '$0 wait iris --for=available --timeout=10m'],
      ['Until all of it is scaled to 3', '$0 wait sdep/iris --for=scaled=3'],
      ['Until it is available or has failed, whichever comes first', "$0 wait iris --for='available||failed'"],
      ['Until all models of a team are gone, with everything that they owned', '$0 wait -l team=vision --for=deleted'],
      ['Until a field is other than it was', "$0 wait iris --for=jsonpath='{.status.state}'!=Creating"],
    ],
  });

  for = takesWords(
    choices.waitFor,
    Option.Array('--for', [], {
      description:
        'What to wait for: available, scaled=N, deleted, failed, event=REASON, condition=TYPE[=STATUS], jsonpath=PATH[=VALUE] (both with != too)',
    }),
  );
  timeout = flags.timeout('30s');
  events = flags.events('none');
  output = takesWords(
    ['json'],
    Option.String('-o,--output', { description: 'Output format: json, one object a line' }),
  );

  get #goals(): Goal[][] {
    return this.for.map(parseGoals);
  }

  protected override ignoresMissing(): boolean {
    return this.#goals.every((alternatives) => alternatives.some(({ kind }) => kind === 'deleted'));
  }

  protected override changes(): undefined {
    return undefined;
  }

  protected check(): void {
    if (this.for.length === 0)
      throw new BadInput('required flag(s) "for" not set', { hint: 'For example: --for=available' });
    for (const one of this.#goals.flat()) if (one.kind === 'jsonpath') relaxedJsonPath(one.path);
  }

  protected async withTargets(
    found: readonly SeldonDeployment[],
    cluster: SeldonCluster,
    report: Report,
  ): Promise<ExecutionResult> {
    if (found.length === 0 && !this.ignoresMissing() && this.names.length === 0) {
      throw new BadInput('no matching resources found');
    }
    const { execute } = await import('../execution/execute.ts');
    const { planOf } = await import('../execution/plan.ts');
    const { waitStep } = await import('../steps/wait.ts');
    const { clock, signal } = this.context.program;
    const graceMs = timeout('--fail-grace', this.failGrace);
    const plan = planOf(waitStep(this.#goals, { asKubectl: true, graceMs }));
    const options = { ...this.executionOptions(), applying: { dropUnknownFields: false }, watch: true };
    const work = { plan, targets: found.map(targetOf), others: [] };
    return await execute(work, options, { cluster, report, clock, signal });
  }
}
