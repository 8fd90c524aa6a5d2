import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { component, model, modelYaml } from './models.ts';
import { linesOf, notices, summaryOf } from './reports.ts';
import { type Finished, newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';
import { Witness } from './witness.ts';

const classifier = { name: 'classifier', image: 'example/iris:1.0' };

/** A model of one predictor with this spec of its pods. */
const withPods = (spec: object, more: object = {}) =>
  stringify(
    model({
      spec: {
        predictors: [
          { name: 'default', graph: { name: 'classifier', type: 'MODEL' }, componentSpecs: [{ spec }], ...more },
        ],
      },
    }),
  );

/** What a person is told of a model that does not come up: on the screen, for scripts, and nothing that is false. */
export function whyCases(server: () => ServerUnderTest): void {
  const run = (namespace: string, stdin: string, ...args: string[]) =>
    server().run(['run', '-f', '-', '-n', namespace, '--fail-grace=1s', ...args], { stdin });
  const diagnosisOf = async (namespace: string) => {
    const { stdout } = await server().run(['diagnose', 'iris', '-n', namespace, '-o', 'json']);
    return JSON.parse(stdout).diagnosis as Record<string, unknown>[];
  };
  const first = async (namespace: string) => {
    const [{ reason, final, container } = {}] = await diagnosisOf(namespace);
    return [reason, final, container];
  };
  const waitedFor = (finished: Finished) =>
    linesOf(finished).flatMap(({ type, message }) => (type === 'waiting' ? [message] : []));

  it('names the orchestrator, its probe and its answer where it alone is not ready, and what is behind it', async () => {
    const namespace = await newNamespace(server());
    const finished = await run(namespace, modelYaml({ tag: 'unserved' }), '--timeout=4s', '--cleanup=never');
    assert.equal(finished.exitCode, 4, finished.stderr);
    assert.match(
      finished.stderr,
      /^error: timed out .* container seldon-container-engine: not ready, its readiness probe \(GET \/ready on port \d+\) fails: HTTP probe failed with statuscode: 503/m,
    );
    assert.match(finished.stderr, /^event: Unhealthy Pod\/iris-\S+: Readiness probe failed: .*503/m);
    assert.match(finished.stderr, /^Check the log of classifier: the orchestrator becomes ready when /m);
    assert.deepEqual(await first(namespace), ['ReadinessProbeFailed', false, 'seldon-container-engine']);
  });

  for (const probe of ['liveness', 'startup'] as const) {
    it(`names the ${probe} probe that kills a container again and again, and its answer, while it waits too`, async () => {
      const namespace = await newNamespace(server());
      const spec = {
        containers: [
          {
            ...classifier,
            image: `example/iris:${probe}`,
            [`${probe}Probe`]: { httpGet: { path: '/nope', port: 9000 }, periodSeconds: 2 },
          },
        ],
      };
      const finished = await run(namespace, withPods(spec), '--cleanup=never', '-o', 'json');
      assert.equal(finished.exitCode, 5, finished.stdout);
      const words = `container classifier: killed by its ${probe} probe \\(GET /nope on port 9000\\): `;
      assert.ok(waitedFor(finished).some((line) => new RegExp(`${words}.*, 1 restart$`).test(line)));
      assert.match(notices(finished), new RegExp(`^error: .*${words}.*, [2-9] restarts$`, 'm'));
      assert.match(notices(finished), new RegExp(`event: Unhealthy Pod/\\S+: ${probe} probe failed: `, 'i'));
      assert.match(
        notices(finished),
        new RegExp(
          `^info: Check (path and|that the container listens on the) port of the ${probe}Probe.*\\(standard`,
          'm',
        ),
      );
      assert.doesNotMatch(notices(finished), /Read the end of|CrashLoopBackOff|--timeout/);
      const reason = probe === 'liveness' ? 'LivenessProbeFailed' : 'StartupProbeFailed';
      assert.deepEqual(await first(namespace), [reason, true, 'classifier']);
    });
  }

  it('speaks of the init container that crashes, not of the download of a model', async () => {
    const namespace = await newNamespace(server());
    const spec = { initContainers: [{ name: 'migrate', image: 'example/migrate:crash' }], containers: [classifier] };
    const finished = await run(namespace, withPods(spec), '--cleanup=never');
    assert.equal(finished.exitCode, 5, finished.stderr);
    assert.match(finished.stderr, /^error: .*, container migrate: CrashLoopBackOff: exits with code 1, \d/m);
    assert.match(finished.stderr, /^log of iris-\S+, container migrate:$/m);
    assert.match(
      finished.stderr,
      /^Read the end of its log \(kubectl seldon-lifecycle logs \S+ -c migrate --previous -n /m,
    );
    assert.doesNotMatch(finished.stderr, /modelUri|envSecretRefName/);
    assert.deepEqual(await first(namespace), ['CrashLoopBackOff', true, 'migrate']);
  });

  it('says of the initializer that crashes which model cannot be downloaded', async () => {
    const namespace = await newNamespace(server());
    const source = { modelUri: 'gs://models/iris', storageInitializerImage: 'example/rclone:crash' };
    const graph = { name: 'classifier', type: 'MODEL', ...source };
    const finished = await run(namespace, withPods({ containers: [classifier] }, { graph }), '--cleanup=never');
    assert.equal(finished.exitCode, 5, finished.stderr);
    assert.match(finished.stderr, /the model cannot be downloaded from gs:\/\/models\/iris: exit code 1, \d/);
    assert.match(finished.stderr, /^Check modelUri and its credentials .* \(standard input:\d+\)$/m);
    assert.deepEqual(await first(namespace), ['ModelDownloadFailed', true, 'classifier-model-initializer']);
  });

  it('bears that an explainer crashes until its model answers', async () => {
    const namespace = await newNamespace(server());
    const spec = {
      predictors: [
        {
          name: 'default',
          graph: { name: 'classifier', type: 'MODEL' },
          componentSpecs: [component('loads-6s')],
          explainer: {
            type: 'AnchorTabular',
            containerSpec: { name: 'explainer', image: 'example/explainer:recovers' },
          },
        },
      ],
    };
    const applied = await server().run(['apply', '-f', '-', '-n', namespace], { stdin: modelYaml({ spec }) });
    assert.equal(applied.exitCode, 0, applied.stderr);
    const waiting = server().run([
      'wait',
      'iris',
      '--for=available',
      '-n',
      namespace,
      '--timeout=1m',
      '--fail-grace=0s',
    ]);
    let crashed: Record<string, unknown> | undefined;
    while (!crashed) {
      await sleep(200);
      const found = await diagnosisOf(namespace);
      crashed = found.find(({ container, reason }) => container === 'explainer' && reason === 'CrashLoopBackOff');
    }
    assert.match(
      String(crashed.message),
      /\(explainer of predictor default\).*; it may depend on the model, which is not available yet$/,
    );
    assert.equal(crashed.final, false);
    const finished = await waiting;
    assert.equal(finished.exitCode, 0, finished.stderr);
  });

  it('advises nothing that was not shown, and no more time where none helps', async () => {
    const namespace = await newNamespace(server());
    const applied = ['apply', '-f', '-', '-n', namespace, '--wait', '--fail-grace=0s'];
    const failed = await server().run(applied, { stdin: modelYaml({ tag: 'crash' }) });
    assert.equal(failed.exitCode, 5, failed.stderr);
    const others = [
      ['wait', 'iris', '--for=available', '--fail-grace=0s'],
      ['wait', 'iris', '--for=available', '--fail-fast=false', '--timeout=1s'],
      ['status', 'iris'],
      ['diagnose', 'iris'],
    ];
    const all = [failed];
    for (const args of others) all.push(await server().run([...args, '-n', namespace]));
    assert.deepEqual(
      all.map(({ exitCode }) => exitCode),
      [5, 5, 4, 0, 5],
    );
    for (const { stdout, stderr } of all) {
      assert.match(
        stdout + stderr,
        /Read the end of its log \(kubectl seldon-lifecycle logs iris -c classifier --previous -n /,
      );
      assert.doesNotMatch(stdout + stderr, /above|more time/i);
    }
  });

  it('shows the event of the container that is at fault, and the one that says why', async () => {
    const [crashing, missing] = [await newNamespace(server()), await newNamespace(server())];
    const crashed = await run(crashing, modelYaml({ tag: 'crash' }), '-o', 'json');
    const isOfTheEngine = ({ type, event }: { type?: string; event?: { reason: string } }) =>
      type === 'event' && event?.reason === 'Unhealthy';
    assert.ok(linesOf(crashed).some(isOfTheEngine), 'the orchestrator is not ready either');
    const [{ diagnosis }] = summaryOf(crashed).deployments;
    assert.equal(diagnosis[0].container, 'classifier');
    assert.match(notices(crashed), /event: BackOff Pod\/\S+: Back-off restarting failed container/);
    assert.doesNotMatch(notices(crashed), /Unhealthy/);
    const unpulled = await run(missing, modelYaml({ tag: 'missing' }));
    assert.match(
      unpulled.stderr,
      /^event: Failed Pod\/\S+: Failed to pull image "example\/iris:missing": .*not found/m,
    );
  });

  it('ends soon where a volume’s Secret is not there, and names it', async () => {
    const namespace = await newNamespace(server());
    const finished = await run(namespace, modelYaml({ tag: 'nomount' }), '--cleanup=never');
    assert.equal(finished.exitCode, 5, finished.stderr);
    const words = 'MountVolume\\.SetUp failed for volume "credentials" : secret "not-there" not found';
    assert.match(finished.stderr, new RegExp(`^error: .*: pod iris-\\S+: FailedMount: ${words}$`, 'm'));
    assert.match(finished.stderr, /^Create the Secret not-there in the namespace, or correct its name in volumes/m);
    assert.deepEqual(await first(namespace), ['FailedMount', true, undefined]);
  });

  it('keeps what the events said until the time is up, and says how often', async () => {
    const namespace = await newNamespace(server());
    const args = ['--timeout=3s', '--fail-fast=false'];
    const finished = await run(namespace, modelYaml({ tag: 'nomount' }), ...args);
    assert.equal(finished.exitCode, 4, finished.stderr);
    assert.match(finished.stderr, /^error: timed out .*: FailedMount: .*secret "not-there" not found \(for \S+ now\)/m);
    assert.match(finished.stderr, /^event: FailedMount Pod\/iris-\S+: .*"not-there" not found/m);
    assert.doesNotMatch(finished.stderr, /more time/i);
  });

  it('says that pods are evicted and why, not what is left of them, once several were', async () => {
    const namespace = await newNamespace(server());
    const finished = await run(namespace, modelYaml({ tag: 'evicted' }), '--cleanup=always', '-o', 'json');
    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(
      notices(finished),
      /^error: .*: pod iris-\S+: Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 20Mi\. \([3-9] pods so far\)$/m,
    );
    assert.match(notices(finished), /ephemeral-storage, or use a volume/);
    assert.doesNotMatch(notices(finished), /ContainerStatusUnknown|exit code 137/);
    const [{ diagnosis }] = summaryOf(finished).deployments;
    assert.deepEqual([diagnosis[0].reason, diagnosis[0].final], ['Evicted', true]);
  });

  it('names the node that does not answer, where a deletion waits for its pod', async () => {
    const namespace = await newNamespace(server());
    const spec = { terminationGracePeriodSeconds: 1, containers: [{ ...classifier, image: 'example/iris:linger-1m' }] };
    const applied = ['apply', '-f', '-', '-n', namespace, '--wait'];
    assert.equal((await server().run(applied, { stdin: withPods(spec) })).exitCode, 0);
    const witness = await Witness.of(server(), namespace);
    const { pods } = await witness.when(({ pods: all }) => all.size > 0);
    await witness.end();
    for (const pod of pods.values()) await new SomebodyElse(server(), namespace).losesTheNodeOf(pod);
    const waited = ['wait', 'iris', '-n', namespace, '--for=available', '--timeout=1s'];
    assert.match((await server().run(waited)).stderr, /pod iris-\S+: its node \S+ does not answer \(NotReady\)/);
    const finished = await server().run(['delete', 'iris', '-n', namespace, '--wait', '--timeout=15s']);
    assert.equal(finished.exitCode, 4, finished.stderr);
    assert.match(
      finished.stderr,
      /pod\/iris-\S+ \(grace period ended \d{4}-\S+Z, node \S+ does not answer \(NotReady\)\)/,
    );
    assert.match(finished.stderr, /^pod\/iris-\S+ stays until its node answers again: kubectl describe node \S+/m);
    assert.doesNotMatch(finished.stderr, /more time/i);
  });

  it('takes readiness probes that fail before a pod was ever ready for no warnings: assert', async () => {
    const namespace = await newNamespace(server());
    const folder = mkdtempSync(path.join(tmpdir(), 'why-'));
    try {
      writeFileSync(path.join(folder, 'model.yaml'), modelYaml({ tag: 'loads-2s' }));
      const steps = [{ apply: { filename: 'model.yaml' } }, { wait: { for: 'available' } }];
      const plan = {
        apiVersion: 'seldon-lifecycle.io/v1alpha1',
        kind: 'Plan',
        steps: [...steps, { assert: { noWarnings: true } }],
      };
      writeFileSync(path.join(folder, 'plan.yaml'), stringify(plan));
      const args = ['plan', 'run', '-f', path.join(folder, 'plan.yaml'), '-n', namespace, '-o', 'json'];
      const finished = await server().run(args);
      assert.equal(finished.exitCode, 0, finished.stdout);
      assert.ok(linesOf(finished).some(({ type, event }) => type === 'event' && event.reason === 'Unhealthy'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves no event out in a pipe, whatever a terminal folds', async () => {
    const namespace = await newNamespace(server());
    const finished = await run(namespace, modelYaml({ tag: 'loads-1s' }));
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, / +Warning +Unhealthy +Pod\/iris-\S+ +Readiness probe failed: /);
    assert.match(finished.stdout, / +Normal +Updated +SeldonDeployment\/iris /);
    assert.doesNotMatch(finished.stdout, /routine/);
  });

  it('shows the exception of a log, not what comes after it, with whose it is once', async () => {
    const namespace = await newNamespace(server());
    const folder = mkdtempSync(path.join(tmpdir(), 'why-'));
    try {
      const report = path.join(folder, 'why.xml');
      const finished = await run(namespace, modelYaml({ tag: 'crash' }), `--report=${report}`, '--cleanup=never');
      assert.equal(finished.exitCode, 5, finished.stderr);
      const log = /^log of iris-\S+, container classifier:\n((?: {2}.*\n)+)/m.exec(finished.stderr)?.[1] ?? '';
      const lines = log.trimEnd().split('\n');
      assert.equal(lines[0], '  Traceback (most recent call last):');
      assert.match(lines.at(-1) ?? '', /^ {2}FileNotFoundError: .*model\.joblib'$/);
      assert.match(readFileSync(report, 'utf8'), /FileNotFoundError: /);
      const { stdout } = await server().run(['diagnose', 'iris', '-n', namespace]);
      assert.match(stdout, /^ {4}FileNotFoundError: /m);
      assert.match(stdout, /^ {2}Read the end of its log/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
