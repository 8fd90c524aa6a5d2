import { Command, Option } from 'clipanion';
import { exitCodes } from '../failures.ts';
import { samples } from '../manifests/samples.ts';
import { oneOf } from './flag-values.ts';
import { SeldonCommand } from './seldon-command.ts';
import { takesWords } from './takes-words.ts';

const kinds = Object.keys(samples) as (keyof typeof samples)[];

export class SampleCommand extends SeldonCommand {
  static override paths = [['sample']];
  static override usage = Command.Usage({
    description: 'Print an example manifest to begin with',
    details: `
      Prints a manifest of a SeldonDeployment: simple, a model in an image of your own, if nothing else is asked for;
      prepackaged, a model from a bucket in one of Seldon's servers; canary, two versions that share the traffic.
    `,
    examples: [
      ['See a whole life of the simplest one, without a cluster', '$0 sample | $0 run -f - --sandbox'],
      ['A file to begin with', '$0 sample canary > model.yaml'],
    ],
  });

  kinds = takesWords(kinds, Option.Rest({ name: 'KIND' }));

  async execute(): Promise<number> {
    const asked = this.kinds.length > 0 ? this.kinds : ['simple'];
    const texts = asked.map((word) => samples[oneOf('KIND', word, kinds)]);
    this.context.program.stdout.write(texts.join('---\n'));
    return exitCodes.done;
  }
}
