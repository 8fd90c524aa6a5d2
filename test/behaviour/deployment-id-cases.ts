import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { afterDestination } from './destination.ts';
import { modelYaml } from './models.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

/** The Deployment ID that create prints, wherever a name is taken. */
export function deploymentIdCases(server: () => ServerUnderTest): void {
  async function created(namespace: string): Promise<string> {
    const finished = await server().run(['create', 'iris', '--image=example/iris:1.0', '-n', namespace, '--wait']);
    assert.equal(finished.exitCode, 0, finished.stderr);
    const [, id = ''] = /^Deployment ID: +(\S+)$/m.exec(finished.stdout) ?? [];
    return id;
  }

  it('takes the ID that create prints wherever a name is taken, from status to rm', async () => {
    const namespace = await newNamespace(server());
    const id = await created(namespace);
    for (const [verb, more, says] of [
      ['status', [], /^SeldonDeployment\/iris +1\/1 +Available/m],
      ['list', ['--no-headers'], /^iris +Available\b/],
      ['list', ['-o', 'name'], /^seldondeployment\.machinelearning\.seldon\.io\/iris$/m],
      ['events', [], /\bScalingReplicaSet\b/],
      ['logs', [], /./],
      ['predict', ['-d', '{"data":{"ndarray":[[1,2]]}}'], /"ndarray"/],
      ['wait', ['--for=available'], /iris condition met|iris .*available/],
      ['scale', ['--replicas=2', '--wait'], /iris scaled/],
      ['rm', [], /"iris" deleted from case-\d+ namespace/],
    ] as const) {
      const finished = await server().run([verb, id, '-n', namespace, ...more]);
      assert.equal(finished.exitCode, 0, `${verb}: ${finished.stdout}${finished.stderr}`);
      assert.match(finished.stdout, says, verb);
    }
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });

  it('takes a deployment once that is named and meant by its ID too', async () => {
    const namespace = await newNamespace(server());
    const id = await created(namespace);
    const finished = await server().run(['scale', 'iris', `sdep/${id}`, '--replicas=2', '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(finished.stdout.split('\n').filter((line) => line.includes('scaled')).length, 1, finished.stdout);
  });

  it('finds no deployment of another namespace by its ID', async () => {
    const id = await created(await newNamespace(server()));
    const finished = await server().run(['rm', id, '-n', await newNamespace(server())]);
    assert.equal(finished.exitCode, 1);
    const words = `Error from server (NotFound): seldondeployments.machinelearning.seldon.io "${id}" not found`;
    assert.ok(afterDestination(finished).includes(words), finished.stderr);
  });

  it("refuses the ID of what is not the owner's, and deletes what is", async () => {
    const namespace = await newNamespace(server());
    const foreign = await created(namespace);
    const stdin = modelYaml({ name: 'rose' });
    const synced = await server().run(['sync', '-', '-n', namespace, '--owner=vision'], { stdin });
    assert.equal(synced.exitCode, 0, synced.stderr);
    const there = await list<SeldonDeployment>(server(), seldonPath(namespace));
    const own = there.find(({ metadata }) => metadata.name === 'rose')?.metadata.uid ?? '';
    const refused = await server().run(['rm', foreign, own, '-n', namespace, '--owner=vision']);
    assert.equal(refused.exitCode, 1);
    assert.ok(refused.stderr.includes(`"${foreign}" does not belong to the owner "vision", or does not exist`));
    const removed = await server().run(['rm', own, '-n', namespace, '--owner=vision']);
    assert.equal(removed.exitCode, 0, removed.stderr);
    const left = await list(server(), seldonPath(namespace));
    assert.deepEqual(
      left.map(({ metadata }) => metadata.uid),
      [foreign],
    );
  });
}
