import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { Webhook } from '../../src/cluster/inspection.ts';
import {
  judgeAutoscalers,
  judgeClock,
  judgeOperator,
  judgeResource,
  judgeRights,
  judgeWebhooks,
} from '../../src/doctor/judge.ts';
import { written } from '../written.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const forbidden = { unknown: 'it is forbidden', missing: false };
const absent = { unknown: 'page not found', missing: true };
/** 'ok operator: 1 of 1 …' */
const inWords = (findings: readonly { state: string; check: string; message: string }[]) =>
  findings.map(({ state, check, message }) => `${state} ${check}: ${message}`);

describe('the SeldonDeployment resource', () => {
  it('is missing where the server does not have it', () => {
    assert.deepEqual(inWords(judgeResource(absent)), [
      'missing crd: there are no seldondeployments.machinelearning.seldon.io',
    ]);
  });

  it('is told with its versions, and a scale subresource that it lacks', () => {
    const found = judgeResource({ known: { versions: ['v1', 'v1alpha2'], scalable: false } });
    assert.deepEqual(inWords(found), [
      'ok crd: seldondeployments.machinelearning.seldon.io in v1, v1alpha2',
      'warning scale subresource: not served',
    ]);
  });
});

describe('the operator', () => {
  const pod = (ready: string) =>
    parse(
      `{metadata: {namespace: seldon-system, name: manager}, status: {conditions: [{type: Ready, status: '${ready}'}]}}`,
    );
  const deployment = (time: string) =>
    parse(`{metadata: {name: iris, managedFields: [
      {manager: kubectl, time: '2026-01-01T11:59:59Z'},
      {manager: manager, subresource: status, time: '${time}'}]}}`);
  const cases: { it: string; pods: Parameters<typeof judgeOperator>[0]; wrote?: string; says: string }[] = [
    {
      it: 'is well when a pod of it is ready',
      pods: { known: [pod('True')] },
      says: 'ok operator: 1 of 1 pods ready: seldon-system/manager',
    },
    {
      it: 'is missing when none of its pods is ready',
      pods: { known: [pod('False')] },
      says: 'missing operator: none of its pods is ready: seldon-system/manager',
    },
    {
      it: 'is believed to be there when it has written a status lately',
      pods: forbidden,
      wrote: '2026-01-01T11:50:00Z',
      says: 'ok operator: wrote the status of seldondeployment "iris" 10m ago',
    },
    {
      it: 'is doubted when its last word is old',
      pods: forbidden,
      wrote: '2026-01-01T01:00:00Z',
      says: 'warning operator: cannot be seen: it is forbidden, and last wrote a status 11h ago',
    },
    {
      it: 'is doubted when it has no pods under its label',
      pods: { known: [] },
      says: 'warning operator: no namespace has a pod labelled control-plane=seldon-controller-manager',
    },
  ];
  for (const { it: sentence, pods, wrote, says } of cases) {
    it(sentence, () => {
      const deployments = { known: wrote === undefined ? [] : [deployment(wrote)] };
      assert.deepEqual(inWords([judgeOperator(pods, deployments, now)]), [says]);
    });
  }
});

describe('webhooks', () => {
  const webhook: Webhook = {
    name: 'v1.vseldondeployment.kb.io',
    kind: 'validatingwebhookconfiguration',
    configuration: 'seldon',
    failurePolicy: 'Fail',
    service: { namespace: 'seldon-system', name: 'webhook' },
    readyEndpoints: 0,
  };
  const judged = (changes: Partial<Webhook>) => judgeWebhooks({ known: [{ ...webhook, ...changes }] })[0];

  it('refuse every change when nothing serves them, and the way out is named', () => {
    const found = judged({});
    assert.equal(found?.state, 'missing');
    assert.match(found?.message ?? '', /refuses every change: service seldon-system\/webhook has no ready endpoint/);
    assert.match(written(found?.advice ?? ''), /kubectl delete validatingwebhookconfiguration seldon$/);
  });
  it('that may be ignored are only worth a warning', () => {
    assert.equal(judged({ failurePolicy: 'Ignore' })?.state, 'warning');
  });
  it('are well when their service has an endpoint', () => assert.equal(judged({ readyEndpoints: 1 })?.state, 'ok'));
  it('are doubted when that may not be read', () =>
    assert.equal(judged({ readyEndpoints: undefined })?.state, 'warning'));
  it('need not exist', () => {
    assert.deepEqual(inWords(judgeWebhooks({ known: [] })), ['ok webhooks: no webhook for seldondeployments']);
    assert.equal(judgeWebhooks(forbidden)[0]?.state, 'warning');
  });
});

describe('rights', () => {
  const right = (verb: string, resource: string, group: string) => ({ verb, resource, group, namespace: 'team' });

  it('are told for each command that has to do without one of them', () => {
    const denied = [right('patch', 'seldondeployments', 'machinelearning.seldon.io'), right('watch', 'pods', '')];
    assert.deepEqual(inWords(judgeRights(['run', 'list', 'wait', 'logs'], denied, 'team')), [
      'missing rights of run: not allowed: patch seldondeployments.machinelearning.seldon.io',
      'warning rights of list: works without: watch pods (REASON stays empty)',
      'warning rights of wait: works without: watch pods (problems of pods and the end of their deletion are not reported)',
      'missing rights of logs: not allowed: watch pods',
    ]);
  });
  it('of a subresource are not those of its resource', () => {
    const denied = [right('get', 'pods/log', '')];
    assert.deepEqual(
      judgeRights(['list', 'run', 'logs'], denied, 'team').map(({ state }) => state),
      ['ok', 'warning', 'missing'],
    );
  });
});

describe('autoscalers', () => {
  it('are named with whose replicas they decide', () => {
    const known = [{ name: 'horizontalpodautoscaler.autoscaling/iris-default-0', owner: 'iris' }];
    assert.deepEqual(inWords(judgeAutoscalers({ known }, 'team')), [
      'warning autoscaler: horizontalpodautoscaler.autoscaling/iris-default-0 sets the replicas of seldondeployment "iris"',
    ]);
  });
});

describe('the clocks', () => {
  const cases: [skewMs: number | undefined, says: string][] = [
    [400, 'ok clock: the clocks of the server and of this machine agree within 1 s'],
    [-4_000, 'ok clock: the clocks of the server and of this machine agree within 5 s'],
    [60_000, 'warning clock: the clock of the server is 60 s ahead of this machine'],
    [-90_000, 'warning clock: the clock of the server is 90 s behind this machine'],
    [undefined, 'warning clock: the server does not send its time'],
  ];
  for (const [skewMs, says] of cases) it(says, () => assert.deepEqual(inWords([judgeClock(skewMs)]), [says]));
});
