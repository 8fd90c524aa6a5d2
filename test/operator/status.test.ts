import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { SeldonDeploymentStatus } from '../../src/operator/seldon-deployment.ts';
import { Conditions } from '../../src/sandbox/operator/conditions.ts';
import {
  concludeRollout,
  newRollout,
  observeDeployment,
  sameStatus,
  setState,
} from '../../src/sandbox/operator/status.ts';

/** The status after one reconcile in which these Deployments were there with the wanted pod spec. */
function statusAfter(before: string, deployments: string): SeldonDeploymentStatus {
  const status: SeldonDeploymentStatus = parse(before) ?? {};
  const conditions = new Conditions(status.conditions, () => 0);
  const rollout = newRollout();
  for (const [index, [name, deployment]] of Object.entries<object>(parse(deployments)).entries()) {
    const whole = { metadata: { name }, spec: {}, ...deployment } as unknown as Parameters<typeof observeDeployment>[3];
    observeDeployment(status, conditions, rollout, whole, index === 0);
  }
  concludeRollout(conditions, rollout);
  setState(status, rollout, true);
  const list = conditions.list();
  return { ...status, ...(list.length > 0 && { conditions: list }) };
}

const available =
  '{type: Available, status: "True", reason: MinimumReplicasAvailable, lastTransitionTime: "2026-01-01T00:00:00Z"}';
const unavailable = '{type: Available, status: "False", reason: MinimumReplicasUnavailable}';
const stuck = '{type: Progressing, status: "False", reason: ProgressDeadlineExceeded}';
const one = `{replicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: [${available}]}`;
const availableWithOne = '{state: Available, replicas: 1, deploymentStatus: {d: {replicas: 1, availableReplicas: 1}}}';

const cases: { name: string; before?: string; deployments: string; want: string }[] = [
  {
    name: 'a Deployment without status is Creating, with no entry in deploymentStatus',
    deployments: 'd: {}',
    want: '{state: Creating}',
  },
  {
    name: 'one pod of one ready is Available',
    deployments: `d: {status: ${one}}`,
    want: availableWithOne,
  },
  {
    name: 'scale up, not yet seen by the Deployment controller: the old counts are still called Available',
    before: availableWithOne,
    deployments: `d: {metadata: {name: d, generation: 2}, spec: {replicas: 3}, status: {observedGeneration: 1, updatedReplicas: 1, replicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: [${available}]}}`,
    want: availableWithOne,
  },
  {
    name: 'scale up, pods coming: Creating, replicas counts the pods that exist',
    before: availableWithOne,
    deployments: `d: {status: {replicas: 3, readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 2, conditions: [${unavailable}]}}`,
    want: '{state: Creating, replicas: 3, deploymentStatus: {d: {replicas: 3, availableReplicas: 1}}}',
  },
  {
    name: 'scale down: Available throughout, while the third pod is still there',
    before: '{state: Available, replicas: 3, deploymentStatus: {d: {replicas: 3, availableReplicas: 3}}}',
    deployments: `d: {spec: {replicas: 1}, status: {replicas: 3, readyReplicas: 3, availableReplicas: 3, conditions: [${available}]}}`,
    want: '{state: Available, replicas: 3, deploymentStatus: {d: {replicas: 3, availableReplicas: 3}}}',
  },
  {
    name: 'an old pod beside updated ones does not count: updatedReplicas is not looked at',
    before: availableWithOne,
    deployments: `d: {status: {replicas: 2, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2, conditions: [${available}]}}`,
    want: '{state: Available, replicas: 2, deploymentStatus: {d: {replicas: 2, availableReplicas: 2}}}',
  },
  {
    name: 'scale to 0 is never Available: an empty entry, no replicas, DeploymentsReady is True',
    before: availableWithOne,
    deployments: `d: {spec: {replicas: 0}, status: {conditions: [${available}]}}`,
    want: '{state: Creating, deploymentStatus: {d: {}}}',
  },
  {
    name: 'one Deployment of two at 0 keeps all Creating',
    deployments: `{d: {status: ${one}}, e: {status: {conditions: [${available}]}}}`,
    want: '{state: Creating, replicas: 1, deploymentStatus: {d: {replicas: 1, availableReplicas: 1}}}',
  },
  {
    name: 'Progressing and Available both False is Failed',
    deployments: `d: {status: {replicas: 1, unavailableReplicas: 1, conditions: [${unavailable}, ${stuck}]}}`,
    want: '{state: Failed, description: Deployment is no longer progressing and not available., replicas: 1, deploymentStatus: {d: {replicas: 1}}}',
  },
  {
    name: 'a stuck update beside old pods that serve is Creating for ever',
    before: availableWithOne,
    deployments: `d: {status: {replicas: 2, readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 1, conditions: [${available}, ${stuck}]}}`,
    want: '{state: Creating, replicas: 2, deploymentStatus: {d: {replicas: 2, availableReplicas: 1}}}',
  },
  {
    name: 'a dead Deployment hides behind an earlier one that is slow',
    deployments: `{d: {status: {replicas: 1, unavailableReplicas: 1, conditions: [${unavailable}]}}, e: {status: {replicas: 1, unavailableReplicas: 1, conditions: [${unavailable}, ${stuck}]}}}`,
    want: '{state: Creating, replicas: 1, deploymentStatus: {d: {replicas: 1}, e: {replicas: 1}}}',
  },
  {
    name: 'a fixed Deployment heals Failed, and the description goes',
    before: '{state: Failed, description: broken}',
    deployments: `d: {status: ${one}}`,
    want: availableWithOne,
  },
  {
    name: 'the entry of a Deployment that is wanted no more stays',
    before: '{deploymentStatus: {old: {replicas: 1, availableReplicas: 1}}}',
    deployments: `d: {status: ${one}}`,
    want: '{state: Available, replicas: 1, deploymentStatus: {old: {replicas: 1, availableReplicas: 1}, d: {replicas: 1, availableReplicas: 1}}}',
  },
  {
    name: 'status.replicas goes stale when another Deployment with known numbers comes first',
    before: '{replicas: 5, deploymentStatus: {d: {replicas: 1, availableReplicas: 1}}}',
    deployments: `d: {status: ${one}}`,
    want: '{state: Available, replicas: 5, deploymentStatus: {d: {replicas: 1, availableReplicas: 1}}}',
  },
];

