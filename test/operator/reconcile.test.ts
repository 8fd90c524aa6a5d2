import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Deployment } from '../../src/operator/kubernetes-objects.ts';
import type { SeldonDeployment } from '../../src/operator/seldon-deployment.ts';
import { ApiError, kinds } from '../../src/sandbox/operator/client.ts';
import { OperatorOnFakeCluster } from './operator-on-fake-cluster.ts';

const firstPredictor = (sdep: SeldonDeployment) => {
  const [predictor] = sdep.spec.predictors;
  assert.ok(predictor);
  return predictor;
};
const setImage = (sdep: SeldonDeployment, image: string) => {
  const container = firstPredictor(sdep).componentSpecs?.[0]?.spec?.containers[0];
  assert.ok(container);
  container.image = image;
};

describe('the first reconcile', () => {
  it('creates Services and Deployment, owned by the SeldonDeployment', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.reconcile();
    assert.deepEqual(operator.cluster.writes, [
      'create Service m-p-c',
      'create Service m-p',
      'create Deployment m-p-0-c',
      'replaceStatus SeldonDeployment m',
    ]);
    assert.deepEqual(operator.cluster.find(kinds.deployment, 'm-p-0-c')?.metadata.ownerReferences, [
      {
        apiVersion: 'machinelearning.seldon.io/v1',
        kind: 'SeldonDeployment',
        name: 'm',
        uid: 'uid-of-m',
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  });

  it('leaves five conditions and no numbers', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.reconcile();
    const { conditions, ...status } = operator.status;
    assert.deepEqual(status, { state: 'Creating' });
    assert.deepEqual(
      conditions?.map(({ type }) => type),
      ['HpasReady', 'KedaReady', 'PdbsReady', 'Ready', 'ServicesReady'],
    );
  });

  it('says what it did, and Updated', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.reconcile();
    assert.deepEqual(operator.cluster.events(), [
      'Normal CreateService x1: Created Service "m-p-c"',
      'Normal CreateService x1: Created Service "m-p"',
      'Normal CreateDeployment x1: Created Deployment "m-p-0-c"',
      'Normal Updated x1: Updated SeldonDeployment "m"',
    ]);
  });
});

describe('Available', () => {
  it('comes with address, endpoints and all conditions True', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    const { conditions, ...status } = operator.status;
    assert.deepEqual(status, {
      state: 'Available',
      replicas: 1,
      deploymentStatus: { 'm-p-0-c': { replicas: 1, availableReplicas: 1 } },
      address: { url: 'http://m-p.ns.svc.cluster.local:8000/api/v1.0/predictions' },
      serviceStatus: {
        'm-p': { svcName: 'm-p', httpEndpoint: 'm-p.ns:8000', grpcEndpoint: 'm-p.ns:5001' },
        'm-p-c': { svcName: 'm-p-c', httpEndpoint: 'm-p-c.ns:9000', grpcEndpoint: 'm-p-c.ns:9500' },
      },
    });
    assert.equal(conditions?.length, 8);
    assert.ok(conditions?.every(({ status }) => status === 'True'));
  });

  it('a pod that the API server writes in its own way is not written again and again', async () => {
    const operator = new OperatorOnFakeCluster();
    operator.edit((sdep) => {
      const container = firstPredictor(sdep).componentSpecs?.[0]?.spec?.containers[0];
      if (container) container.resources = { requests: { cpu: '0.5' } };
    });
    operator.cluster.admit = (object) => JSON.parse(JSON.stringify(object).replaceAll('"0.5"', '"500m"'));
    await operator.becomeAvailable();
    await operator.reconcile();
    assert.deepEqual(operator.cluster.writes, []);
  });

  it('is not written again when nothing changes, but Updated is said each time', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.clock.turn(60_000);
    await operator.reconcile();
    assert.deepEqual(operator.cluster.writes, []);
    assert.ok(operator.cluster.events().includes('Normal Updated x3: Updated SeldonDeployment "m"'));
  });
});

