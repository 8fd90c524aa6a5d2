import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { type Change, changeFound, changingFlags, thenAvailable } from './change-found.ts';
import { dryRunOf, trueOrFalse, wholeNumber } from './flag-values.ts';
import { namedTargets } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...changingFlags,
  toRevision: Option.String('--to-revision', '0', {
    description: 'Revision to roll back to, as numbered by history; 0 means the previous one',
  }),
  wait: Option.String('--wait', 'true', {
    tolerateBoolean: true,
    description: 'Wait until it is truly available',
  }),
  output: takesWords(
    ['json'],
    Option.String('-o,--output', { description: 'Output format: json, one object per line' }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['undo'],
  description: 'Roll back to a previous revision, and wait until it is available',
  details: `
    Rolls back the spec, labels and annotations to the previous revision, or to --to-revision, even if somebody else
    changed them. The current state is recorded first, so that you can undo the undo. As with kubectl rollout undo,
    the restored revision becomes the newest one.

    The numbers of replicas stay as they are, so that no scaling is lost. Labels and annotations that tools such as
    Argo CD or a sync use for tracking also stay; such a tool may restore its own state. Other objects, such as
    Secrets, are not changed.
  `,
  examples: [
    ['Roll back the last change of the model iris', '$0 undo iris'],
    ['Show what that would change', '$0 undo iris --dry-run=server'],
    ['Roll back to revision 3 in the list of history', '$0 undo iris --to-revision=3'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, {}, async (progress) => {
    const wait = trueOrFalse('--wait', given.wait) && dryRunOf(given.dryRun) === 'none';
    const toRevision = wholeNumber('--to-revision', given.toRevision);
    const plan: Change['plan'] = async () => {
      const { undoStep } = await import('../steps/undo.ts');
      return await thenAvailable(undoStep({ toRevision }), wait);
    };
    return await changeFound({ targets: namedTargets(given), watch: wait, plan }, given, program, progress);
  });
}
