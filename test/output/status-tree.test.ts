import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type StatusReport, statusReport } from '../../src/lifecycle/overview/status-report.ts';
import { statusLines, statusObject } from '../../src/output/status-tree.ts';
import type { ReportedEvent } from '../../src/progress/progress.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { type Moment, observed } from '../lifecycle/observed.ts';
import { written } from '../written.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

const warning: ReportedEvent = {
  uid: 'e',
  type: 'Warning',
  reason: 'Failed',
  message: 'Error: ImagePullBackOff',
  count: 3,
  firstTime: now - 60_000,
  lastTime: now - 12_000,
  source: 'kubelet',
  object: { kind: 'Pod', namespace: 'ns', name: 'm-p-0-c-2-y', uid: 'u-y' },
};

const updating: Moment = {
  deployment: `
    metadata: {name: m, namespace: ns, uid: u-m, generation: 2, creationTimestamp: "2026-01-01T11:30:00Z"}
    spec:
      predictors:
      - {name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}
      - {name: q, replicas: 2, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}
    status: {state: Available}`,
  deployments: `
    - metadata: {name: m-p-0-c, uid: u-d, generation: 2, ownerReferences: [{uid: u-m}]}
      spec: {replicas: 1}
      status: {observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1}
    - metadata: {name: m-old, uid: u-o, ownerReferences: [{uid: u-m}]}
      spec: {replicas: 1}
      status: {replicas: 1, availableReplicas: 1}`,
  replicaSets: `
    - metadata: {name: m-p-0-c-0, uid: u-0, ownerReferences: [{uid: u-d}]}
      spec: {replicas: 0}
    - metadata: {name: m-p-0-c-1, uid: u-1, ownerReferences: [{uid: u-d}], annotations: {deployment.kubernetes.io/revision: '1'}}
      spec: {replicas: 1}
      status: {replicas: 1, readyReplicas: 1}
    - metadata: {name: m-p-0-c-2, uid: u-2, ownerReferences: [{uid: u-d}], annotations: {deployment.kubernetes.io/revision: '2'}}
      spec: {replicas: 1}
      status: {replicas: 1}`,
  pods: `
    - metadata: {name: m-p-0-c-1-x, uid: u-x, ownerReferences: [{uid: u-1}]}
      spec: {containers: [{name: c}]}
      status: {phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: c, ready: true, restartCount: 0, state: {running: {}}}]}
    - metadata: {name: m-p-0-c-2-y, uid: u-y, ownerReferences: [{uid: u-2}], creationTimestamp: "2026-01-01T11:59:00Z"}
      spec: {containers: [{name: c, image: i}]}
      status: {phase: Pending, containerStatuses: [{name: c, ready: false, restartCount: 0, state: {waiting: {reason: ImagePullBackOff, message: not found}}}]}`,
};

const RESTARTED =
  'restartCount: 3, state: {running: {}}, lastState: {terminated: {exitCode: 1, finishedAt: "2026-01-01T11:55:00Z"}}';

const untouched = `
  metadata: {name: m, namespace: ns, uid: u-m, generation: 1}
  spec: {predictors: [{name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]}
  status: {state: Creating}`;

function report(moment: Moment): StatusReport {
  const seen = observed(moment);
  const { cause, ...told } = statusReport(seen.deployment as SeldonDeployment, seen, (uid) => {
    return uid === 'u-y' ? warning : undefined;
  });
  const advice = cause?.advice && written(cause.advice);
  return { ...told, cause: cause && { why: written(cause.why), advice } };
}

