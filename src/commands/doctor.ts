import { Command, Option } from 'clipanion';
import type { Finding } from '../doctor/judge.ts';
import { BadInput, ClusterNotReady, exitCodes } from '../failures.ts';
import type { CommandWithNeeds } from '../lifecycle/rights/needs.ts';
import { ClusterCommand } from './cluster-command.ts';
import { takesWords } from './takes-words.ts';

export class DoctorCommand extends ClusterCommand {
  static override paths = [['doctor']];
  static override usage = Command.Usage({
    description: 'Check that everything is in place to run SeldonDeployments here',
    details: `
      Looks at the cluster, the SeldonDeployment resource and its versions, the operator, its webhooks, the rights that each
      command needs, autoscalers that decide replicas, and the clocks: a line each. Exit code 3 when something needed is
      missing; warnings alone end with 0. Nothing is changed.

      --print-role prints the least Role for chosen commands instead, and asks no cluster.
    `,
    examples: [
      ['Look at everything in the namespace of the current context', '$0 doctor'],
      ['Only the rights that run and events need, in another namespace', '$0 doctor --for=run,events -n models'],
      [
        'Give a service account the least Role for a run',
        '$0 doctor --print-role --for=run -n models | kubectl apply -f -',
      ],
      ['For a script: what is missing', '$0 doctor -o json | jq \'.checks[] | select(.state == "missing")\''],
    ],
  });

  for = Option.Array('--for', [], {
    description: 'The commands whose rights are meant, separated by commas; all of them, if it is not said',
  });
  printRole = Option.Boolean('--print-role', false, {
    description: 'Print the least Role for these commands, as YAML',
  });
  output = takesWords(['json'], Option.String('-o,--output', { description: 'Output format: json' }));

  async execute(): Promise<number> {
    const { program } = this.context;
    if (this.output !== undefined && this.output !== 'json') {
      throw new BadInput(`unable to match a printer suitable for the output format "${this.output}"`, {
        hint: 'allowed formats are: json',
      });
    }
    const commands = await this.#commands();
    if (this.printRole) {
      const { roleYaml } = await import('../lifecycle/rights/role.ts');
      program.stdout.write(roleYaml(commands, this.namespace));
      return exitCodes.done;
    }
    const { examine } = await import('../doctor/examine.ts');
    const { inspection, namespace } = await this.inspect();
    const examination = { namespace: this.namespace || namespace, commands, clock: program.clock };
    return await this.#tell(await examine(inspection, examination));
  }

  async #commands(): Promise<CommandWithNeeds[]> {
    const { commandsWithNeeds } = await import('../lifecycle/rights/needs.ts');
    const words = this.for.flatMap((text) => text.split(',')).filter((word) => word !== '');
    const unknown = words.find((word) => !commandsWithNeeds.some((command) => command === word));
    if (unknown !== undefined) {
      throw new BadInput(`invalid argument "${unknown}" for "--for": expected some of ${commandsWithNeeds.join(', ')}`);
    }
    return words.length === 0 ? commandsWithNeeds : commandsWithNeeds.filter((command) => words.includes(command));
  }

  async #tell(told: readonly Finding[]): Promise<number> {
    const { stdout } = this.context.program;
    const findings = told.map((finding) => this.#withCommands(finding));
    const lacking = findings.filter(({ state }) => state === 'missing');
    if (this.output === 'json') {
      const exitCode = lacking.length > 0 ? exitCodes.clusterNotReady : exitCodes.done;
      const { harmlessJson } = await import('../text/escape.ts');
      stdout.write(`${harmlessJson(JSON.stringify({ checks: findings, exitCode }, undefined, 4))}\n`);
      return exitCode;
    }
    const { findingLines } = await import('../output/findings.ts');
    for (const line of findingLines(findings)) stdout.write(`${line}\n`);
    if (lacking.length === 0) return exitCodes.done;
    const what = lacking.map(({ check }) => check).join(', ');
    throw new ClusterNotReady(`${lacking.length} of ${findings.length} checks failed: ${what}`);
  }

  #withCommands({ advice, ...finding }: Finding): Finding<string> {
    return { ...finding, ...(advice !== undefined && { advice: this.written(advice) }) };
  }
}