describe('stale Available', () => {
  it('scale up: the reconcile that applies it writes no status; then Creating, then Available with the new count', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    const events = operator.cluster.events().length;
    operator.edit((sdep) => {
      sdep.spec.replicas = 3;
    });
    await operator.reconcile();
    assert.deepEqual(operator.cluster.writes, ['replace Deployment m-p-0-c']);
    assert.equal(operator.status.state, 'Available');
    assert.equal(operator.status.replicas, 1);
    operator.cluster.setPods('m-p-0-c', 3, 1);
    await operator.reconcile();
    assert.equal(operator.status.state, 'Creating');
    assert.equal(operator.condition('Ready'), 'False Not all services created');
    operator.cluster.setPods('m-p-0-c', 3, 3);
    await operator.reconcile();
    assert.deepEqual([operator.status.state, operator.status.replicas], ['Available', 3]);
    assert.equal(operator.cluster.events().length, events, 'a change of replicas is told in no Event of its own');
  });

  it('scale down: Available throughout', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.cluster.setPods('m-p-0-c', 3, 3);
    await operator.reconcile();
    const seen: (string | undefined)[] = [];
    operator.edit((sdep) => {
      firstPredictor(sdep).replicas = 1;
    });
    for (const pods of [3, 2, 1]) {
      operator.cluster.setPods('m-p-0-c', pods, pods);
      await operator.reconcile();
      seen.push(`${operator.status.state} ${operator.status.replicas}`);
    }
    assert.deepEqual(seen, ['Available 3', 'Available 2', 'Available 1']);
  });

  it('a new image: Creating once, then Available again with the old pods', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.edit((sdep) => setImage(sdep, 'img:2'));
    await operator.reconcile();
    assert.equal(operator.status.state, 'Creating');
    assert.equal(operator.condition('DeploymentsReady'), 'True MinimumReplicasAvailable');
    assert.ok(operator.cluster.events().includes('Normal UpdateDeployment x1: Updated Deployment "m-p-0-c"'));
    await operator.reconcile();
    assert.equal(operator.status.state, 'Available');
  });

  it('spec.annotations change only the metadata of the template: no UpdateDeployment, no Creating', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.edit((sdep) => {
      sdep.spec.annotations = { touched: 'yes' };
    });
    await operator.reconcile();
    assert.deepEqual(operator.cluster.writes, ['replace Deployment m-p-0-c']);
    const template = operator.cluster.find<Deployment>(kinds.deployment, 'm-p-0-c')?.spec.template;
    assert.equal(template?.metadata.annotations?.touched, 'yes');
    assert.equal(operator.status.state, 'Available');
    assert.ok(!operator.cluster.events().some((event) => event.includes('UpdateDeployment')));
  });

  it('scale to 0: Creating for good, an empty entry, no replicas', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.edit((sdep) => {
      sdep.spec.replicas = 0;
    });
    await operator.reconcile();
    operator.cluster.setPods('m-p-0-c', 0, 0);
    await operator.reconcile();
    await operator.reconcile();
    assert.equal(operator.status.state, 'Creating');
    assert.equal(operator.status.replicas, undefined);
    assert.deepEqual(operator.status.deploymentStatus, { 'm-p-0-c': {} });
    assert.equal(operator.condition('DeploymentsReady'), 'True MinimumReplicasAvailable');
  });

  it('a scale that a more specific number shadows changes nothing', async () => {
    const operator = new OperatorOnFakeCluster();
    operator.edit((sdep) => {
      firstPredictor(sdep).replicas = 1;
    });
    await operator.becomeAvailable();
    operator.edit((sdep) => {
      sdep.spec.replicas = 5;
    });
    await operator.reconcile();
    assert.deepEqual(operator.cluster.writes, []);
    assert.equal(operator.status.state, 'Available');
  });
});

describe('replicas of a Deployment that is there', () => {
  const replicas = (operator: OperatorOnFakeCluster) =>
    operator.cluster.find<Deployment>(kinds.deployment, 'm-p-0-c')?.spec.replicas;
  const scaleByHand = (operator: OperatorOnFakeCluster, count: number) =>
    operator.cluster.change<Deployment>(kinds.deployment, 'm-p-0-c', ({ spec }) => {
      spec.replicas = count;
    });

  it('stay where somebody put them when no level is set', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    scaleByHand(operator, 4);
    operator.edit((sdep) => setImage(sdep, 'img:2'));
    await operator.reconcile();
    assert.equal(replicas(operator), 4);
  });

  it('are put back when a level is set', async () => {
    const operator = new OperatorOnFakeCluster();
    operator.edit((sdep) => {
      sdep.spec.replicas = 2;
    });
    await operator.becomeAvailable();
    scaleByHand(operator, 4);
    await operator.reconcile();
    assert.equal(replicas(operator), 2);
  });

  it('keep the last number when the level is taken away', async () => {
    const operator = new OperatorOnFakeCluster();
    operator.edit((sdep) => {
      sdep.spec.replicas = 2;
    });
    await operator.becomeAvailable();
    operator.edit((sdep) => {
      delete sdep.spec.replicas;
    });
    await operator.reconcile();
    assert.equal(replicas(operator), 2);
  });

  it('are left to an autoscaler', async () => {
    const operator = new OperatorOnFakeCluster();
    operator.edit((sdep) => {
      sdep.spec.replicas = 2;
      const [componentSpec] = firstPredictor(sdep).componentSpecs ?? [];
      if (componentSpec) componentSpec.hpaSpec = { maxReplicas: 5 };
    });
    await operator.reconcile();
    assert.equal(operator.condition('HpasReady'), 'False HPAs not ready');
    await operator.becomeAvailable();
    assert.equal(operator.condition('HpasReady'), 'True All HPAs resources ready');
    scaleByHand(operator, 4);
    await operator.reconcile();
    assert.equal(replicas(operator), 4);
  });
});

