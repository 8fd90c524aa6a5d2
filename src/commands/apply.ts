import { Command, Option } from 'clipanion';
import type { ExecutionResult } from '../execution/result.ts';
import { BadInput } from '../failures.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import { OBJECT_FORMAT_WORDS, OBJECT_FORMATS } from '../output/object-format.ts';
import type { Report } from '../progress/progress.ts';
import { dryRunOf } from './flag-values.ts';
import * as flags from './flags.ts';
import { StepCommand } from './step-command.ts';
import { takesWords } from './takes-words.ts';

export class ApplyCommand extends StepCommand {
  static override paths = [['apply']];
  static override usage = Command.Usage({
    description: 'Apply SeldonDeployments, and wait until they are truly available',
    details: `
      Creates or changes each SeldonDeployment by server-side apply. Other objects in the files, such as Secrets and
      ServiceAccounts, are applied first. Fields that the cluster does not declare are named with file and line.
    `,
    examples: [
      ['Apply the model in model.yaml', '$0 apply -f model.yaml'],
      [
        'The same, and wait until it is available, with the events meanwhile',
        '$0 apply -f model.yaml --wait --events=tree',
      ],
      ['Let the server check all that is in a directory, and change nothing', '$0 apply -f models/ --dry-run=server'],
    ],
  });

  filename = flags.filenames('the SeldonDeployments and what they need');
  recursive = flags.recursive();
  wait = Option.Boolean('--wait', false, { description: 'Wait until all of them are truly available' });
  timeout = flags.timeout();
  events = flags.events('none');
  forceConflicts = flags.forceConflicts();
  fieldManager = flags.fieldManager();
  dropUnknownFields = flags.dropUnknownFields();
  createNamespace = flags.createNamespace();
  dryRun = flags.dryRun();
  output = takesWords(
    OBJECT_FORMAT_WORDS,
    Option.String('-o,--output', {
      description: `Output format: ${OBJECT_FORMATS}; with --wait json, one object a line`,
    }),
  );

  protected override changes(): DryRun {
    return dryRunOf(this.dryRun);
  }

  protected override tellsProgress(): boolean {
    return this.wait;
  }

  protected async carryOut(report: Report): Promise<ExecutionResult> {
    const { program } = this.context;
    const dryRun = dryRunOf(this.dryRun);
    if (dryRun === 'client') {
      throw new BadInput("--dry-run=client doesn't work with server-side apply", { hint: 'Use --dry-run=server' });
    }
    if (dryRun !== 'none' && this.wait) {
      throw new BadInput('--dry-run and --wait do not go together: nothing would come to wait for');
    }
    const options = {
      ...this.executionOptions(),
      applying: {
        fieldManager: this.fieldManager,
        force: this.forceConflicts,
        dropUnknownFields: this.dropUnknownFields,
        dryRun: dryRun === 'server',
      },
      dryRun,
      createNamespace: this.createNamespace,
      watch: this.wait,
    };
    const { readManifests } = await import('../manifests/read-manifests.ts');
    const { inNamespaces } = await import('../manifests/choose-namespace.ts');
    const { executeFiles } = await import('../execution/execute.ts');
    const { applyPlan } = await import('../plan/apply-plan.ts');
    const { filename, recursive } = this;
    const manifests = await readManifests(filename, { recursive, stdin: program.stdin, env: program.env });
    const connected = await this.connect();
    const { cluster, namespace } = connected;
    const placed = inNamespaces(manifests, this.namespace, namespace);
    await this.beginWith(report, connected, placed);
    const { clock, signal } = program;
    return await executeFiles(applyPlan(placed, this), options, { cluster, report, clock, signal });
  }
}
