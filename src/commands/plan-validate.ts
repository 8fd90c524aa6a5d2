import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import type { FieldPath } from '../manifests/manifest.ts';
import { escapeTerminal } from '../text/escape.ts';
import { spokenAddress } from '../text/spoken-address.ts';
import * as flags from './flags.ts';
import { commonFlags, verbOf } from './verb.ts';

const declared = {
  ...commonFlags,
  filename: flags.planFilename(),
  set: flags.planValues(),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['plan validate'],
  description: 'Check a plan for mistakes, without a cluster',
  details: `
    Reads a plan and the files that it applies, and reports every mistake with file, line, column and the word that
    you probably meant. It needs no cluster and changes nothing. It does not read URLs in steps, because they may
    contain values of the environment; plan run reads them.
  `,
  examples: [
    ['Check the plan in plan.yaml', '$0 plan validate -f plan.yaml'],
    ['Check it with the values that you will run it with', '$0 plan validate -f plan.yaml --set image=iris:2.0'],
  ],
  flags: declared,
  run,
});

async function run({ filename, set }: Given, { env, stdin, stdout, stderr }: Context): Promise<number> {
  if (filename === undefined) throw new BadInput('must specify -f and the file with the plan');
  const { readPlan } = await import('../plan/read-plan.ts');
  const unread: string[] = [];
  // An address may hold values of the environment, which nobody is to hear who only asks whether the plan is right.
  const unasked = (step: FieldPath, address: string) => {
    unread.push(`${step.join('.')}: not read: ${spokenAddress(address) ?? 'an address'}; plan run reads it`);
  };
  const { file, plan } = await readPlan(filename, { set, env }, stdin, { unasked });
  for (const line of unread) stderr.write(`${escapeTerminal(line)}\n`);
  stdout.write(`${escapeTerminal(file)} is a valid plan of ${plan.steps.length} steps\n`);
  return exitCodes.done;
}
