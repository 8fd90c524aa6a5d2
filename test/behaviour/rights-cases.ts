import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { afterDestination } from './destination.ts';
import { modelYaml } from './models.ts';
import { startPorter } from './porter.ts';
import { linesOf, notices, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const SELDON = 'machinelearning.seldon.io';
const secret = stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' } });

/** Without any of these a run is refused; the words in which it is. */
const needed: { without: string; group?: string; args?: string[]; stdin?: string; namespaced?: boolean }[] = [
  { without: 'get seldondeployments', group: SELDON },
  { without: 'watch seldondeployments', group: SELDON },
  { without: 'watch deployments', group: 'apps' },
  { without: 'create seldondeployments', group: SELDON },
  { without: 'patch seldondeployments', group: SELDON },
  { without: 'delete seldondeployments', group: SELDON },
  { without: 'patch seldondeployments/scale', group: SELDON, args: ['--scale-through=subresource'] },
  { without: 'create namespaces', args: ['--create-namespace'], namespaced: false },
  { without: 'patch secrets', stdin: `${secret}---\n${modelYaml()}` },
];

export function rightsCases(server: () => ServerUnderTest): void {
  for (const { without, group = '', args = [], stdin = modelYaml(), namespaced = true } of needed) {
    it(`refuses a run without the right to ${without}, in the server's words, before anything is changed`, async () => {
      const namespace = await newNamespace(server());
      const porter = await startPorter(server(), [without]);
      const { kubeconfig } = porter;
      const finished = await server().run(['run', '-f', '-', '-n', namespace, ...args], { stdin, kubeconfig });
      await porter.close();
      const [verb, resource = ''] = without.split(' ');
      const where = namespaced ? `in the namespace "${namespace}"` : 'at the cluster scope';
      const says = `is forbidden: User "somebody" cannot ${verb} resource "${resource}" in API group "${group}" ${where}\nAsk for this right (kubectl seldon-lifecycle doctor --print-role -n ${namespace} prints`;
      assert.ok(finished.stderr.includes(says), finished.stderr);
      assert.equal(finished.exitCode, 3);
      assert.equal(finished.stdout, '');
      assert.deepEqual(await list(server(), seldonPath(namespace)), []);
      const secrets = await list(server(), `/api/v1/namespaces/${namespace}/secrets`);
      assert.deepEqual(
        secrets.filter(({ metadata }) => metadata.name === 'key'),
        [],
      );
    });
  }

  it('names everything that is missing at once', async () => {
    const namespace = await newNamespace(server());
    const porter = await startPorter(server(), ['patch seldondeployments', 'delete seldondeployments']);
    const { kubeconfig } = porter;
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml(), kubeconfig });
    await porter.close();
    assert.match(
      afterDestination(finished),
      /^error: cannot run in namespace .* cannot patch resource .*\n.* cannot delete resource .*\nAsk for/,
    );
  });

  it('needs no right to delete what it is to leave', async () => {
    const namespace = await newNamespace(server());
    const porter = await startPorter(server(), ['delete seldondeployments']);
    const { kubeconfig } = porter;
    const args = ['run', '-f', '-', '-n', namespace, '--cleanup=never'];
    const finished = await server().run(args, { stdin: modelYaml(), kubeconfig });
    await porter.close();
    assert.equal(finished.exitCode, 0, finished.stderr);
  });

  const unneeded: { without: string[]; says: RegExp }[] = [
    { without: ['watch pods'], says: /pods are not watched: / },
    { without: ['watch replicasets'], says: /pods are not watched: / },
    { without: ['watch services'], says: /events of Services are not shown/ },
    { without: ['watch events', 'list events'], says: /no events are shown/ },
    {
      without: ['watch pods', 'watch replicasets', 'watch services', 'list events'],
      says: /not watched: .*; no events/,
    },
  ];
  for (const { without, says } of unneeded) {
    it(`goes on without the right to ${without.join(', ')}, and says so once`, async () => {
      const namespace = await newNamespace(server());
      const porter = await startPorter(server(), without);
      const { kubeconfig } = porter;
      const args = ['run', '-f', '-', '-n', namespace, '-o', 'json'];
      const finished = await server().run(args, { stdin: modelYaml(), kubeconfig });
      await porter.close();
      assert.equal(finished.exitCode, 0, finished.stdout);
      assert.deepEqual(summaryOf(finished).deployments[0].left, []);
      const said = notices(finished);
      const about = said.split('\n').filter((line) => line.includes('continuing without'));
      assert.equal(about.length, 1, said);
      assert.match(about[0] ?? '', says);
      for (const right of without.filter((one) => !one.startsWith('watch events'))) {
        assert.match(about[0] ?? '', new RegExp(`${right}[ .,]`));
      }
      const unseen = without.some((right) => /pods|replicasets/.test(right));
      assert.equal(/cannot verify that the pods of seldondeployment "iris" are gone/.test(said), unseen, said);
      assert.equal(said.split('\n').length, unseen ? 2 : 1, said);
      const events = linesOf(finished).filter(({ type }) => type === 'event');
      assert.equal(events.length > 0, !without.includes('list events'));
    });
  }
}
