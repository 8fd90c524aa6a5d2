import { Command } from 'clipanion';
import { exitCodes } from '../failures.ts';
import { SeldonCommand } from './seldon-command.ts';

export class PlanSchemaCommand extends SeldonCommand {
  static override paths = [['plan', 'schema']];
  static override usage = Command.Usage({
    description: 'Print the JSON Schema of plans, for editors',
    details: `
      Prints the JSON Schema (draft 2020-12) of plan files. An editor that knows it completes the words of a plan, says what
      each of them means, and marks mistakes. Many read where it is from the first line of a plan:

      # yaml-language-server: $schema=plan.schema.json
    `,
    examples: [
      ['Keep it beside your plans', '$0 plan schema > plan.schema.json'],
      ['What a step can be', "$0 plan schema | jq -r '.properties.steps.items.oneOf[].required[]'"],
    ],
  });

  async execute(): Promise<number> {
    const { planJsonSchema } = await import('../plan/plan-json-schema.ts');
    this.context.program.stdout.write(`${JSON.stringify(planJsonSchema(), undefined, 2)}\n`);
    return exitCodes.done;
  }
}
