import { Command, Option } from 'clipanion';
import type { ExecutionResult } from '../execution/result.ts';
import { BadInput } from '../failures.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import type { PlanFile } from '../plan/plan.ts';
import type { Report } from '../progress/progress.ts';
import { dryRunOf } from './flag-values.ts';
import * as flags from './flags.ts';
import { openSandbox } from './open-sandbox.ts';
import { planFilename, planValues } from './plan-file.ts';
import { isInteractive, promptOn } from './prompt.ts';
import { StepCommand } from './step-command.ts';

export class PlanRunCommand extends StepCommand {
  static override paths = [['plan', 'run']];
  static override usage = Command.Usage({
    description: 'Carry out a lifecycle that is written down as a plan',
    details: `
      Carries out the steps of a plan file, each by the same code as the command of its name, and shows the Kubernetes
      Events meanwhile. A plan with mistakes changes nothing: all of them are told at once. When a step fails, the others
      are skipped, those under onFailure are done, and at the end of all those under finally.

      Every deployment of the plan goes through the steps on its own, side by side with the others. A plan that deletes
      takes only deployments that it makes itself.
    `,
    examples: [
      ['Carry out the plan in plan.yaml', '$0 plan run -f plan.yaml'],
      [
        'With other values than the plan has by itself',
        '$0 plan run -f plan.yaml --set replicas=5 --set image=iris:2.0',
      ],
      ['Say what it would do, and let the server check it', '$0 plan run -f plan.yaml --dry-run=server'],
      ['No cluster at hand: in a cluster in memory', '$0 plan run -f plan.yaml --sandbox'],
    ],
  });

  filename = planFilename();
  set = planValues();
  timeout = flags.timeout();
  events = flags.events('tree');
  forceConflicts = flags.forceConflicts();
  fieldManager = flags.fieldManager();
  dropUnknownFields = flags.dropUnknownFields();
  createNamespace = flags.createNamespace();
  dryRun = flags.dryRun();
  output = Option.String('-o,--output', { description: 'Output format: json, one object a line' });
  sandbox = Option.Boolean('--sandbox', false, {
    description: 'Use a cluster in memory, with a stand-in for the Seldon operator, that lasts as long as the command',
  });
  protected override readonly style = 'telling';

  protected override changes(): DryRun {
    return dryRunOf(this.dryRun);
  }

  protected async carryOut(report: Report): Promise<ExecutionResult> {
    const { program } = this.context;
    const { clock, env, signal, stdin } = program;
    const dryRun = dryRunOf(this.dryRun);
    const { fieldManager, forceConflicts: force, dropUnknownFields, createNamespace } = this;
    if (this.filename === undefined) {
      throw new BadInput('must specify -f and the file that holds the plan', {
        hint: 'To begin one with: kubectl seldon-lifecycle plan show run > plan.yaml',
      });
    }
    const { readPlan } = await import('../plan/read-plan.ts');
    const { manifestsOf } = await import('../execution/plan.ts');
    const { placeManifests } = await import('../plan/plan-manifests.ts');
    const { runPlan } = await import('../plan/run-plan.ts');
    const { plan: read } = await readPlan(this.filename, { set: this.set, env }, stdin);
    if (dryRun === 'none' && !isInteractive(program)) refusePrompts(read);
    const sandbox = this.sandbox ? await openSandbox(program) : undefined;
    try {
      const connected = await this.connect(sandbox?.kubeconfig);
      const { cluster, namespace: ofContext } = connected;
      const plan = placeManifests(read, { flag: this.namespace, ofContext });
      await this.beginWith(report, connected, manifestsOf(plan));
      const applying = { fieldManager, force, dropUnknownFields };
      const options = { ...this.executionOptions(), applying, createNamespace, dryRun, prompt: promptOn(program) };
      return await runPlan(plan, options, { cluster, report, clock, signal });
    } finally {
      await sandbox?.stop();
    }
  }
}

/** Nobody could press Enter: it would hold for ever. */
function refusePrompts({ steps, onFailure, lastly }: PlanFile): void {
  const prompts = [...steps, ...onFailure, ...lastly].filter(({ step }) => step.prompts);
  if (prompts.length === 0) return;
  const places = prompts.map(({ place }) => place).join(', ');
  throw new BadInput(`${places}: the hold waits for Enter, and there is no terminal to press it on`, {
    hint: 'Say for how long instead, for example hold: {for: 10m}',
  });
}
