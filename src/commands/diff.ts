import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { compareFiles, comparingFlags } from './compare-files.ts';
import { verbOf } from './verb.ts';

const declared = {
  ...comparingFlags,
  showManagedFields: Option.Boolean('--show-managed-fields', false, {
    description: 'Also compare managedFields',
  }),
  showSecrets: Option.Boolean('--show-secrets', false, { description: 'Show the values of Secrets' }),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['diff'],
  description: 'Show what apply would change',
  details: `
    Asks the server how apply would change each object in the files, and shows the differences as kubectl diff does: as
    a unified diff of YAML. Nothing is changed. Values of Secrets are masked.

    The exit code is 0 without differences, 7 with differences, and otherwise the same as for apply.
  `,
  examples: [
    ['Show what applying model.yaml would change', '$0 diff -f model.yaml'],
    ['In CI: fail if the cluster differs from the files', '$0 diff -R -f models/ -n production'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const { objectDiff } = await import('../diff/object-diff.ts');
  const { compared } = await compareFiles(given, program);
  const { showManagedFields, showSecrets } = given;
  const text = compared.map((one) => objectDiff(one, { showManagedFields, showSecrets })).join('');
  program.stdout.write(text);
  return text === '' ? exitCodes.done : exitCodes.different;
}
