import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cli, Command, Option } from 'clipanion';
import { commandHelp, commandList, knownFlags, programHelp } from '../../src/commands/help.ts';
import type { CommandContext } from '../../src/commands/seldon-command.ts';

class ApplyCommand extends Command<CommandContext> {
  static override paths = [['apply']];
  static override usage = Command.Usage({
    description: 'Apply it',
    details: 'Applies it, and then looks.',
    examples: [
      ['From a file', '$0 apply -f model.yaml'],
      ['In a namespace', '$0 apply -f model.yaml -n x'],
    ],
  });

  filename = Option.Array('-f,--filename', { description: 'What to read' });
  recursive = Option.Boolean('-R', { description: 'Below, too' });

  async execute(): Promise<number> {
    return 0;
  }
}

class SandboxStopCommand extends Command<CommandContext> {
  static override paths = [['sandbox', 'stop']];
  static override usage = Command.Usage({ description: 'Stop it' });

  async execute(): Promise<number> {
    return 0;
  }
}

const cli = Cli.from<CommandContext>([ApplyCommand, SandboxStopCommand], { binaryName: 'kubectl seldon-lifecycle' });

const exitCodes = `\
Exit codes:
  0     done
  1     the API server or this program failed
  2     wrong usage or bad input, nothing was changed
  3     the cluster is not ready for this: unreachable, not allowed, or without Seldon Core
  4     timed out
  5     the deployment failed
  130   interrupted (143 when terminated)`;

describe('help', () => {
  it('of the program lists its commands, exit codes and usage', () => {
    assert.equal(
      programHelp(cli).replace(/^Runs [\s\S]*?\n\n/, ''),
      `\
Available Commands:
  apply          Apply it
  sandbox stop   Stop it

${exitCodes}

Usage:
  kubectl seldon-lifecycle [command] [flags]

Use "kubectl seldon-lifecycle <command> --help" for more information about a given command.`,
    );
  });

  it('of a command has its description, examples, options and usage', () => {
    assert.equal(
      commandHelp(cli, 'apply'),
      `\
Applies it, and then looks.

Examples:
  # From a file
  kubectl seldon-lifecycle apply -f model.yaml

  # In a namespace
  kubectl seldon-lifecycle apply -f model.yaml -n x

Options:
    -f, --filename=VALUE:
\tWhat to read

    -R:
\tBelow, too

${exitCodes}

Usage:
  kubectl seldon-lifecycle apply [flags]`,
    );
  });

  it('of a command leaves out the parts that it does not have', () => {
    assert.equal(
      commandHelp(cli, 'sandbox stop'),
      `Stop it\n\n${exitCodes}\n\nUsage:\n  kubectl seldon-lifecycle sandbox stop [flags]`,
    );
  });

  it('of a command that there is not is undefined', () => {
    assert.equal(commandHelp(cli, 'sandbox'), undefined);
    assert.equal(commandHelp(cli, ''), undefined);
  });
});

describe('what a command line may hold', () => {
  it('is every command, by its words', () => assert.deepEqual(commandList(cli), ['apply', 'sandbox stop']));

  it('is every spelling of an option, without its value', () => {
    assert.deepEqual(knownFlags(cli, 'apply'), ['-f', '--filename', '-R']);
    assert.deepEqual(knownFlags(cli, 'sandbox stop'), []);
  });
});
