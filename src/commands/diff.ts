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
    Asks the server what each object in the files would be after an apply, and shows the differences as kubectl diff
    does: YAML, in the unified format. Nothing is changed. Values of Secrets are masked.

    The exit code is 0 without differences, 7 with differences, and otherwise the same as for apply.
  `,
  examples: [
    ['What applying model.yaml would change', '$0 diff -f model.yaml'],
    ['In a build: fail where the cluster is not what the files say', '$0 diff -R -f models/ -n production'],
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