describe('status from Deployments', () => {
  for (const { name, before = '{}', deployments, want } of cases) {
    it(name, () => {
      const { conditions: _, ...status } = statusAfter(before, deployments);
      assert.deepEqual(status, parse(want));
    });
  }

  it('DeploymentsReady is True while the state is Creating after a scale to 0', () => {
    const { conditions } = statusAfter('{}', `d: {status: {conditions: [${available}]}}`);
    assert.equal(conditions?.find(({ type }) => type === 'DeploymentsReady')?.status, 'True');
  });

  it('DeploymentsReady is the Available condition that changed last', () => {
    const later = available.replace('2026', '2027').replace('MinimumReplicasAvailable', 'Later');
    const { conditions } = statusAfter('{}', `{d: {status: ${one.replace(available, later)}}, e: {status: ${one}}}`);
    assert.equal(conditions?.find(({ type }) => type === 'DeploymentsReady')?.reason, 'Later');
  });
});

describe('conditions', () => {
  it('a missing dependent makes Ready Unknown, a False one makes it False with its reason', () => {
    const conditions = new Conditions([], () => 0);
    conditions.markTrue('HpasReady', { reason: 'No HPAs defined' });
    assert.equal(conditions.list().find(({ type }) => type === 'Ready')?.status, 'Unknown');
    conditions.markFalse('ServicesReady', { reason: 'Not all services created' });
    conditions.markTrue('PdbsReady', { reason: 'No PDBs defined' });
    const ready = conditions.list().find(({ type }) => type === 'Ready');
    assert.deepEqual([ready?.status, ready?.reason], ['False', 'Not all services created']);
  });

  it('they are sorted by type, capitals first', () => {
    const conditions = new Conditions([], () => 0);
    conditions.markTrue('istioVirtualServicesReady', {});
    conditions.markTrue('KedaReady', {});
    assert.deepEqual(
      conditions.list().map(({ type }) => type),
      ['KedaReady', 'Ready', 'istioVirtualServicesReady'],
    );
  });

  it('a status that differs only in their times is the same', () => {
    const at = (lastTransitionTime: string): SeldonDeploymentStatus => ({
      state: 'Available',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }],
    });
    assert.equal(sameStatus(at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z')), true);
    assert.equal(sameStatus(at('2026-01-01T00:00:00Z'), { ...at('2026-01-01T00:00:00Z'), state: 'Creating' }), false);
  });
});
