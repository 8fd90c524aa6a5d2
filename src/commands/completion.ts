import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { commonFlags, takesWords, verbOf } from './verb.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

const declared = {
  ...commonFlags,
  shellName: takesWords(shells, Option.String({ name: 'shell' })),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['completion'],
  description: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  details: `
    Output shell completion code for the plugin when you call it directly, as kubectl-seldon_lifecycle or
    kubectl-seldon-lifecycle.

    For "kubectl seldon-lifecycle" your shell needs kubectl's own completion (see kubectl completion --help), and
    kubectl needs the executable that "completion install" writes.
  `,
  examples: [
    ['Load it into the running bash', 'source <($0 completion bash)'],
    ['Load it into the running zsh', 'source <($0 completion zsh)'],
    ['Load it in every fish session', '$0 completion fish > ~/.config/fish/completions/kubectl-seldon_lifecycle.fish'],
    ['Load it into the running PowerShell', '$0 completion powershell | Out-String | Invoke-Expression'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, { stdout }: Context): Promise<number> {
  const shell = shells.find((one) => one === given.shellName);
  if (!shell) {
    throw new BadInput(`unsupported shell type "${given.shellName}"`, { hint: `It can be ${shells.join(', ')}.` });
  }
  const { completionScripts } = await import('./completion-scripts.ts');
  stdout.write(completionScripts[shell]);
  return exitCodes.done;
}
