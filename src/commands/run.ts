import { Command, Option } from 'clipanion';
import type { Cleanup, Existing } from '../execution/execution-options.ts';
import type { ExecutionResult } from '../execution/result.ts';
import type { Report, StepName } from '../progress/progress.ts';
import { choices, holdOf, oneOf, propagation, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { openSandbox } from './open-sandbox.ts';
import { promptOn, refuseWithoutTerminal } from './prompt.ts';
import { StepCommand } from './step-command.ts';
import { takesWords } from './takes-words.ts';

export class RunCommand extends StepCommand {
  static override paths = [['run']];
  static override usage = Command.Usage({
    description: 'Take SeldonDeployments through their whole life and show every event of what they own',
    details: `
      Applies each SeldonDeployment by server-side apply, waits until it is truly available, scales it, waits until that
      many replicas are truly available, deletes it and waits until everything that it owned is gone. The Kubernetes
      Events of the deployment and of all that it owns are shown as they come, each once, to the last one of the deletion.

      Other objects in the files, such as Secrets and ServiceAccounts, are applied first, and removed at the end if this run
      made them. A deployment that exists already is refused: a run only ever deletes what it made itself. When a run fails
      or is interrupted, what it made is left for you to look at, and the command that removes it is printed;
      --cleanup=always deletes it then too, and takes deployments that exist.

      It is a plan that is built in, see plan show run, and plan run for plans of your own.
    `,
    examples: [
      ['Run the model in model.yaml through its life in the current namespace', '$0 run -f model.yaml'],
      [
        'Make a namespace for it, scale to 3 replicas and allow 10 minutes for each wait',
        '$0 run -f model.yaml -n try --create-namespace --replicas=3 --timeout=10m',
      ],
      ['No cluster at hand: the same in a cluster in memory', '$0 run -f model.yaml --sandbox'],
      ['Try the model before it is deleted: until you press Enter', '$0 run -f model.yaml --hold'],
      [
        'For a script: one JSON object a line, the last one the summary',
        "cat model.json | $0 run -f - -o json | jq -s '.[-1].outcome'",
      ],
    ],
  });

  filename = flags.filenames('the SeldonDeployments and what they need');
  recursive = flags.recursive();
  replicas = Option.String('--replicas', '2', { description: 'The number of replicas to scale to' });
  predictor = flags.predictor();
  includeSvcOrch = flags.includeSvcOrch();
  includeExplainer = flags.includeExplainer();
  scaleThrough = flags.scaleThrough();
  timeout = flags.timeout();
  events = flags.events('tree');
  hold = Option.String('--hold', {
    tolerateBoolean: true,
    description:
      'Before the deletion, leave it standing for somebody to try it: for so long, for example 10m, or until Enter',
  });
  cleanup = takesWords(
    choices.cleanup,
    Option.String('--cleanup', 'on-success', {
      description: 'When to delete what the run made: on-success, always (after failures and interruptions too), never',
    }),
  );
  cascade = flags.cascade();
  forceConflicts = flags.forceConflicts();
  fieldManager = flags.fieldManager();
  dropUnknownFields = flags.dropUnknownFields();
  createNamespace = flags.createNamespace();
  output = takesWords(
    ['json'],
    Option.String('-o,--output', { description: 'Output format: json, one object a line' }),
  );
  sandbox = Option.Boolean('--sandbox', false, {
    description: 'Use a cluster in memory, with a stand-in for the Seldon operator, that lasts as long as the command',
  });
  protected override readonly style = 'telling';

  protected async carryOut(report: Report): Promise<ExecutionResult> {
    const { program } = this.context;
    const scale = {
      replicas: wholeNumber('--replicas', this.replicas),
      predictor: this.predictor,
      includeSvcOrch: this.includeSvcOrch,
      includeExplainer: this.includeExplainer,
      through: oneOf('--scale-through', this.scaleThrough, choices.scaleThrough),
    };
    const cleanup = oneOf('--cleanup', this.cleanup, choices.cleanup);
    propagation(this.cascade);
    const hold = holdOf(this.hold);
    if (hold === true) refuseWithoutTerminal(program, '--hold', '--hold=10m');
    const options = {
      ...this.executionOptions(),
      watch: true,
      checkRights: true,
      prompt: promptOn(program),
      createNamespace: this.createNamespace,
      applying: {
        fieldManager: this.fieldManager,
        force: this.forceConflicts,
        dropUnknownFields: this.dropUnknownFields,
      },
      cleanup,
      existing: existing(cleanup),
    };
    const { runAsPlan } = await import('../plan/run-as-plan.ts');
    const { toPlan } = await import('../plan/plan.ts');
    const { placeManifests, withManifests } = await import('../plan/plan-manifests.ts');
    const { manifestsOf } = await import('../execution/plan.ts');
    const { executeFiles } = await import('../execution/execute.ts');
    const { ReadingBudget } = await import('../reading/reading-budget.ts');
    const { filename, recursive, cascade } = this;
    const written = toPlan(runAsPlan({ filename, recursive, scale, hold, cleanup, cascade }));
    const budget = new ReadingBudget();
    const read = await withManifests(written, { base: '.', stdin: program.stdin, env: program.env, budget });
    const sandbox = this.sandbox ? await openSandbox(program) : undefined;
    try {
      const connected = await this.connect(sandbox?.kubeconfig);
      const { cluster, namespace } = connected;
      const placed = placeManifests(read, { flag: this.namespace, ofContext: namespace });
      await this.beginWith(report, connected, manifestsOf(placed));
      // What is kept is told as a deletion that was left out.
      const leftOut: StepName[] = cleanup === 'never' ? ['delete', 'wait-deleted'] : [];
      const { clock, signal } = program;
      return await executeFiles({ ...placed, leftOut }, options, { cluster, report, clock, signal });
    } finally {
      await sandbox?.stop();
    }
  }
}

function existing(cleanup: Cleanup): Existing {
  if (cleanup === 'always') return { taken: true, remark: ', and deleted at the end (--cleanup=always)' };
  return { taken: false, advice: ', or let the run change and then delete it: --cleanup=always' };
}