describe('a predictor that is renamed', () => {
  async function renamed() {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.edit((sdep) => {
      firstPredictor(sdep).name = 'q';
    });
    await operator.reconcile();
    operator.cluster.setPods('m-q-0-c', 1, 1);
    return operator;
  }

  it('the old Deployment goes only once the new one is ready', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.edit((sdep) => {
      firstPredictor(sdep).name = 'q';
    });
    await operator.reconcile();
    await operator.reconcile();
    assert.ok(!operator.cluster.writes.some((write) => write.startsWith('delete')));
    assert.equal(operator.status.state, 'Creating');
  });

  it('is Available in the reconcile that begins to delete the old Deployment, which is still in the status', async () => {
    const operator = await renamed();
    await operator.reconcile();
    assert.equal(operator.status.state, 'Available');
    assert.ok(operator.cluster.writes.includes('deleteForeground Deployment m-p-0-c'));
    assert.ok(operator.cluster.events().includes('Normal DeleteDeployment x1: Deleted Deployment "m-p-0-c"'));
    assert.deepEqual(Object.keys(operator.status.deploymentStatus ?? {}).sort(), ['m-p-0-c', 'm-q-0-c']);
  });

  it('its Services go last, silently, when no Deployment is left over', async () => {
    const operator = await renamed();
    await operator.reconcile();
    await operator.reconcile();
    assert.deepEqual(Object.keys(operator.status.deploymentStatus ?? {}), ['m-q-0-c']);
    assert.ok(operator.cluster.find(kinds.service, 'm-p'));
    operator.cluster.deliver();
    // The deletes are not in the cache before the second look: this reconcile is refused, and the next one heals it.
    await assert.rejects(operator.reconcileBehind(), { reason: 'NotFound' });
    assert.equal(operator.status.state, 'Failed');
    await operator.reconcile();
    assert.equal(operator.status.state, 'Available');
    assert.deepEqual(Object.keys(operator.status.serviceStatus ?? {}).sort(), ['m-q', 'm-q-c']);
    assert.equal(operator.cluster.find(kinds.service, 'm-p'), undefined);
    assert.ok(!operator.cluster.events().some((event) => event.includes('DeleteService')));
  });

  it('an old Deployment that never had a pod is forgotten', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.reconcile();
    operator.edit((sdep) => {
      firstPredictor(sdep).name = 'q';
    });
    await operator.reconcile();
    operator.cluster.setPods('m-q-0-c', 1, 1);
    for (let times = 0; times < 3; times++) await operator.reconcile().catch(() => {});
    assert.equal(operator.status.state, 'Available');
    assert.ok(operator.cluster.find(kinds.deployment, 'm-p-0-c'));
  });
});

