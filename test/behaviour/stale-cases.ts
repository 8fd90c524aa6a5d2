import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { setTimeout as passes } from 'node:timers/promises';
import { pods } from '../../src/cluster/kinds.ts';
import { resourcePath } from '../../src/cluster/resource-kinds.ts';
import { type Doorkeeper, startDoorkeeper } from './doorkeeper.ts';
import { model, modelYaml } from './models.ts';
import { list, newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

/** So long something would be said that must not be said. */
const A_WHILE_MS = 1_500;

/**
 * The watch of one kind ends, and the server takes long to open it again: what happens to that kind meanwhile is not
 * seen, and whoever believes what was there before says "met".
 */
export function staleCases(server: () => ServerUnderTest): void {
  /** Passes everything on until the watches of this kind are `lost`. */
  const startDoor = async (plural: string): Promise<Doorkeeper & { lost(): void }> => {
    let away = false;
    const door = await startDoorkeeper(server(), (_, url) => away && new RegExp(`/${plural}\\?.*watch=true`).test(url));
    const lost = () => {
      away = true;
      door.cutWatches();
    };
    return { ...door, lost };
  };

  for (const command of ['status', 'wait']) {
    it(`${command} does not say that it is gone while pods may have come unseen`, async () => {
      const namespace = await newNamespace(server());
      const somebody = new SomebodyElse(server(), namespace);
      await somebody.createsSeldonDeployment(model({ replicas: 0, tag: 'linger-4s' }));
      const door = await startDoor('pods');
      const act = async () => {
        door.lost();
        await door.knocked;
        await somebody.changesSeldonDeployment('iris', [
          { op: 'replace', path: '/spec/predictors/0/replicas', value: 1 },
        ]);
        await podCount(server(), namespace, 1);
        await somebody.deletesSeldonDeployment('iris', 'Background');
        await passes(A_WHILE_MS);
        door.open();
      };
      const args =
        command === 'status'
          ? ['status', 'iris', '-w', '--until=deleted', '--timeout=30s']
          : ['wait', 'iris', '--for=deleted', '--timeout=30s', '-o', 'json'];
      // Everything has been listed, and of nothing that it owns there is a pod.
      const listed = command === 'status' ? /ReplicaSet\S+ +0\/0 +Current +\d+s\n+$/ : /"waiting".*to be gone/;
      const options = { kubeconfig: door.kubeconfig, onceSeen: { text: listed, act } };
      const finished = await server().run([...args, '-n', namespace], options);
      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.equal((await list(server(), resourcePath(pods, namespace))).length, 0);
      await door.close();
    });
  }

  it('list -w shows no Available while what it owns may have changed unseen', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    await somebody.createsSeldonDeployment(model());
    await server().run(['wait', 'iris', '--for=available', '-n', namespace]);
    const door = await startDoor('deployments');
    const over = Promise.withResolvers<void>();
    const act = async () => {
      door.lost();
      await door.knocked;
      await somebody.changesSeldonDeployment('iris', [{ op: 'add', path: '/metadata/labels', value: { now: 'seen' } }]);
      await passes(A_WHILE_MS);
      over.resolve();
    };
    const finished = await server().run(['list', '-w', '--show-labels', '-n', namespace], {
      kubeconfig: door.kubeconfig,
      onceSeen: { text: /Available/, act },
      interruptAfter: over.promise,
    });
    assert.equal(finished.exitCode, 130, finished.stderr);
    assert.doesNotMatch(finished.stdout, /Available.*now=seen/);
    await door.close();
  });

  it('a hold does not end as held while what it owns may have changed unseen', async () => {
    const namespace = await newNamespace(server());
    const door = await startDoor('pods');
    let openedAt = Number.POSITIVE_INFINITY;
    const act = async () => {
      door.lost();
      await door.knocked;
      await passes(A_WHILE_MS);
      openedAt = Date.now();
      door.open();
    };
    const args = ['run', '-f', '-', '--hold=1s', '-o', 'json', '-n', namespace];
    const finished = await server().run(args, {
      stdin: modelYaml(),
      kubeconfig: door.kubeconfig,
      onceSeen: { text: /"step":"hold","state":"started"/, act },
    });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const reports = finished.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const held = reports.find(({ step, state }) => step === 'hold' && state === 'succeeded');
    assert.ok(Date.parse(held.time) >= openedAt, `held at ${held.time}, before the watch was back`);
    await door.close();
  });

  it('a sync says no Ready while what it owns may have changed unseen', async () => {
    const namespace = await newNamespace(server());
    const door = await startDoor('deployments');
    let openedAt = Number.POSITIVE_INFINITY;
    const folder = mkdtempSync(path.join(tmpdir(), 'source-'));
    const wants = (more: object) =>
      writeFileSync(path.join(folder, 'model.json'), JSON.stringify({ ...model({ namespace }), ...more }));
    const sync = ['sync', folder, '--owner=stale', '-n', namespace];
    wants({});
    await server().run(sync);
    await server().run(['wait', 'iris', '--for=available', '-n', namespace]);
    const act = async () => {
      door.lost();
      await door.knocked;
      wants({});
      await passes(A_WHILE_MS);
      openedAt = Date.now();
      door.open();
    };
    // The server refuses it, and keeps what it has.
    wants({ spec: { ...model().spec, nosuch: 1 } });
    const finished = await server().run([...sync, '--watch', '--interval=1s', '-o', 'json'], {
      kubeconfig: door.kubeconfig,
      onceSeen: { text: /"phase":"Failed"/, act },
      interruptAfter: /"phase":"Failed"[\s\S]*"phase":"Ready"/,
    });
    const reports = finished.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const ready = reports.findLast(({ phase }) => phase === 'Ready');
    assert.ok(Date.parse(ready.time) >= openedAt, `Ready at ${ready.time}, before the watch was back`);
    rmSync(folder, { recursive: true });
    await door.close();
  });
}

async function podCount(server: ServerUnderTest, namespace: string, count: number): Promise<void> {
  while ((await list(server, resourcePath(pods, namespace))).length !== count) await passes(50);
}
