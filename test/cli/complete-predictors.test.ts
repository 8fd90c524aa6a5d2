import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complete, directives, type NameSources } from '../../src/cli/complete.ts';
import { programCommands } from '../../src/cli/program-commands.ts';

const { noFiles, noFilesNoSpace } = directives;

/** Each deployment has two. */
const sources: Partial<NameSources> = {
  deployments: async () => ['iris'],
  predictors: async (deployment) => (deployment === 'iris' ? ['main', 'canary'] : []),
};

describe('Predictors of the deployment on the line', () => {
  const cases: [name: string, words: string[], texts: string[], directive: number][] = [
    ['for --predictor', ['scale', 'iris', '--predictor', 'c'], ['canary'], noFiles],
    ['for --predictor=', ['restart', 'sdep/iris', '--predictor='], ['main', 'canary'], noFiles],
    ['to promote', ['promote', 'sdep/iris', ''], ['main', 'canary'], noFiles],
    [
      'for the traffic, with a weight to come, none twice',
      ['traffic', 'iris', 'main=90', ''],
      ['canary='],
      noFilesNoSpace,
    ],
    ['after the deployment itself', ['traffic', ''], ['iris'], noFiles],
    ['and none where no deployment is named', ['scale', '--predictor', ''], [], noFiles],
  ];
  for (const [name, words, texts, directive] of cases) {
    it(name, async () => {
      const completion = await complete(words, await programCommands(), () => sources as NameSources);
      assert.deepEqual([completion.candidates.map(({ text }) => text), completion.directive], [texts, directive]);
    });
  }
});
