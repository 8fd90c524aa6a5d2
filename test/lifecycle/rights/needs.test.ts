import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { verbTable } from '../../../src/commands/verb-table.ts';
import { commandsWithNeeds, needsOf } from '../../../src/lifecycle/rights/needs.ts';
import { roleYaml } from '../../../src/lifecycle/rights/role.ts';

describe('what commands need', () => {
  it('is each resource once, with the verbs of all of them in order', () => {
    const needs = needsOf(['delete', 'apply']);
    const resources = needs.map(({ group, resource }) => `${resource}.${group}`);
    assert.deepEqual(resources, [...new Set(resources)]);
    assert.deepEqual(needs[0]?.verbs, ['get', 'list', 'watch', 'create', 'patch', 'delete']);
  });

  it('is a resource again for what can be left out of it, unless another command needs that', () => {
    const ofDeployments = (...commands: Parameters<typeof needsOf>[0]) =>
      needsOf(commands)
        .filter(({ resource }) => resource === 'seldondeployments')
        .map(({ verbs, otherwise }) => [verbs.join(' '), otherwise]);
    assert.deepEqual(ofDeployments('predict'), [
      ['get', undefined],
      ['list', 'deployments are found by name only, not by ID'],
    ]);
    assert.deepEqual(ofDeployments('predict', 'wait'), [['get list watch', undefined]]);
    assert.deepEqual(ofDeployments('sync', 'delete'), [['get list watch create patch delete', undefined]]);
  });

  it('can be done without only if all of them can', () => {
    const pods = (...commands: Parameters<typeof needsOf>[0]) =>
      needsOf(commands).find(({ resource }) => resource === 'pods');
    assert.notEqual(pods('run')?.otherwise, undefined);
    assert.equal(pods('logs')?.otherwise, undefined);
    assert.equal(pods('run', 'logs')?.otherwise, undefined);
    assert.equal(pods('logs', 'run')?.otherwise, undefined);
  });
});

describe('the Role', () => {
  it('holds exactly what the commands need', () => {
    const role = parse(roleYaml(['diff'], 'team'));
    assert.deepEqual(role, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'seldon-lifecycle', namespace: 'team' },
      rules: [
        {
          apiGroups: ['machinelearning.seldon.io'],
          resources: ['seldondeployments'],
          verbs: ['get', 'create', 'patch'],
        },
      ],
    });
  });

  it('is there for every command that works in a namespace of a cluster', async () => {
    const ofWholeClusters = ['doctor', 'version'];
    for (const load of Object.values(verbTable).flatMap((verbs) => Object.values(verbs))) {
      const { names, flags } = (await load()).verb;
      const [word = ''] = names[0].split(' ');
      if (!('kubeContext' in flags) || ofWholeClusters.includes(word)) continue;
      assert.ok(
        commandsWithNeeds.some((command) => command === word),
        names[0],
      );
    }
  });

  it('says what it does not hold: other kinds, namespaces, and Ingresses', () => {
    const comments = (...commands: Parameters<typeof roleYaml>[0]) =>
      roleYaml(commands, 'team')
        .split('\n')
        .filter((line) => line.startsWith('# For '));
    assert.deepEqual(comments('apply', 'delete'), [
      '# For other objects in the files: get, create, patch, delete of their kinds.',
      '# For --create-namespace, in a ClusterRole: create of namespaces.',
      '# For deployments with an Ingress of their own: get, list, watch, create, patch, delete of ingresses',
    ]);
    assert.deepEqual(comments('create'), [
      '# For --create-namespace, in a ClusterRole: create of namespaces.',
      '# For deployments with an Ingress of their own: get, list, watch, create, patch of ingresses',
    ]);
    assert.deepEqual(comments('diff'), [
      '# For other objects in the files: get, create, patch of their kinds.',
      '# For deployments with an Ingress of their own: get, create, patch of ingresses',
    ]);
    assert.deepEqual(comments('status'), []);
  });

  it('has no namespace if none is said, and is YAML for every command', () => {
    for (const command of commandsWithNeeds) {
      const role = parse(roleYaml([command], undefined));
      assert.deepEqual(role.metadata, { name: 'seldon-lifecycle' });
      assert.ok(role.rules.length > 0);
    }
  });
});
