import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runProcess } from '../behaviour/built-file.ts';
import { model, modelYaml } from '../behaviour/models.ts';
import { type CommandOptions, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { ownEnvironment } from '../own-environment.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

/**
 * The same thing done with kubectl and with us, byte by byte: standard output, and of errors the first line, after which
 * we say more. kubectl knows one exit code for all that goes wrong, so that is not compared.
 */
describe('Beside kubectl', { concurrency: 2 }, () => {
  let cluster: RealCluster;
  before(async () => {
    cluster = await startRealCluster('beside-kubectl');
  });
  after(() => cluster.stop());

  const kubectl = (args: readonly string[], options: CommandOptions = {}) => {
    const env = ownEnvironment({ KUBECONFIG: cluster.kubeconfig });
    return runProcess(cluster.controlPlane.kubectlPath, args, env, options);
  };
  const create = async (namespace: string, options = {}) =>
    await cluster.api.call({ method: 'POST', path: seldonPath(namespace), body: model(options) });

  const cases: {
    it: string;
    theirs: string[];
    ours: string[];
    stdin?: string;
    stream?: 'stderr';
    /** Each has one of its own to change: where nothing changes, kubectl says the same and we say unchanged. */
    changes?: true;
  }[] = [
    {
      it: 'applies',
      theirs: ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      ours: ['apply', '--force-conflicts', '-f', '-'],
      stdin: modelYaml({ tag: '2.0' }),
      changes: true,
    },
    {
      it: 'applies what stands beside it',
      theirs: ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      ours: ['apply', '--force-conflicts', '-f', '-'],
      stdin: `apiVersion: v1\nkind: Secret\nmetadata: {name: key}\n---\n${modelYaml({ tag: '2.0' })}`,
      changes: true,
    },
    {
      it: 'tries to apply',
      theirs: ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', '-'],
      ours: ['apply', '--force-conflicts', '--dry-run=server', '-f', '-'],
      stdin: modelYaml({ tag: '2.0' }),
      changes: true,
    },
    {
      it: 'writes names',
      theirs: ['apply', '--server-side', '--force-conflicts', '-o', 'name', '-f', '-'],
      ours: ['apply', '--force-conflicts', '-o', 'name', '-f', '-'],
      stdin: modelYaml(),
    },
    { it: 'scales', theirs: ['scale', 'sdep/iris', '--replicas=2'], ours: ['scale', 'sdep/iris', '--replicas=2'] },
    {
      it: 'waits for a condition that holds',
      theirs: ['wait', 'sdep/iris', '--for=jsonpath={.metadata.name}=iris'],
      ours: ['wait', 'sdep/iris', '--for=jsonpath={.metadata.name}=iris'],
    },
    {
      it: 'says that a wait timed out',
      theirs: ['wait', 'sdep/iris', '--for=jsonpath={.status.state}=Never', '--timeout=1s'],
      ours: ['wait', 'sdep/iris', '--for=jsonpath={.status.state}=Never', '--timeout=1s'],
      stream: 'stderr',
    },
    {
      it: 'says that a condition does not hold now',
      theirs: ['wait', 'sdep/iris', '--for=jsonpath={.status.state}=Never', '--timeout=0'],
      ours: ['wait', 'sdep/iris', '--for=jsonpath={.status.state}=Never', '--timeout=0'],
      stream: 'stderr',
    },
    {
      it: 'deletes, and would delete',
      theirs: ['delete', 'sdep', 'iris', '--dry-run=server'],
      ours: ['delete', 'sdep', 'iris', '--dry-run=server'],
    },
    {
      it: 'finds nothing of that name to delete',
      theirs: ['delete', 'sdep/nope'],
      ours: ['delete', 'sdep/nope'],
      stream: 'stderr',
    },
    {
      it: 'finds nothing of that name to scale',
      theirs: ['scale', 'sdep/nope', '--replicas=2'],
      ours: ['scale', 'sdep/nope', '--replicas=2'],
      stream: 'stderr',
    },
    {
      it: 'finds nothing of that name to wait for',
      theirs: ['wait', 'sdep/nope', '--for=jsonpath={.status.state}=Available'],
      ours: ['wait', 'sdep/nope', '--for=jsonpath={.status.state}=Available'],
      stream: 'stderr',
    },
    {
      it: 'finds nothing with that label to wait for',
      theirs: ['wait', 'sdep', '-l', 'no=body', '--for=jsonpath={.status.state}=Available'],
      ours: ['wait', '-l', 'no=body', '--for=jsonpath={.status.state}=Available'],
      stream: 'stderr',
    },
    {
      it: 'waits for what is there already',
      theirs: ['wait', 'sdep/iris', '--for=create'],
      ours: ['wait', 'sdep/iris', '--for=create'],
    },
    {
      it: 'says that nobody has made it in time',
      theirs: ['wait', 'sdep/nope', '--for=create', '--timeout=400ms'],
      ours: ['wait', 'sdep/nope', '--for=create', '--timeout=400ms'],
      stream: 'stderr',
    },
    {
      it: 'waits for the end of what is not there',
      theirs: ['wait', 'sdep/nope', '--for=delete'],
      ours: ['wait', 'sdep/nope', '--for=delete'],
    },
    {
      it: 'is refused a name beside a selector',
      theirs: ['delete', 'sdep', 'iris', '-l', 'a=b'],
      ours: ['delete', 'sdep', 'iris', '-l', 'a=b'],
      stream: 'stderr',
    },
    {
      // What we may not even look at we never try to delete.
      it: 'is not allowed to look',
      theirs: ['get', 'sdep/iris', '--as=nobody'],
      ours: ['delete', 'sdep/iris', '--as=nobody'],
      stream: 'stderr',
    },
  ];
  for (const { it: sentence, theirs, ours, stdin, stream = 'stdout', changes } of cases) {
    it(`${sentence} in the same words`, async () => {
      const namespace = await newNamespace(cluster);
      await create(namespace);
      const options = stdin === undefined ? {} : { stdin };
      const expected = await kubectl([...theirs, '-n', namespace], options);
      const ownNamespace = changes ? await newNamespace(cluster) : namespace;
      if (changes) await create(ownNamespace);
      const actual = await cluster.run([...ours, '-n', ownNamespace], options);
      if (stream === 'stdout') {
        assert.equal(actual.exitCode, 0, actual.stderr);
        assert.equal(actual.stdout, expected.stdout);
      } else {
        // Before it changes anything ours says where.
        const [told] = actual.stderr.replace(/^Context .*\n/, '').split('\n');
        assert.equal(told, expected.stderr.split('\n')[0]);
        assert.equal(actual.stdout, expected.stdout);
        assert.notEqual(actual.exitCode, 0);
      }
    });
  }

  it('deletes in the same words', async () => {
    const namespace = await newNamespace(cluster);
    await create(namespace);
    const expected = await kubectl(['delete', 'sdep', 'iris', '-n', namespace]);
    await create(namespace, { name: 'iris' });
    assert.equal((await cluster.run(['delete', 'iris', '-n', namespace])).stdout, expected.stdout);
  });
});
