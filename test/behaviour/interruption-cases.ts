import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDoorkeeper } from './doorkeeper.ts';
import { modelYaml } from './models.ts';
import { linesOf, notices, summaryOf } from './reports.ts';
import {
  type CommandOptions,
  type EndingSignal,
  type Finished,
  list,
  newNamespace,
  type ServerUnderTest,
  seldonPath,
} from './server-under-test.ts';

type Cleanup = 'on-success' | 'always' | 'never';

/** A step, and pods that make it last or that make it visible what became of them. */
interface Moment {
  step: string;
  tag: string;
  /** When it is waiting as it should be, if that is later than its start. */
  waiting?: RegExp;
  /** Of a step that is one request: it is held by the door until the signal has come. */
  request?: { method: string; ofScaling?: true };
}

const whileItStands: Moment[] = [
  { step: 'apply', tag: 'slow-1m', request: { method: 'PATCH' } },
  { step: 'wait-available', tag: 'slow-1m', waiting: /"step":"wait-available","message":"[^\n]*0 of 1 / },
  { step: 'scale', tag: '1.0', request: { method: 'PATCH', ofScaling: true } },
  { step: 'wait-scaled', tag: 'slow-1s' },
];

/** The pods linger long enough to be seen after the end, and are waited for where everything has to be gone. */
const whileItGoes: Moment[] = [
  { step: 'delete', tag: 'linger-3s', request: { method: 'DELETE' } },
  { step: 'wait-deleted', tag: 'linger-3s' },
];

const owned = (namespace: string) => [
  `/apis/apps/v1/namespaces/${namespace}/deployments`,
  `/apis/apps/v1/namespaces/${namespace}/replicasets`,
  `/api/v1/namespaces/${namespace}/pods`,
  `/api/v1/namespaces/${namespace}/services`,
];

/** How many objects the cluster holds: of the SeldonDeployment, and of all that it owns. */
async function held(server: ServerUnderTest, namespace: string) {
  const [itself = [], ...dependents] = await Promise.all(
    [seldonPath(namespace), ...owned(namespace)].map((path) => list(server, path)),
  );
  return { itself: itself.length, dependents: dependents.flat().length };
}

const started = (step: string) => new RegExp(`"step":"${step}","state":"started"`);

/** Runs a model and interrupts it at that moment. */
async function interruptAt(
  server: ServerUnderTest,
  { step, tag, waiting = started(step), request }: Moment,
  args: readonly string[],
) {
  const stdin = modelYaml({ tag });
  const all = ['run', '-f', '-', '-o', 'json', ...args];
  if (!request) return await server.run(all, { stdin, interruptAfter: waiting });
  let patches = 0;
  const doorkeeper = await startDoorkeeper(server, (method) => {
    if (method === 'PATCH') patches += 1;
    return method === request.method && (!request.ofScaling || patches > 1);
  });
  // The signal takes a moment to arrive in another process.
  void doorkeeper.knocked.then(() => sleep(200)).then(doorkeeper.open);
  try {
    return await server.run(all, { stdin, interruptAfter: doorkeeper.knocked, kubeconfig: doorkeeper.kubeconfig });
  } finally {
    await doorkeeper.close();
  }
}

/** The end that every interruption has, whatever else it leaves. Answers what the summary says is left. */
function endOf(finished: Finished, exitCode: number, step: string): string[] {
  assert.equal(finished.exitCode, exitCode, finished.stderr);
  const summary = summaryOf(finished);
  assert.equal(summary.outcome, 'interrupted');
  const [deployment] = summary.deployments;
  assert.equal(deployment.outcome, 'interrupted');
  assert.match(notices(finished), /^error: interrupted/m);
  const begun = linesOf(finished).filter(({ type, state }) => type === 'step' && state === 'started');
  assert.ok(
    begun.some((line) => line.step === step),
    `${step} had begun`,
  );
  return deployment.left;
}

function saysHowToRemove(finished: Finished, namespace: string): void {
  assert.match(notices(finished), /^info: left in namespace .*: seldondeployment/m);
  assert.match(
    notices(finished),
    new RegExp(`^info: to remove it: kubectl delete seldondeployment iris -n ${namespace}$`, 'm'),
  );
}

const itself = 'seldondeployment.machinelearning.seldon.io/iris';

export function interruptionCases(server: () => ServerUnderTest): void {
  for (const moment of whileItStands) {
    for (const cleanup of ['on-success', 'never'] as const satisfies Cleanup[]) {
      it(`leaves what stands on Ctrl-C during ${moment.step} with --cleanup=${cleanup}, and lists it`, async () => {
        const namespace = await newNamespace(server());
        const finished = await interruptAt(server(), moment, ['-n', namespace, `--cleanup=${cleanup}`]);
        const left = endOf(finished, 130, moment.step);
        assert.equal(left[0], itself);
        saysHowToRemove(finished, namespace);
        assert.equal((await held(server(), namespace)).itself, 1);
        if (moment.step !== 'apply') assert.ok(left.includes('deployment.apps/iris-default-0-classifier'));
      });
    }
  }

  for (const moment of [...whileItStands, ...whileItGoes]) {
    for (const [where, args] of [
      ['with --cleanup=always', ['--cleanup=always']],
      ['in a job, which has no terminal', []],
    ] as const) {
      it(`leaves nothing on Ctrl-C during ${moment.step} ${where}`, async () => {
        const namespace = await newNamespace(server());
        const finished = await interruptAt(server(), moment, ['-n', namespace, ...args]);
        assert.deepEqual(endOf(finished, 130, moment.step), []);
        assert.deepEqual(await held(server(), namespace), { itself: 0, dependents: 0 });
      });
    }
  }

  for (const moment of whileItGoes) {
    it(`lists what is still there on Ctrl-C during ${moment.step}, which goes by itself`, async () => {
      const namespace = await newNamespace(server());
      const finished = await interruptAt(server(), moment, ['-n', namespace, '--cleanup=on-success']);
      const left = endOf(finished, 130, moment.step);
      const [deployment] = await list(server(), seldonPath(namespace));
      assert.ok(deployment?.metadata.deletionTimestamp, 'its deletion has begun');
      assert.equal(left[0], itself);
      assert.equal(left.filter((name) => name.startsWith('pod/')).length, 2);
      saysHowToRemove(finished, namespace);
    });
  }

  it('cleans up after Ctrl-C although every watch breaks off meanwhile', async () => {
    const namespace = await newNamespace(server());
    const doorkeeper = await startDoorkeeper(server(), (method) => method === 'DELETE');
    void doorkeeper.knocked.then(doorkeeper.cutWatches).then(doorkeeper.open);
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json', '--cleanup=always'], {
      stdin: modelYaml({ tag: 'slow-1m' }),
      interruptAfter: started('wait-available'),
      kubeconfig: doorkeeper.kubeconfig,
    });
    await doorkeeper.close();
    assert.deepEqual(endOf(finished, 130, 'wait-available'), []);
    assert.deepEqual(await held(server(), namespace), { itself: 0, dependents: 0 });
  });

  it('removes the namespace that it made too on Ctrl-C, with --cleanup=always', async () => {
    const namespace = `${await newNamespace(server())}-made`;
    const args = ['-n', namespace, '--create-namespace', '--cleanup=always'];
    const finished = await interruptAt(server(), { step: 'wait-available', tag: 'slow-1m' }, args);
    assert.deepEqual(endOf(finished, 130, 'wait-available'), []);
    assert.match(notices(finished), new RegExp(`^info: namespace "${namespace}" deleted$`, 'm'));
  });

  it('names the namespace that it made after Ctrl-C, and how to remove it', async () => {
    const namespace = `${await newNamespace(server())}-made`;
    const args = ['-n', namespace, '--create-namespace', '--cleanup=on-success'];
    const finished = await interruptAt(server(), { step: 'wait-available', tag: 'slow-1m' }, args);
    assert.match(
      notices(finished),
      new RegExp(
        `^info: namespace "${namespace}" and its contents are left; .*: kubectl delete namespace ${namespace}$`,
        'm',
      ),
    );
  });

  for (const [signal, step, tag] of [
    ['SIGTERM', 'wait-available', 'slow-1m'],
    ['SIGHUP', 'wait-scaled', 'slow-1s'],
    ['SIGTERM', 'wait-deleted', 'linger-3s'],
  ] as const satisfies [EndingSignal, string, string][]) {
    it(`ends with 143 on ${signal} during ${step}`, async () => {
      const namespace = await newNamespace(server());
      const options: CommandOptions = { stdin: modelYaml({ tag }), interruptAfter: started(step), signal };
      const finished = await server().run(
        ['run', '-f', '-', '-n', namespace, '-o', 'json', '--cleanup=on-success'],
        options,
      );
      assert.equal(endOf(finished, 143, step)[0], itself);
    });
  }
}

