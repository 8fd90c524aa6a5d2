import { Command } from 'clipanion';
import { exitCodes } from '../failures.ts';
import { version } from '../version.ts';
import { SeldonCommand } from './seldon-command.ts';

export class VersionCommand extends SeldonCommand {
  static override paths = [['version']];
  static override usage = Command.Usage({
    description: 'Print the version of this plugin',
    examples: [
      ['Print the version', '$0 version'],
      ['The same, as programs are often asked', '$0 --version'],
    ],
  });

  async execute(): Promise<number> {
    this.context.program.stdout.write(`${version}\n`);
    return exitCodes.done;
  }
}
