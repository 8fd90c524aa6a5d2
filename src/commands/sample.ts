import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { samples } from '../manifests/samples.ts';
import { oneOf } from './flag-values.ts';
import { commonFlags, takesWords, verbOf } from './verb.ts';

const kinds = Object.keys(samples) as (keyof typeof samples)[];

const declared = {
  ...commonFlags,
  kinds: takesWords(kinds, Option.Rest({ name: 'KIND' })),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['sample'],
  usage: '[KIND]',
  description: 'Print an example manifest to start from',
  details: `
    Prints the manifest of a SeldonDeployment: simple (the default: a model in your own image), prepackaged (a model
    in a bucket, served by one of Seldon's servers) or canary (two versions that share the traffic).
  `,
  examples: [
    ['Run the simplest example, without a cluster', '$0 sample | $0 run -f - --sandbox'],
    ['Create a file to start from', '$0 sample canary > model.yaml'],
  ],
  flags: declared,
  run,
});

async function run({ kinds: words }: Given, { stdout }: Context): Promise<number> {
  const asked = words.length > 0 ? words : ['simple'];
  const texts = asked.map((word) => samples[oneOf('KIND', word, kinds)]);
  stdout.write(texts.join('---\n'));
  return exitCodes.done;
}
