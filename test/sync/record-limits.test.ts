import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  beyondLimits,
  MODELS_ONLY,
  type RecordLimits,
  reservedNamespaces,
} from '../../src/sync/desired/record-limits.ts';

const deployment = (podSpec: object, predictor: object = {}, namespace = 'models') => ({
  apiVersion: 'machinelearning.seldon.io/v1',
  kind: 'SeldonDeployment',
  metadata: { name: 'iris', namespace },
  spec: {
    predictors: [{ name: 'p', graph: { name: 'm' }, componentSpecs: [{ spec: podSpec as never }], ...predictor }],
  },
});
const container = (fields: object) => ({ containers: [{ name: 'm', image: 'm:1', ...fields }] });
const security = (fields: object) => container({ securityContext: fields });
const refusal = (podSpec: object, limits: Partial<RecordLimits> = {}, predictor: object = {}) =>
  beyondLimits(deployment(podSpec, predictor), { ...MODELS_ONLY, ...limits });

describe('A record of a source', () => {
  for (const [says, podSpec] of [
    ['hostNetwork: true', { hostNetwork: true }],
    ['hostPID: true', { hostPID: true }],
    ['hostIPC: true', { hostIPC: true }],
    ['hostPath: /etc', { volumes: [{ name: 'v', hostPath: { path: '/etc' } }] }],
    ['hostPort: 80', container({ ports: [{ containerPort: 8080, hostPort: 80 }] })],
    ['privileged: true', security({ privileged: true })],
    ['privileged: true', { initContainers: [{ name: 'i', securityContext: { privileged: true } }] }],
    ['capabilities: add: SYS_ADMIN', security({ capabilities: { add: ['CHOWN', 'SYS_ADMIN'] } })],
    ['capabilities: add: ALL', security({ capabilities: { add: ['ALL'] } })],
    ['procMount: Unmasked', security({ procMount: 'Unmasked' })],
    ['seccompProfile: Unconfined', { securityContext: { seccompProfile: { type: 'Unconfined' } } }],
    ['appArmorProfile: Unconfined', security({ appArmorProfile: { type: 'Unconfined' } })],
    ['seLinuxOptions: spc_t', { securityContext: { seLinuxOptions: { type: 'spc_t' } } }],
    ['sysctls: kernel.msgmax', { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }],
    ['hostProcess: true', security({ windowsOptions: { hostProcess: true } })],
    ['httpGet: host: 10.0.0.1', container({ livenessProbe: { httpGet: { host: '10.0.0.1', port: 80 } } })],
  ] as const) {
    it(`is refused with ${says}, unless host access is allowed`, () => {
      const found = refusal(podSpec);
      assert.equal(found?.says.split(' would ')[0], says);
      assert.match(found?.says ?? '', /use --allow-host-access/);
      assert.equal(refusal(podSpec, { hostAccess: true }), undefined);
    });
  }

  for (const [what, podSpec] of [
    ['drops capabilities and says false', security({ privileged: false, capabilities: { drop: ['ALL'] } })],
    ['adds a capability that every container has', security({ capabilities: { add: ['NET_BIND_SERVICE'] } })],
    ['has the profiles of the runtime', security({ seccompProfile: { type: 'RuntimeDefault' }, procMount: 'Default' })],
    ['mounts volumes of the cluster', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }],
    ['sets fields to nothing', { hostNetwork: false, hostPID: null, ...container({ ports: [{ hostPort: 0 }] }) }],
    ['names the default ServiceAccount', { serviceAccountName: 'default' }],
    ['asks its own pod for readiness', container({ readinessProbe: { httpGet: { path: '/', port: 80 } } })],
    ['has environment with such names', container({ env: [{ name: 'hostNetwork', value: 'true' }] })],
  ] as const) {
    it(`is taken where it ${what}`, () => assert.equal(refusal(podSpec), undefined));
  }

  it('is refused wherever such a field stands, with its place and all of them', () => {
    const explainer = { explainer: { containerSpec: { securityContext: { privileged: true } } } };
    const found = refusal({ hostPID: true }, {}, explainer);
    assert.deepEqual(found?.path, ['spec', 'predictors', 0, 'componentSpecs', 0, 'spec', 'hostPID']);
    assert.match(found?.says ?? '', /^hostPID: true; privileged: true would give the pod access to its node/);
  });

  for (const [where, podSpec, predictor] of [
    ['a pod', { serviceAccountName: 'admin' }, {}],
    ['a pod, by its old name', { serviceAccount: 'admin' }, {}],
    ['a graph', {}, { graph: { name: 'm', serviceAccountName: 'admin' } }],
    ['a child of a graph', {}, { graph: { name: 'm', children: [{ name: 'c', serviceAccountName: 'admin' }] } }],
    ['an explainer', {}, { explainer: { serviceAccountName: 'admin' } }],
  ] as const) {
    it(`is refused with a ServiceAccount of ${where} that is not allowed`, () => {
      assert.match(
        refusal(podSpec, {}, predictor)?.says ?? '',
        /^serviceAccount(Name)?: admin is not a ServiceAccount .*use --allow-service-account=admin /,
      );
      assert.equal(refusal(podSpec, { serviceAccounts: new Set(['admin']) }, predictor), undefined);
    });
  }
});

describe('With -A', () => {
  const reserved = reservedNamespaces(['seldon-system', 'agents']);
  for (const namespace of ['kube-system', 'kube-public', 'openshift', 'openshift-config', 'seldon-system', 'agents']) {
    it(`namespace ${namespace} is left alone`, () => {
      const found = beyondLimits(deployment({}, {}, namespace), { ...MODELS_ONLY, reserved });
      assert.match(found?.says ?? '', new RegExp(`^namespace ${namespace} is not synced with -A, .*-n ${namespace}$`));
    });
  }
  for (const namespace of ['models', 'kubeflow', 'openshiftish', 'agents-2']) {
    it(`namespace ${namespace} is synced`, () =>
      assert.equal(beyondLimits(deployment({}, {}, namespace), { ...MODELS_ONLY, reserved }), undefined));
  }
});
