import { Command, Option } from 'clipanion';
import type { Context } from '../context.ts';
import { exitCodes, Failure } from '../failures.ts';
import type { DeploymentName, Report } from '../lifecycle/progress.ts';
import type { RunResult } from '../lifecycle/run.ts';
import { outcomeOf } from '../lifecycle/steps.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { ClusterCommand } from './cluster-command.ts';
import { oneOf, timeout, trueOrFalse, wholeNumber } from './flag-values.ts';
import { progressReader } from './progress-reader.ts';
import { takesWords } from './takes-words.ts';

const throughs = ['spec', 'subresource'] as const;
const cleanups = ['on-success', 'always', 'never'] as const;
const cascadeWords = ['foreground', 'background', 'orphan'] as const;

export class RunCommand extends ClusterCommand {
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

  filename = Option.Array('-f,--filename', [], {
    description:
      'File, directory, or - for standard input, that holds the SeldonDeployments and what they need; repeatable',
  });
  recursive = Option.Boolean('-R,--recursive', false, { description: 'Read the directories of -f recursively' });
  replicas = Option.String('--replicas', '2', { description: 'The number of replicas to scale to' });
  predictor = Option.String('--predictor', { description: 'Scale the predictor of this name and leave the others' });
  includeSvcOrch = Option.Boolean('--include-svc-orch', false, {
    description: 'Scale separate service orchestrators too; with a number of their own their pods restart',
  });
  includeExplainer = Option.Boolean('--include-explainer', false, { description: 'Scale explainers too' });
  scaleThrough = takesWords(
    throughs,
    Option.String('--scale-through', 'spec', {
      description: 'How to scale: spec, by the field that governs, or subresource, as kubectl scale does',
    }),
  );
  timeout = Option.String('--timeout', '5m', { description: 'How long each wait may take, for example 90s or 1m30s' });
  totalTimeout = Option.String('--total-timeout', '-1s', {
    description: 'How long all of it may take; negative: no limit beside that of each wait',
  });
  failFast = Option.String('--fail-fast', 'true', {
    tolerateBoolean: true,
    description: 'End as soon as the deployment cannot become available, with the cause, instead of at the timeout',
  });
  failGrace = Option.String('--fail-grace', '10s', {
    description: 'How long --fail-fast bears an obstacle that may pass by itself',
  });
  cleanup = takesWords(
    cleanups,
    Option.String('--cleanup', 'on-success', {
      description: 'When to delete what the run made: on-success, always (after failures and interruptions too), never',
    }),
  );
  cascade = takesWords(
    cascadeWords,
    Option.String('--cascade', 'foreground', {
      description: 'How its dependents are deleted: foreground, background, orphan',
    }),
  );
  concurrency = Option.String('--concurrency', '20', {
    description: 'How many deployments are under way at a time',
  });
  failTogether = Option.Boolean('--fail-together', false, {
    description: 'End all deployments of the run as soon as one of them fails',
  });
  forceConflicts = Option.Boolean('--force-conflicts', false, {
    description: 'Take fields over from those who manage them, instead of failing',
  });
  fieldManager = Option.String('--field-manager', 'kubectl-seldon-lifecycle', {
    description: 'The name under which fields are managed',
  });
  dropUnknownFields = Option.Boolean('--drop-unknown-fields', false, {
    description: 'Leave out the fields that the cluster does not declare, instead of failing',
  });
  createNamespace = Option.Boolean('--create-namespace', false, {
    description: 'Create the namespace if it is not there',
  });
  output = takesWords(
    ['json'],
    Option.String('-o,--output', { description: 'Output format: json, one object a line' }),
  );
  sandbox = Option.Boolean('--sandbox', false, {
    description: 'Use a cluster in memory, with a stand-in for the Seldon operator, that lasts as long as the command',
  });

  async execute(): Promise<number> {
    const { program } = this.context;
    const start = program.clock.now();
    const report = await progressReader(this.output, program);
    let result: RunResult = { outcome: 'failed', exitCode: exitCodes.failed, deployments: [] };
    try {
      result = await this.#run(report);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      result = { outcome: outcomeOf(error), exitCode: error.exitCode, deployments: [] };
      const time = program.clock.now();
      report({ type: 'notice', time, level: 'error', message: error.message });
      for (const message of [...error.details, ...(error.hint ? [error.hint] : [])]) {
        report({ type: 'notice', time, level: 'info', message });
      }
    } finally {
      // The last line of JSON, whatever went wrong before.
      const time = program.clock.now();
      report({ type: 'summary', time, ...result, durationMs: time - start });
    }
    return result.exitCode;
  }

  async #run(report: Report): Promise<RunResult> {
    const { program } = this.context;
    const options = {
      scale: {
        replicas: wholeNumber('--replicas', this.replicas),
        predictor: this.predictor,
        includeSvcOrch: this.includeSvcOrch,
        includeExplainer: this.includeExplainer,
        through: oneOf('--scale-through', this.scaleThrough, throughs),
      },
      timeoutMs: timeout('--timeout', this.timeout),
      totalTimeoutMs: timeout('--total-timeout', this.totalTimeout),
      createNamespace: this.createNamespace,
      applying: {
        fieldManager: this.fieldManager,
        force: this.forceConflicts,
        dropUnknownFields: this.dropUnknownFields,
      },
      cleanup: oneOf('--cleanup', this.cleanup, cleanups),
      cascade: cascades[oneOf('--cascade', this.cascade, cascadeWords)],
      failGraceMs: trueOrFalse('--fail-fast', this.failFast) ? timeout('--fail-grace', this.failGrace) : undefined,
      failTogether: this.failTogether,
      concurrency: Math.max(1, wholeNumber('--concurrency', this.concurrency)),
    };
    const { readManifests } = await import('../manifests/read-manifests.ts');
    const { inNamespaces } = await import('../manifests/choose-namespace.ts');
    const { run } = await import('../lifecycle/run.ts');
    const manifests = await readManifests(this.filename, { recursive: this.recursive, stdin: program.stdin });
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

const cascades = { foreground: 'Foreground', background: 'Background', orphan: 'Orphan' } as const;

/** Loaded only here: whoever has a cluster does not pay for the sandbox. */
async function openSandbox({ clock }: Context) {
  const { startSandbox } = await import('../sandbox/start.ts');
  return await startSandbox({ clock });
}
