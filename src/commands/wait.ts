import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput, Failure } from '../failures.ts';
import { relaxedJsonPath } from '../jsonpath/jsonpath.ts';
import { awaitsCreation, parseGoals } from '../lifecycle/waits/goals.ts';
import { choices, timeout } from './flag-values.ts';
import * as flags from './flags.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { namedTargets, targetFlags } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...stepFlags,
  ...targetFlags,
  all: flags.all(),
  for: takesWords(
    choices.waitFor,
    Option.Array('--for', [], {
      description:
        'Condition to wait for: available, scaled=N, create, deleted, failed, event=REASON, condition=TYPE[=STATUS], jsonpath=PATH[=VALUE] (the last two also with !=)',
    }),
  ),
  timeout: flags.timeout('30s'),
  events: flags.events('none'),
  output: takesWords(
    ['json'],
    Option.String('-o,--output', { description: 'Output format: json, one object per line' }),
  ),
};

type Given = typeof declared;

const ONCE_CREATED = 'To wait until the deployment is created, add --for=create';

export const verb = verbOf({
  names: ['wait'],
  description: 'Wait until deployments are truly available, scaled, deleted, or meet another condition',
  details: `
    Waits until a condition holds for a SeldonDeployment and for everything it owns. The status alone is never
    trusted, because it is stale after every change. If the deployment can no longer become available, wait stops with
    exit code 5 and says why.

    If you give --for several times, all conditions must hold at the same time; within one --for, || separates
    alternatives. --for=create comes first: with it, wait also waits for deployments that do not exist yet, for
    example because another tool creates them later.
  `,
  examples: [
    ['Wait until the model iris is available, for at most 10 minutes', '$0 wait iris --for=available --timeout=10m'],
    [
      'Wait until another tool, such as Argo CD, has created it, and it is available',
      '$0 wait iris --for=create --for=available --timeout=10m',
    ],
    ['Wait until the model is scaled to 3 replicas', '$0 wait sdep/iris --for=scaled=3'],
    ['Wait until it is available or has failed, whichever comes first', "$0 wait iris --for='available||failed'"],
    ['Wait until all models of a team, and everything they owned, are gone', '$0 wait -l team=vision --for=deleted'],
    ['Wait until a field no longer has this value', "$0 wait iris --for=jsonpath='{.status.state}'!=Creating"],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, {}, async (progress) => {
    if (given.for.length === 0)
      throw new BadInput('required flag(s) "for" not set', { hint: 'For example: --for=available' });
    const goals = given.for.map(parseGoals);
    for (const goal of goals.flat()) if (goal.kind === 'jsonpath') relaxedJsonPath(goal.path);
    const targets = namedTargets(given);
    // One that is not there is no failure, where it is to be gone.
    const toBeGone = goals.every((alternatives) => alternatives.some(({ kind }) => kind === 'deleted'));
    const { beginWithTargets, targetOf, withMissing } = await import('./find-targets.ts');
    const limits = executionOptions(given, progress);
    const creation = awaitsCreation(goals)
      ? { timeoutMs: Math.min(limits.timeoutMs, limits.totalTimeoutMs) }
      : undefined;
    const start = program.clock.now();
    const { cluster, found, missing } = await beginWithTargets(targets, given, program, progress, undefined, creation);
    if (found.length === 0 && !toBeGone && given.names.length === 0) {
      throw new BadInput('no matching resources found', { hint: ONCE_CREATED });
    }
    const { execute } = await import('../execution/execute.ts');
    const { planOf } = await import('../execution/plan.ts');
    const { waitStep } = await import('../steps/wait.ts');
    const graceMs = timeout('--fail-grace', given.failGrace);
    const plan = planOf(waitStep(goals, { asKubectl: true, graceMs }));
    // What it took until it was there is part of the wait.
    const tookMs = creation && limits.timeoutMs > 0 ? program.clock.now() - start : 0;
    const options = {
      ...limits,
      timeoutMs: Math.max(0, limits.timeoutMs - tookMs),
      applying: { dropUnknownFields: false },
      watch: true,
    };
    const work = { plan, targets: found.map(targetOf), others: [] };
    const { clock, signal } = program;
    const result = await execute(work, options, { cluster, report: progress.report, clock, signal });
    const untold = missing.map(
      ({ exitCode, message, hint }) => new Failure(exitCode, message, { hint: hint ?? ONCE_CREATED }),
    );
    return withMissing(result, toBeGone ? [] : untold, progress);
  });
}
