import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import type { PlanFile } from '../plan/plan.ts';
import { connect, remarkOf } from './connection.ts';
import { dryRunOf, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { openSandbox } from './open-sandbox.ts';
import { isInteractive, promptOn } from './prompt.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { destinationsIn, tellProgress } from './tell-progress.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...stepFlags,
  filename: flags.planFilename(),
  set: flags.planValues(),
  override: flags.override(),
  timeout: flags.timeout(),
  events: flags.events('tree'),
  forceConflicts: flags.forceConflicts(),
  fieldManager: flags.fieldManager(),
  dropUnknownFields: flags.dropUnknownFields(),
  revisionHistoryLimit: flags.revisionHistoryLimit(),
  createNamespace: flags.createNamespace(),
  dryRun: flags.dryRun(),
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
  names: ['plan run'],
  description: 'Run a lifecycle that is written as a YAML plan',
  details: `
    Runs the steps of a plan file, each like the command with the same name, and shows the Events meanwhile. If the
    plan has mistakes, all of them are reported at once and nothing is changed. If a step fails, the remaining steps
    are skipped, then the steps under onFailure run, and at the end those under finally.

    Each deployment of the plan goes through the steps on its own, in parallel with the others. A plan that deletes
    accepts only deployments that it creates itself.
  `,
  examples: [
    ['Run the plan in plan.yaml', '$0 plan run -f plan.yaml'],
    ['Change values of the plan', '$0 plan run -f plan.yaml --set replicas=5 --set image=iris:2.0'],
    ['Show what the plan would do, and let the server check it', '$0 plan run -f plan.yaml --dry-run=server'],
    ['Without a cluster: use a simulated one in memory', '$0 plan run -f plan.yaml --sandbox'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, { style: 'telling' }, async (progress) => {
    const { clock, env, signal, stdin } = program;
    const { filename, set, fieldManager, forceConflicts: force, dropUnknownFields, createNamespace } = given;
    const dryRun = dryRunOf(given.dryRun);
    if (filename === undefined) {
      throw new BadInput('must specify -f and the file with the plan', {
        hint: 'To start a plan: kubectl seldon-lifecycle plan show run > plan.yaml',
      });
    }
    const { readPlan } = await import('../plan/read-plan.ts');
    const { manifestsOf } = await import('../execution/plan.ts');
    const { placeManifests } = await import('../plan/plan-manifests.ts');
    const { runPlan } = await import('../plan/run-plan.ts');
    const carriesOut = ({ none: 'all', server: 'tried', client: 'none' } as const)[dryRun];
    const reading = { remark: remarkOf(given, program), carriesOut };
    const { plan: read, ofEnvironment } = await readPlan(filename, { set, env }, stdin, reading);
    if (dryRun === 'none' && !isInteractive(program)) refusePrompts(read);
    const sandbox = given.sandbox ? await openSandbox(program) : undefined;
    try {
      const connected = await connect(given, program, sandbox?.kubeconfig);
      const { cluster, namespace: ofContext } = connected;
      cluster.keepSecret(ofEnvironment);
      const plan = placeManifests(read, { flag: given.namespace, override: given.override, ofContext });
      await progress.begin(connected, destinationsIn(manifestsOf(plan)), dryRun);
      const applying = { fieldManager, force, dropUnknownFields };
      const prompt = promptOn(program);
      const historyLimit = wholeNumber('--revision-history-limit', given.revisionHistoryLimit);
      const limits = { ...executionOptions(given, progress), historyLimit };
      const options = { ...limits, applying, createNamespace, dryRun, prompt };
      return await runPlan(plan, options, { cluster, report: progress.report, clock, signal });
    } finally {
      await sandbox?.stop();
    }
  });
}

/** Nobody could press Enter: it would hold for ever. */
function refusePrompts({ steps, onFailure, lastly }: PlanFile): void {
  const prompts = [...steps, ...onFailure, ...lastly].filter(({ step }) => step.prompts);
  if (prompts.length === 0) return;
  const places = prompts.map(({ place }) => place).join(', ');
  throw new BadInput(`${places}: the step hold waits for Enter, but there is no terminal`, {
    hint: 'Set a duration instead, for example hold: {for: 10m}',
  });
}
