import { Command, Option } from 'clipanion';
import type { Context } from '../context.ts';
import type { DeploymentName, Report } from '../lifecycle/progress.ts';
import type { RunResult } from '../lifecycle/run-result.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { choices, oneOf, propagation, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
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
    `,
    examples: [
      ['Run the model in model.yaml through its life in the current namespace', '$0 run -f model.yaml'],
      [
        'Make a namespace for it, scale to 3 replicas and allow 10 minutes for each wait',
        '$0 run -f model.yaml -n try --create-namespace --replicas=3 --timeout=10m',
      ],
      ['No cluster at hand: the same in a cluster in memory', '$0 run -f model.yaml --sandbox'],
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

  protected async carryOut(report: Report): Promise<RunResult> {
    const { program } = this.context;
    const options = {
      ...this.stepOptions(),
      scale: {
        replicas: wholeNumber('--replicas', this.replicas),
        predictor: this.predictor,
        includeSvcOrch: this.includeSvcOrch,
        includeExplainer: this.includeExplainer,
        through: oneOf('--scale-through', this.scaleThrough, choices.scaleThrough),
      },
      createNamespace: this.createNamespace,
      applying: {
        fieldManager: this.fieldManager,
        force: this.forceConflicts,
        dropUnknownFields: this.dropUnknownFields,
      },
      cleanup: oneOf('--cleanup', this.cleanup, choices.cleanup),
      cascade: propagation(this.cascade),
    };
    const { readManifests } = await import('../manifests/read-manifests.ts');
    const { inNamespaces } = await import('../manifests/choose-namespace.ts');
    const { run } = await import('../lifecycle/run.ts');
    const manifests = await readManifests(this.filename, {
      recursive: this.recursive,
      stdin: program.stdin,
      env: program.env,
    });
    const sandbox = this.sandbox ? await openSandbox(program) : undefined;
    try {
      const { cluster, namespace } = await this.connect(sandbox?.kubeconfig);
      const placed = inNamespaces(manifests, this.namespace, namespace);
      report({ type: 'begin', time: program.clock.now(), deployments: placed.deployments.map(nameOf) });
      return await run(placed, options, { cluster, report, clock: program.clock, signal: program.signal });
    } finally {
      await sandbox?.stop();
    }
  }
}

function nameOf({ deployment: { metadata } }: Manifest): DeploymentName {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}

/** Loaded only here: whoever has a cluster does not pay for the sandbox. */
async function openSandbox({ clock }: Context) {
  const { startSandbox } = await import('../sandbox/start.ts');
  return await startSandbox({ clock });
}
