import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complete, directives, type NameSources } from '../../src/cli/complete.ts';
import { programCommands } from '../../src/cli/program-commands.ts';

/** Flags whose value nobody can offer: any text, number, time or address. */
const anyText = [
  '--allow-service-account --as --as-group --as-uid --as-user-extra --ca-configmap --classes',
  '--concurrency --current-replicas --data --env --exclude --fail-grace --field-manager --health-address --health-port --host',
  '--image --image-pull-secret --include --ingress-address --ingress-class --ingress-tls-secret --interval --label --limits',
  '--liveness-probe --max-prune --model --model-uri --name --owner --path --port --rate --readiness-probe --repeat',
  '--replicas --report --request-timeout --requests --retries --revision --revision-history-limit --selector --server',
  '--service-account-name --set --since --since-time --sort-by --source --tail --timeout --tls-server-name --to-revision',
  '--token --token-secret --total-timeout --v',
].flatMap((line) => line.split(' '));

const commands = await programCommands();

describe('What completion offers for a value', () => {
  it('is declared with each flag that takes one, or there is nothing to offer', () => {
    const undeclared = commands.flatMap(({ flags }) =>
      flags.flatMap(({ name, takes, of }) => (/^values?$/.test(takes) && of === undefined ? [name] : [])),
    );
    assert.deepEqual([...new Set(undeclared)].sort(), anyText.toSorted());
  });

  const { files, noFiles } = directives;
  const sources: Partial<NameSources> = {
    deployments: async () => ['iris'],
    containers: async (deployment) => (deployment === 'iris' ? ['classifier', 'seldon-container-engine'] : []),
    components: async (deployment) => (deployment === 'iris' ? ['classifier'] : []),
  };
  const cases: [words: string[], texts: string[], directive: number][] = [
    [['sync', ''], [], files],
    [['sync', '--token-file', ''], [], files],
    [['completion', 'install', '--dir', ''], [], files],
    [['predict', '--inputs='], [], files],
    [['report', ''], [], files],
    [['plan', 'show', ''], ['run'], noFiles],
    [['logs', 'iris', '-c', ''], ['classifier', 'seldon-container-engine'], noFiles],
    [['logs', '-c', ''], [], noFiles],
    [['restart', 'sdep/iris', '--component=c'], ['classifier'], noFiles],
    [['doctor', '--for=run,ev'], ['run,events'], noFiles],
    [['create', 'iris', '--implementation=SK'], ['SKLEARN_SERVER'], noFiles],
    [['agent', 'ls', '-o', ''], ['json'], noFiles],
  ];
  for (const [words, texts, directive] of cases) {
    it(`fits ${words.join(' ')}`, async () => {
      const completion = await complete(words, commands, () => sources as NameSources);
      assert.deepEqual([completion.candidates.map(({ text }) => text), completion.directive], [texts, directive]);
    });
  }
});
