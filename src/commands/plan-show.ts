import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { commonFlags, takesWords, verbOf } from './verb.ts';

const declared = {
  ...commonFlags,
  plan: takesWords(['run'], Option.String({ name: 'PLAN' })),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['plan show'],
  description: 'Print a built-in plan',
  details: `
    Prints a built-in plan, as a file to start your own from. There is one plan, run: the command run carries it out.
  `,
  examples: [
    ['Show the steps of run', '$0 plan show run'],
    ['Start a plan of your own', '$0 plan show run > plan.yaml'],
  ],
  flags: declared,
  run,
});

async function run({ plan }: Given, { stdout }: Context): Promise<number> {
  if (plan !== 'run') throw new BadInput(`there is no built-in plan "${plan}": the only one is run`);
  const { runAsPlanFile } = await import('../plan/run-as-plan.ts');
  stdout.write(runAsPlanFile());
  return exitCodes.done;
}
