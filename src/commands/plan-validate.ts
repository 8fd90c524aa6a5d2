import { Command } from 'clipanion';
import { BadInput, exitCodes } from '../failures.ts';
import { escapeTerminal } from '../text/escape.ts';
import { planFilename, planValues } from './plan-file.ts';
import { SeldonCommand } from './seldon-command.ts';

export class PlanValidateCommand extends SeldonCommand {
  static override paths = [['plan', 'validate']];
  static override usage = Command.Usage({
    description: 'Name every mistake in a plan, without a cluster',
    details: `
      Reads a plan and the files that it applies, and names every mistake with file, line, column and the word that was
      probably meant. It needs no cluster and changes nothing.
    `,
    examples: [
      ['Check the plan in plan.yaml', '$0 plan validate -f plan.yaml'],
      ['With the values that it will be run with', '$0 plan validate -f plan.yaml --set image=iris:2.0'],
    ],
  });

  filename = planFilename();
  set = planValues();

  async execute(): Promise<number> {
    const { env, stdin, stdout } = this.context.program;
    if (this.filename === undefined) throw new BadInput('must specify -f and the file that holds the plan');
    const { readPlan } = await import('../plan/read-plan.ts');
    const { file, plan } = await readPlan(this.filename, { set: this.set, env }, stdin);
    stdout.write(`${escapeTerminal(file)} is a valid plan of ${plan.steps.length} steps\n`);
    return exitCodes.done;
  }
}
