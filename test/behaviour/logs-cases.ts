import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Pod } from '../../src/kubernetes/objects.ts';
import { startDoorkeeper } from './doorkeeper.ts';
import { model, modelYaml } from './models.ts';
import { startPorter } from './porter.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

export function logsCases(server: () => ServerUnderTest): void {
  /** A deployment of 2 replicas, and beside it a pod of somebody else with the same labels. */
  async function deployed(): Promise<{ namespace: string; pods: Pod[] }> {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--cleanup=never'];
    const finished = await server().run(args, { stdin: modelYaml() });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const collection = `/api/v1/namespaces/${namespace}/pods`;
    const pods = await list<Pod>(server(), collection);
    // All but what would let the ReplicaSet adopt it.
    const { 'pod-template-hash': _, ...labels } = pods[0]?.metadata.labels ?? {};
    await server().api.call({
      method: 'POST',
      path: collection,
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'stranger', labels },
        spec: { containers: [{ name: 'classifier', image: 'example/iris:1.0' }] },
      },
    });
    return { namespace, pods };
  }

  it('prints what every container of all pods of a deployment has written, and of no other', async () => {
    const { namespace, pods } = await deployed();
    assert.equal(pods.length, 2);
    const finished = await server().run(['logs', 'iris', '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    const lines = finished.stdout.trimEnd().split('\n');
    const sources = new Set(lines.map((line) => /^\[pod\/[^/]+\/[^\]]+\] ./.exec(line)?.[0].slice(0, -2)));
    const expected = pods.flatMap(({ metadata, spec }) =>
      (spec?.containers ?? []).map(({ name }) => `[pod/${metadata.name}/${name}]`),
    );
    assert.deepEqual([...sources].sort(), expected.sort());
    assert.match(finished.stdout, / serving on port 9000\n| listening on port 9000\n/);
  });

  it('prints as little as asked for: one container, the last line, with its time, without whose it is', async () => {
    const { namespace } = await deployed();
    const args = ['logs', 'sdep/iris', '-n', namespace, '-c', 'classifier', '--tail=1'];
    const short = await server().run(args);
    assert.equal(short.stdout.trimEnd().split('\n').length, 2, short.stdout);
    assert.doesNotMatch(short.stdout, /engine\]/);
    const timed = await server().run([...args, '--timestamps', '--prefix=false']);
    for (const line of timed.stdout.trimEnd().split('\n')) assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z \w/);
  });

  it('prints the lines that are asked for, as JSON with whose they are and when', async () => {
    const { namespace, pods } = await deployed();
    const chosen = ['logs', 'iris', '-n', namespace, '--include=port 9000', '--exclude=mnt', '-o', 'json'];
    const finished = await server().run(chosen);
    assert.equal(finished.exitCode, 0, finished.stderr);
    const lines = finished.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.ok(lines.length > 0);
    for (const { type, time, pod, line } of lines) {
      assert.equal(type, 'log');
      assert.match(time, /^\d{4}-\d\d-\d\dT/);
      assert.ok(pods.some(({ metadata }) => metadata.name === pod));
      assert.match(line, /port 9000/);
      assert.doesNotMatch(line, /mnt/);
    }
    const wrong = await server().run(['logs', 'iris', '-n', namespace, '--include=(']);
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /^error: invalid argument "\(" for "--include": not a regular expression: /);
  });

  it('says once that there is no earlier run, where no container has restarted', async () => {
    const { namespace } = await deployed();
    const finished = await server().run(['logs', 'iris', '-n', namespace, '--previous']);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(finished.stdout, '');
    assert.equal(finished.stderr, 'no container has restarted, so no earlier run has a log\n');
  });

  it('follows, with the pods that come meanwhile, until the deployment is gone', async () => {
    const { namespace, pods } = await deployed();
    const followed = new Set<string>();
    const all = Promise.withResolvers<void>();
    const another = Promise.withResolvers<void>();
    // He holds nothing: he only sees whose log is asked for.
    const door = await startDoorkeeper(server(), (_, path) => {
      const [, pod] = /\/pods\/([^/]+)\/log/.exec(path) ?? [];
      if (pod !== undefined) followed.add(pod);
      if (followed.size === pods.length) all.resolve();
      return false;
    });
    const args = ['logs', 'iris', '-n', namespace, '-f', '-c', 'classifier'];
    const ofThree = /^(\[pod\/\S+).*^(?!\1)(\[pod\/\S+).*^(?!\1|\2)\[pod\//ms;
    const following = server().run(args, {
      kubeconfig: door.kubeconfig,
      onceSeen: { text: ofThree, act: another.resolve },
    });
    const path = `${seldonPath(namespace)}/iris`;
    await Promise.race([all.promise, following]);
    await server().api.call({
      method: 'PATCH',
      path,
      contentType: 'application/merge-patch+json',
      body: { spec: model({ replicas: 3 }).spec },
    });
    await Promise.race([another.promise, following]);
    await server().api.call({ method: 'DELETE', path });
    const finished = await following;
    await door.close();
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(followed.size, 3);
    for (const pod of followed) assert.ok(finished.stdout.includes(`[pod/${pod}/classifier] `), finished.stdout);
    assert.ok(!finished.stdout.includes('stranger'));
  });

  it('ends in silence when it is interrupted while following', async () => {
    const { namespace } = await deployed();
    const options = { interruptAfter: /port 9000\n/ };
    const finished = await server().run(['logs', 'iris', '-n', namespace, '-f'], options);
    assert.equal(finished.exitCode, 130);
    assert.equal(finished.stderr, '');
  });

  it('refuses in words of the server what the user may not read', async () => {
    const { namespace } = await deployed();
    const porter = await startPorter(server(), ['get pods/log']);
    const { kubeconfig } = porter;
    const read = await server().run(['logs', 'iris', '-n', namespace], { kubeconfig });
    const followed = await server().run(['logs', 'iris', '-n', namespace, '-f'], { kubeconfig });
    await porter.close();
    for (const finished of [read, followed]) {
      assert.equal(finished.exitCode, 3);
      assert.match(finished.stderr, /^Error from server \(Forbidden\): pods is forbidden: User "somebody" cannot get/);
    }
  });

  it('needs a name, a deployment of that name, and a container that there is', async () => {
    const { namespace } = await deployed();
    const cases: [args: string[], exitCode: number, says: RegExp][] = [
      [[], 2, /^error: logs needs the NAME of a deployment, or a selector \(-l\)\n/],
      [
        ['none'],
        1,
        /^Error from server \(NotFound\): seldondeployments\.machinelearning\.seldon\.io "none" not found\n$/,
      ],
      [['iris', '-c', 'none'], 2, /^error: no container "none" found in any pod\n$/],
      [['iris', '--tail=some'], 2, /^error: invalid argument "some" for "--tail"/],
      [['iris', '--since=0s'], 2, /^error: invalid argument "0s" for "--since"/],
      [['-l', 'no=such'], 0, /^No resources found in case-\d+ namespace\.\n$/],
    ];
    for (const [args, exitCode, says] of cases) {
      const finished = await server().run(['logs', '-n', namespace, ...args]);
      assert.match(finished.stderr, says);
      assert.equal(finished.exitCode, exitCode);
    }
  });
}

/** Only where containers begin late: kwok has a log for each, begun or not. */
export function lateLogCases(server: () => ServerUnderTest): void {
  it('tells of containers that have no log yet, and prints the others', async () => {
    const namespace = await newNamespace(server());
    await server().api.call({ method: 'POST', path: seldonPath(namespace), body: model({ tag: 'missing' }) });
    const logs = () => server().run(['logs', 'iris', '-n', namespace, '-c', 'classifier']);
    let finished = await logs();
    for (let tries = 0; tries < 100 && !finished.stderr.includes('is waiting to start'); tries += 1) {
      finished = await logs();
    }
    assert.match(finished.stderr, /^container "classifier" in pod "iris-.*" is waiting to start: .*\n$/);
    assert.equal(finished.exitCode, 0);
    assert.equal(finished.stdout, '');
  });
}