describe('trouble', () => {
  const conflict = () => new ApiError(409, 'Conflict', 'the object has been modified');

  it('a Conflict on a Deployment is a Warning but not in the status', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.edit((sdep) => {
      sdep.spec.replicas = 2;
    });
    operator.cluster.failNext.set('replace Deployment', conflict());
    await assert.rejects(operator.reconcile(), { reason: 'Conflict' });
    assert.equal(operator.status.state, 'Available');
    assert.ok(operator.cluster.events().includes('Warning InternalError x1: the object has been modified'));
  });

  it('a status that was computed from an old SeldonDeployment is refused, told and tried again', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.reconcile();
    operator.cluster.setPods('m-p-0-c', 1, 1);
    operator.cluster.deliver();
    operator.edit((sdep) => {
      sdep.spec.replicas = 1;
    });
    await assert.rejects(operator.reconcileBehind(), { reason: 'Conflict' });
    assert.ok(
      operator.cluster
        .events()
        .includes(
          'Warning UpdateFailed x1: Failed to update status for SeldonDeployment "m": m: the object has been modified',
        ),
    );
    await operator.reconcile();
    assert.equal(operator.status.state, 'Available');
  });

  it('a refusal is Failed with the words of the API server; conditions stay; the next success heals it', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.edit((sdep) => {
      sdep.spec.replicas = -1;
    });
    const words = 'Deployment.apps "m-p-0-c" is invalid: spec.replicas: Invalid value: -1';
    operator.cluster.failNext.set('replace Deployment', new ApiError(422, 'Invalid', words));
    await assert.rejects(operator.reconcile(), { message: words });
    assert.deepEqual([operator.status.state, operator.status.description], ['Failed', words]);
    assert.ok(operator.cluster.events().includes(`Warning InternalError x1: ${words}`));
    await operator.reconcile();
    assert.deepEqual([operator.status.state, operator.status.description], ['Available', undefined]);
  });

  it('a cache that lags behind a creation makes it Failed for a moment', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.reconcile();
    await assert.rejects(operator.reconcileBehind(), { reason: 'AlreadyExists' });
    await assert.rejects(operator.reconcileBehind());
    await operator.reconcile();
    assert.equal(operator.status.state, 'Creating');
  });

  it('an invalid graph is Failed with the reason', async () => {
    const operator = new OperatorOnFakeCluster('predictors: [{name: p, graph: {name: c}}]');
    await assert.rejects(operator.reconcile());
    assert.equal(operator.status.state, 'Failed');
    assert.match(operator.status.description ?? '', /^engine not separate and no pu with localhost service/);
    assert.equal(operator.status.conditions, undefined);
  });

  it('two predictors of one name rewrite one Deployment in every reconcile and are never Available', async () => {
    const operator = new OperatorOnFakeCluster(`predictors:
      - {name: p, graph: {name: c, implementation: SKLEARN_SERVER}, componentSpecs: [{spec: {containers: [{name: c, image: "a"}]}}]}
      - {name: p, graph: {name: c, implementation: SKLEARN_SERVER}, componentSpecs: [{spec: {containers: [{name: c, image: "b"}]}}]}`);
    // The first reconcile creates each object twice, as the cache does not show it yet.
    for (let times = 0; times < 6; times++) await operator.reconcile().catch(() => {});
    operator.cluster.setPods('m-p-0-c', 1, 1);
    operator.cluster.writes.length = 0;
    await operator.reconcile();
    operator.cluster.writes.length = 0;
    await operator.reconcile().catch(() => {});
    assert.ok(operator.cluster.writes.includes('replace Deployment m-p-0-c'));
    assert.notEqual(operator.status.state, 'Available');
  });
});

describe('what it keeps out of', () => {
  it('a SeldonDeployment that is being deleted, whose status stays as it is', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.cluster.change(kinds.seldonDeployment, 'm', ({ metadata }) => {
      metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    });
    operator.cluster.remove(kinds.deployment, 'm-p-0-c');
    await operator.reconcile();
    assert.deepEqual(operator.cluster.writes, []);
    assert.equal(operator.status.state, 'Available');
  });

  it("another operator's SeldonDeployments, which have no state at all", async () => {
    const operator = new OperatorOnFakeCluster();
    operator.cluster.change(kinds.seldonDeployment, 'm', ({ metadata }) => {
      metadata.labels = { 'seldon.io/controller-id': 'other' };
    });
    await operator.reconcile();
    assert.deepEqual(operator.cluster.writes, []);
  });

  it("another operator's namespace", async () => {
    const operator = new OperatorOnFakeCluster();
    operator.cluster.put(kinds.namespace, {
      metadata: { name: 'ns', labels: { 'seldon.io/controller-id': 'other' } },
    });
    await operator.reconcile();
    assert.deepEqual(operator.cluster.writes, []);
  });

  it('ownership: a Deployment that is there already is changed but not adopted', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.cluster.change(kinds.deployment, 'm-p-0-c', ({ metadata }) => {
      delete metadata.ownerReferences;
    });
    operator.edit((sdep) => {
      sdep.spec.replicas = 2;
    });
    await operator.reconcile();
    const deployment = operator.cluster.find<Deployment>(kinds.deployment, 'm-p-0-c');
    assert.equal(deployment?.spec.replicas, 2);
    assert.equal(deployment?.metadata.ownerReferences, undefined);
  });

  it('a changed selector: the Deployment is deleted and created anew at once', async () => {
    const operator = new OperatorOnFakeCluster();
    await operator.becomeAvailable();
    operator.edit((sdep) => {
      firstPredictor(sdep).annotations = { 'seldon.io/svc-name': 'mine' };
    });
    // Its Services change too, and the second look at them goes to a cache that does not know it yet.
    await assert.rejects(operator.reconcile(), { reason: 'Conflict' });
    assert.ok(operator.cluster.writes.includes('deleteForeground Deployment m-p-0-c'));
    assert.ok(
      operator.cluster
        .events()
        .includes('Normal CreateDeployment x1: Recreated Deployment (selector changed) "m-p-0-c"'),
    );
  });
});
