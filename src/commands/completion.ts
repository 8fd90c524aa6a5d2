import { Command, Option } from 'clipanion';
import { BadInput, exitCodes } from '../failures.ts';
import { SeldonCommand } from './seldon-command.ts';
import { takesWords } from './takes-words.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

export class CompletionCommand extends SeldonCommand {
  static override paths = [['completion']];
  static override usage = Command.Usage({
    description: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
    details: `
      Output shell completion code for the plugin called by itself, as kubectl-seldon_lifecycle or
      kubectl-seldon-lifecycle.

      For "kubectl seldon-lifecycle" the shell needs kubectl's own completion (see kubectl completion --help), and kubectl
      needs the executable that "completion install" writes.
    `,
    examples: [
      ['Load it into the running bash', 'source <($0 completion bash)'],
      ['Load it into the running zsh', 'source <($0 completion zsh)'],
      ['Have every fish load it', '$0 completion fish > ~/.config/fish/completions/kubectl-seldon_lifecycle.fish'],
      ['Load it into the running PowerShell', '$0 completion powershell | Out-String | Invoke-Expression'],
    ],
  });

  shell = takesWords(shells, Option.String({ name: 'shell' }));

  async execute(): Promise<number> {
    const shell = shells.find((one) => one === this.shell);
    if (!shell) {
      throw new BadInput(`unsupported shell type "${this.shell}"`, { hint: `It can be ${shells.join(', ')}.` });
    }
    const { completionScripts } = await import('./completion-scripts.ts');
    this.context.program.stdout.write(completionScripts[shell]);
    return exitCodes.done;
  }
}
