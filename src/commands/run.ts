import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import type { Cleanup, Existing } from '../execution/execution-options.ts';
import type { StepName } from '../progress/progress.ts';
import { connect, remarkOf } from './connection.ts';
import { choices, holdOf, oneOf, propagation, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { loadMeanwhile } from './load-meanwhile.ts';
import { openSandbox } from './open-sandbox.ts';
import { promptOn, refuseWithoutTerminal } from './prompt.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { destinationsIn, tellProgress } from './tell-progress.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...stepFlags,
  filename: flags.filenames('the SeldonDeployments and other objects that they need'),
  recursive: flags.recursive(),
  override: flags.override(),
  replicas: Option.String('--replicas', '2', { description: 'The number of replicas to scale to' }),
  predictor: flags.predictor(),
  includeSvcOrch: flags.includeSvcOrch(),
  includeExplainer: flags.includeExplainer(),
  scaleThrough: flags.scaleThrough(),
  timeout: flags.timeout(),
  events: flags.events('tree'),
  hold: Option.String('--hold', {
    tolerateBoolean: true,
    description:
      'Before deleting, keep the model running so that you can try it: for a time, for example 10m, or until you press Enter',
  }),
  cleanup: takesWords(
    choices.cleanup,
    Option.String('--cleanup', {
      description:
        'When to delete what the run created: on-success, on-interrupt (also after Ctrl-C), always (also after a failure), never; default: on-success on a terminal, on-interrupt in a job (no terminal, or CI is set)',
    }),
  ),
  cascade: flags.cascade(),
  forceConflicts: flags.forceConflicts(),
  fieldManager: flags.fieldManager(),
  dropUnknownFields: flags.dropUnknownFields(),
  createNamespace: flags.createNamespace(),
  output: takesWords(
    ['json'],
    Option.String('-o,--output', { description: 'Output format: json, one object per line' }),
  ),
  sandbox: Option.Boolean('--sandbox', false, {
    description: 'Use a simulated cluster in memory, with a simulated Seldon operator; it ends with the command',
  }),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['run'],
  description: 'Deploy, scale and delete SeldonDeployments, and show every event of everything they own',
  details: `
    Applies each SeldonDeployment with server-side apply, waits until it is truly available, scales it, waits until
    all replicas are truly available, deletes it, and waits until everything it owned is gone. Meanwhile it shows the
    Events of the deployment and of everything it owns, each once, until the last event of the deletion.

    Other objects in the files, such as Secrets and ServiceAccounts, are applied first, and deleted at the end if this
    run created them. A run refuses a deployment that already exists, because it only deletes what it created itself.
    If a run fails, the model stays so that you can look at it, and the command that removes it is printed.
    --cleanup=always deletes it in this case too, and accepts deployments that exist. After Ctrl-C the model stays on
    a terminal and is deleted in a job; the first line says which.

    run is a built-in plan: plan show run prints it, and plan run carries out your own plans.
  `,
  examples: [
    ['Run the model in model.yaml through its life cycle in the current namespace', '$0 run -f model.yaml'],
    [
      'Create a namespace for it, scale to 3 replicas and allow 10 minutes for each wait',
      '$0 run -f model.yaml -n try --create-namespace --replicas=3 --timeout=10m',
    ],
    ['Without a cluster: use a simulated one in memory', '$0 run -f model.yaml --sandbox'],
    ['Keep the model running until you press Enter, then delete it', '$0 run -f model.yaml --hold'],
    [
      'For a script: print one JSON object per line; the last one is the summary',
      "cat model.json | $0 run -f - -o json | jq -s '.[-1].outcome'",
    ],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, { style: 'telling' }, async (progress) => {
    const { stdin, env, clock, signal } = program;
    const { filename, recursive, cascade, predictor, includeSvcOrch, includeExplainer, createNamespace } = given;
    const { fieldManager, forceConflicts: force, dropUnknownFields } = given;
    const scale = {
      replicas: wholeNumber('--replicas', given.replicas),
      predictor,
      includeSvcOrch,
      includeExplainer,
      through: oneOf('--scale-through', given.scaleThrough, choices.scaleThrough),
    };
    const cleanup = given.cleanup ? oneOf('--cleanup', given.cleanup, choices.cleanup) : usualCleanup(program);
    const { deleteStep } = await import('../steps/delete.ts');
    const deletion = deleteStep(propagation(cascade), { wait: true });
    const hold = holdOf(given.hold);
    if (hold === true) refuseWithoutTerminal(program, '--hold', '--hold=10m');
    const options = {
      ...executionOptions(given, progress),
      watch: true,
      checkRights: true,
      prompt: promptOn(program),
      createNamespace,
      applying: { fieldManager, force, dropUnknownFields },
      cleanup,
      existing: existing(cleanup),
    };
    const { withSchemaMistakes } = await import('./wrong-manifests.ts');
    const { runAsPlan } = await import('../plan/run-as-plan.ts');
    const { toPlan } = await import('../plan/plan.ts');
    const { placeManifests, withManifests } = await import('../plan/plan-manifests.ts');
    const { manifestsOf } = await import('../execution/plan.ts');
    const { ReadingBudget } = await import('../reading/reading-budget.ts');
    const written = toPlan(runAsPlan({ filename, recursive, scale, hold, cleanup, cascade }));
    const reading = { base: '.', stdin, env, budget: new ReadingBudget(), remark: remarkOf(given, program) };
    const read = await withManifests(written, reading).catch((error) => {
      // The cluster in memory is not up yet, and another one is not meant.
      if (given.sandbox) throw error;
      return withSchemaMistakes(error, given, program);
    });
    const sandbox = given.sandbox ? await openSandbox(program) : undefined;
    try {
      const [connected, { executeFiles }] = await loadMeanwhile(
        connect(given, program, sandbox?.kubeconfig),
        () => import('../execution/execute.ts'),
        () => import('../output/destination-line.ts'),
      );
      const { cluster, namespace } = connected;
      const placed = placeManifests(read, { flag: given.namespace, override: given.override, ofContext: namespace });
      await progress.begin(
        connected,
        { ...destinationsIn(manifestsOf(placed)), ...(!sandbox && { remark: REMARKS[cleanup] }) },
        'none',
      );
      // What is kept is told as a deletion that was left out.
      const leftOut: StepName[] = cleanup === 'never' ? ['delete', 'wait-deleted'] : [];
      const deps = { cluster, report: progress.report, clock, signal };
      const onInterrupt = cleanup === 'on-interrupt' ? [{ step: deletion }] : [];
      return await executeFiles({ ...placed, leftOut, onInterrupt }, options, deps);
    } finally {
      await sandbox?.stop();
    }
  });
}

/** Whoever sits at a terminal may want to look at what is there; after a job nobody comes to clean up. */
export function usualCleanup({ stderr, env }: Pick<Context, 'stderr' | 'env'>): Cleanup {
  return stderr.isTTY && env.CI === undefined ? 'on-success' : 'on-interrupt';
}

/** What the first line says of it. */
const REMARKS: Readonly<Record<Cleanup, string>> = {
  'on-success': 'models are deleted at the end, and kept after Ctrl-C or a failure',
  'on-interrupt': 'models are deleted at the end and after Ctrl-C, and kept after a failure',
  always: 'models are always deleted at the end',
  never: 'models are kept',
};

function existing(cleanup: Cleanup): Existing {
  if (cleanup === 'always') return { taken: true, remark: ', and deletes it at the end (--cleanup=always)' };
  return { taken: false, advice: ', or let the run change and delete the existing one with --cleanup=always' };
}
