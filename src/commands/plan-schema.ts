import type { Context } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { commonFlags, verbOf } from './verb.ts';

const declared = {
  ...commonFlags,
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['plan schema'],
  description: 'Print the JSON Schema of plans, for editors',
  details: `
    Prints the JSON Schema (draft 2020-12) of plan files. An editor that knows it completes the words of a plan, says what
    each of them means, and marks mistakes. Many editors find it through the first line of a plan:

    # yaml-language-server: $schema=plan.schema.json
  `,
  examples: [
    ['Save it next to your plans', '$0 plan schema > plan.schema.json'],
    ['List the kinds of steps', "$0 plan schema | jq -r '.properties.steps.items.oneOf[].required[]'"],
  ],
  flags: declared,
  run,
});

async function run(_: Given, { stdout }: Context): Promise<number> {
  const { planJsonSchema } = await import('../plan/plan-json-schema.ts');
  stdout.write(`${JSON.stringify(planJsonSchema(), undefined, 2)}\n`);
  return exitCodes.done;
}