/** What only a process can show. */
export function processCases(server: () => ServerUnderTest): void {
  it('leaves nothing with --cleanup=always where a full disk ends it, and says so in one line', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--cleanup=always'];
    const finished = await server().run(args, { stdin: modelYaml(), fullDisk: true });
    assert.equal(finished.exitCode, 1, finished.stderr);
    const errors = finished.stderr.split('\n').filter((line) => /^error|^ {4}at /.test(line));
    assert.deepEqual(errors, ['error: cannot write to standard output: no space left on device']);
    assert.deepEqual(await held(server(), namespace), { itself: 0, dependents: 0 });
  });

  it('ends at once with 130 on a second Ctrl-C while it cleans up', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json', '--cleanup=always'], {
      // The pods are there, and would be waited for, for a minute.
      stdin: modelYaml({ tag: 'linger-1m' }),
      interruptAfter: started('wait-scaled'),
      interruptAgainAfter: started('wait-deleted'),
    });
    assert.equal(finished.exitCode, 130, finished.stderr);
    const told = finished.stderr.split('\n').filter((line) => line.startsWith('error: stopped at once'));
    assert.match(told.join('\n'), /^error: stopped at once, .* and list shows what is left$/);
    const lines = linesOf(finished);
    assert.ok(!lines.some(({ type }) => type === 'summary'), 'it does not wait for its own end');
    const [deployment] = await list(server(), seldonPath(namespace));
    assert.ok(deployment?.metadata.deletionTimestamp, 'its cleanup was under way');
  });
}
