import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { commandsWithNeeds, needsOf } from '../../../src/lifecycle/rights/needs.ts';
import { roleYaml } from '../../../src/lifecycle/rights/role.ts';

describe('what commands need', () => {
  it('is each resource once, with the verbs of all of them in order', () => {
    const needs = needsOf(['delete', 'create']);
    const resources = needs.map(({ group, resource }) => `${resource}.${group}`);
    assert.deepEqual(resources, [...new Set(resources)]);
    assert.deepEqual(needs[0]?.verbs, ['get', 'list', 'watch', 'create', 'patch', 'delete']);
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
    const role = parse(roleYaml(['create'], 'team'));
    assert.deepEqual(role, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'seldon-lifecycle', namespace: 'team' },
      rules: [
        { apiGroups: ['machinelearning.seldon.io'], resources: ['seldondeployments'], verbs: ['create', 'patch'] },
      ],
    });
  });

  it('has no namespace if none is said, and is YAML for every command', () => {
    for (const command of commandsWithNeeds) {
      const role = parse(roleYaml([command], undefined));
      assert.deepEqual(role.metadata, { name: 'seldon-lifecycle' });
      assert.ok(role.rules.length > 0);
    }
  });
});
