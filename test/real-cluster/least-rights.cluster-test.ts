import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { component, modelYaml } from '../behaviour/models.ts';
import { linesOf, notices, summaryOf } from '../behaviour/reports.ts';
import { list, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';
import { serviceAccountWith } from './service-account.ts';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const SELDON = 'machinelearning.seldon.io';

describe('A service account on a real control plane, with the Role that doctor prints for run', () => {
  let cluster: RealCluster;
  let rules: Rule[];
  before(async () => {
    cluster = await startRealCluster('least-rights');
    rules = parse((await cluster.run(['doctor', '--print-role', '--for=run'])).stdout).rules;
  });
  after(() => cluster.stop());

  /** The rules of the Role without one verb on one resource. */
  function without(verb: string, resource: string): Rule[] {
    assert.ok(rules.some(({ resources, verbs }) => resources.includes(resource) && verbs.includes(verb)));
    return rules.map((rule) =>
      rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((one) => one !== verb) } : rule,
    );
  }

  async function runWith(allowed: Rule[], args: readonly string[] = [], stdin = modelYaml()) {
    const namespace = await newNamespace(cluster);
    const account = await serviceAccountWith(
      cluster,
      namespace,
      'runner',
      allowed.filter(({ verbs }) => verbs.length > 0),
    );
    const { kubeconfig } = account;
    const finished = await cluster.run(['run', '-f', '-', '-o', 'json', ...args], { stdin, kubeconfig });
    const examined = await cluster.run(['doctor', '--for=run'], { kubeconfig });
    account.forget();
    return { namespace, finished, examined };
  }

  it('runs the whole lifecycle, with every event, without a notice', async () => {
    const { namespace, finished, examined } = await runWith(rules);
    assert.equal(finished.exitCode, 0, finished.stdout + finished.stderr);
    assert.equal(notices(finished), '');
    assert.deepEqual(summaryOf(finished).deployments[0].left, []);
    assert.ok(linesOf(finished).some(({ event }) => event?.object.kind === 'Pod'));
    assert.equal(examined.exitCode, 0, examined.stdout + examined.stderr);
    assert.match(examined.stdout, new RegExp(`^ok +rights of run +all granted in namespace "${namespace}"$`, 'm'));
  });

  it('runs through the scale subresource', async () => {
    // Nothing more specific than spec.replicas.
    const predictor = {
      name: 'default',
      graph: { name: 'classifier', type: 'MODEL' },
      componentSpecs: [component()],
    };
    const stdin = modelYaml({ spec: { replicas: 1, predictors: [predictor] } });
    const { finished } = await runWith(rules, ['--scale-through=subresource'], stdin);
    assert.equal(finished.exitCode, 0, finished.stdout + finished.stderr);
  });

  const needed: [verb: string, resource: string, group: string][] = [
    ...['get', 'watch', 'create', 'patch', 'delete'].map((verb): [string, string, string] => [
      verb,
      'seldondeployments',
      SELDON,
    ]),
    ['watch', 'deployments', 'apps'],
  ];
  for (const [verb, resource, group] of needed) {
    it(`but for ${verb} of ${resource}, is told so with exit code 3, and nothing is changed`, async () => {
      const { namespace, finished, examined } = await runWith(without(verb, resource));
      const user = `system:serviceaccount:${namespace}:runner`;
      const words = `is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${namespace}"`;
      assert.ok(notices(finished).includes(words), notices(finished));
      assert.match(notices(finished), /doctor --print-role/);
      assert.equal(finished.exitCode, 3);
      assert.deepEqual(await list(cluster, seldonPath(namespace)), []);
      assert.equal(examined.exitCode, 3);
      assert.match(examined.stdout, new RegExp(`^missing +rights of run +not allowed: ${verb} ${resource}\\.`, 'm'));
    });
  }

  const unneeded: [verb: string, resource: string][] = [
    ['watch', 'pods'],
    ['watch', 'replicasets'],
    ['watch', 'services'],
    ['list', 'events'],
    ['watch', 'events'],
    ['get', 'pods/log'],
  ];
  for (const [verb, resource] of unneeded) {
    it(`but for ${verb} of ${resource}, runs as well as possible`, async () => {
      const { finished, examined } = await runWith(without(verb, resource));
      assert.equal(finished.exitCode, 0, finished.stdout + finished.stderr);
      const about = notices(finished)
        .split('\n')
        .filter((line) => line.includes('continuing without'));
      assert.equal(about.length, resource === 'pods/log' ? 0 : 1, notices(finished));
      if (about[0]) assert.match(about[0], new RegExp(`the right to ${verb} ${resource}`));
      assert.equal(examined.exitCode, 0, examined.stdout + examined.stderr);
      assert.match(examined.stdout, new RegExp(`^warning +rights of run +works without: ${verb} ${resource}`, 'm'));
    });
  }

  it('but for pods, still says what a failed deployment lacks, as far as it can know', async () => {
    const namespace = await newNamespace(cluster);
    const account = await serviceAccountWith(cluster, namespace, 'runner', without('watch', 'pods'));
    const { kubeconfig } = account;
    const args = ['run', '-f', '-', '--timeout=3s'];
    const finished = await cluster.run(args, { stdin: modelYaml({ tag: 'missing' }), kubeconfig });
    account.forget();
    assert.equal(finished.exitCode, 4);
    assert.match(finished.stderr, /still waiting for deployment ".*": 0 of 1 replicas available \(for /);
  });
});
