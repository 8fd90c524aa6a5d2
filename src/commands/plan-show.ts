import { Command, Option } from 'clipanion';
import { BadInput, exitCodes } from '../failures.ts';
import { SeldonCommand } from './seldon-command.ts';

export class PlanShowCommand extends SeldonCommand {
  static override paths = [['plan', 'show']];
  static override usage = Command.Usage({
    description: 'Print a plan that is built in',
    details: `
      Prints a plan that is built in, as a file to begin your own with. There is one: run, which the command run carries
      out.
    `,
    examples: [
      ['What run does', '$0 plan show run'],
      ['Begin a plan of your own', '$0 plan show run > plan.yaml'],
    ],
  });

  plan = Option.String({ name: 'PLAN' });

  async execute(): Promise<number> {
    if (this.plan !== 'run') throw new BadInput(`there is no built-in plan "${this.plan}": there is run`);
    const { runAsPlanFile } = await import('../plan/run-as-plan.ts');
    this.context.program.stdout.write(runAsPlanFile());
    return exitCodes.done;
  }
}