describe('The status of a deployment', () => {
  it('is a tree of what it owns, what is missing included, and says what it waits for and why', () => {
    const lines = statusLines([report(updating)], { now, withNamespace: false });
    assert.deepEqual(lines, [
      'NAME                            READY   STATUS             AGE   LAST WARNING',
      'SeldonDeployment/m              2/4     Updating           30m',
      '├─ Predictor/p                  1/1',
      '│  └─ Deployment/m-p-0-c        1/1     Progressing',
      '│     ├─ ReplicaSet/m-p-0-c-1   1/1     Old',
      '│     │  └─ Pod/m-p-0-c-1-x     1/1     Running',
      '│     └─ ReplicaSet/m-p-0-c-2   0/1     Current',
      '│        └─ Pod/m-p-0-c-2-y     0/1     ImagePullBackOff   60s   Failed 12s ago (x3): Error: ImagePullBackOff',
      '├─ Predictor/q                  0/2',
      '│  └─ Deployment/m-q-0-c        0/2     Missing',
      '└─ Deployment/m-old             1/1     NotInSpec',
      '',
      'waiting for deployment "m-p-0-c": 1 old replica is being terminated: pod m-p-0-c-2-y, container c: ImagePullBackOff, image i: not found',
      'Check that the image i exists: its registry, its name and its tag',
    ]);
  });

  it('shows with -o wide the restarts of each pod, and what it uses if that is known', () => {
    const moment = {
      ...updating,
      pods: (updating.pods ?? '').replace('restartCount: 0, state: {running: {}}', RESTARTED),
    };
    const options = { now, withNamespace: false };
    const usage = (namespace: string | undefined, pod: string) =>
      namespace === 'ns' && pod === 'm-p-0-c-1-x'
        ? { nanocores: 249_500_000, bytes: 2 ** 27, containers: [] }
        : undefined;
    const lines = statusLines([report(moment)], { ...options, wide: { usage } });
    assert.deepEqual(lines.slice(0, 7), [
      'NAME                            READY   STATUS             RESTARTS     CPU         MEMORY      AGE   LAST WARNING',
      'SeldonDeployment/m              2/4     Updating                                                30m',
      '├─ Predictor/p                  1/1',
      '│  └─ Deployment/m-p-0-c        1/1     Progressing',
      '│     ├─ ReplicaSet/m-p-0-c-1   1/1     Old',
      '│     │  └─ Pod/m-p-0-c-1-x     1/1     Running            3 (5m ago)   250m        128Mi',
      '│     └─ ReplicaSet/m-p-0-c-2   0/1     Current',
    ]);
    assert.match(lines[7] ?? '', / ImagePullBackOff +0 +<unknown> +<unknown> +60s +Failed 12s ago/);
    const [header, , , , , pod] = statusLines([report(moment)], { ...options, wide: { usage: undefined } });
    assert.match(header ?? '', /^NAME +READY +STATUS +RESTARTS +AGE +LAST WARNING$/);
    assert.match(pod ?? '', / Running +3 \(5m ago\)$/);
  });

  it('says nothing more of one that is as it should be', () => {
    const lines = statusLines([report({})], { now, withNamespace: true });
    assert.match(lines.at(-1) ?? '', /^ns +└─ Pod\/m-p-0-c-1-x +0\/0 +Running$/);
    assert.ok(!lines.includes(''));
  });

  it('names each of several in what it says', () => {
    const lines = statusLines([report({ deployment: untouched, deployments: '[]' }), report({})], {
      now,
      withNamespace: false,
    });
    assert.equal(lines.at(-1), 'm: waiting for the operator to create deployment "m-p-0-c"');
  });

  it('of one that is gone names what is left', () => {
    const seen = observed({ deployment: 'null', gone: true, deployments: '[]', replicaSets: '[]' });
    const known = observed({}).deployment as SeldonDeployment;
    const { tree, waitingFor } = statusReport(known, seen, () => undefined);
    assert.equal(tree.status, 'Deleted');
    assert.equal(waitingFor, 'pod/m-p-0-c-1-x to be gone');
  });

  it('is an object too', () => {
    const object = JSON.parse(JSON.stringify(statusObject(report(updating))));
    const { tree, ...rest } = object;
    assert.deepEqual(rest, {
      apiVersion: 'seldon-lifecycle.io/v1',
      kind: 'SeldonDeploymentStatus',
      metadata: { name: 'm', namespace: 'ns', uid: 'u-m' },
      state: 'Updating',
      ready: { available: 2, desired: 4 },
      waitingFor:
        'deployment "m-p-0-c": 1 old replica is being terminated: pod m-p-0-c-2-y, container c: ImagePullBackOff, image i: not found',
      cause: {
        why: 'pod m-p-0-c-2-y, container c: ImagePullBackOff, image i: not found',
        advice: 'Check that the image i exists: its registry, its name and its tag',
      },
      diagnosis: [
        {
          reason: 'ImageNotFound',
          message: 'pod m-p-0-c-2-y, container c: ImagePullBackOff, image i: not found',
          final: true,
          advice: 'Check that the image i exists: its registry, its name and its tag',
          pod: 'm-p-0-c-2-y',
          container: 'c',
        },
      ],
    });
    assert.deepEqual(
      tree.children.map(({ kind, name }: { kind: string; name: string }) => `${kind}/${name}`),
      ['Predictor/p', 'Predictor/q', 'Deployment/m-old'],
    );
  });
});
