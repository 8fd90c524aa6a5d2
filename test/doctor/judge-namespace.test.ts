import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { Learned } from '../../src/cluster/inspection.ts';
import type { InspectedNamespace } from '../../src/cluster/namespace-inspection.ts';
import { judgeNamespace } from '../../src/doctor/judge-namespace.ts';
import { written } from '../written.ts';

const forbidden = { unknown: 'it is forbidden', missing: false };
const none = { known: [] };
const known = (...yaml: string[]) => ({ known: yaml.map((text) => parse(text)) }) as Learned<never[]>;
const namespace = (labels = '{}') => ({ known: parse(`{metadata: {name: models, labels: ${labels}}}`) });

function found(inspected: Partial<InspectedNamespace>, check: string): string[] {
  const all = { namespace: namespace(), operators: none, quotas: none, limitRanges: none, ...inspected };
  return judgeNamespace('models', all)
    .filter((finding) => finding.check === check)
    .map(({ state, message, advice }) => `${state}: ${message}${advice === undefined ? '' : `. ${written(advice)}`}`);
}

const operator = (container: string, name = 'manager') =>
  `{metadata: {namespace: seldon-system, name: ${name}}, spec: {template: {spec: {containers: [${container}]}}}}`;
const WIDE = operator('{args: [--enable-leader-election]}');

describe('Whether an operator serves the namespace', () => {
  const ID = 'seldon.io/controller-id';
  const LEFT = `it has the label ${ID}=blue, so cluster-wide operators ignore it`;
  const UNLABEL = `. Run an operator in it, or remove the label: kubectl label namespace models ${ID}-`;
  const ELSEWHERE = '. Use a namespace that it serves, or run an operator that serves "models"';
  const cases: { it: string; operators: Learned<never[]>; label?: string; says: string[] }[] = [
    { it: 'one of all namespaces', operators: known(WIDE), says: ['ok: seldon-system/manager serves all namespaces'] },
    {
      it: 'one of all namespaces, where it is labelled for another',
      operators: known(WIDE),
      label: 'blue',
      says: [
        `missing: no operator serves namespace "models": ${LEFT}; seldon-system/manager serves all namespaces${UNLABEL}`,
      ],
    },
    ...['[--namespace=models]', '[-namespace, models]', '[--watch-namespace=models]', '[--namespace=$(HERE)]'].map(
      (args) => ({
        it: `one that is limited to it by ${args}`,
        operators: known(operator(`{args: ${args}, env: [{name: HERE, value: models}]}`)),
        label: 'blue',
        says: ['ok: seldon-system/manager serves namespace "models" only'],
      }),
    ),
    {
      it: 'one that is limited to another by a flag, whatever WATCH_NAMESPACE says',
      operators: known(operator('{args: [--namespace=other], env: [{name: WATCH_NAMESPACE, value: models}]}')),
      says: [
        `missing: no operator serves namespace "models": seldon-system/manager serves namespace "other" only${ELSEWHERE}`,
      ],
    },
    {
      it: 'one that is limited to its own by WATCH_NAMESPACE',
      operators: known(
        operator('{env: [{name: WATCH_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}]}'),
      ),
      says: [
        `missing: no operator serves namespace "models": seldon-system/manager serves namespace "seldon-system" only${ELSEWHERE}`,
      ],
    },
    {
      it: 'one that an empty WATCH_NAMESPACE does not limit',
      operators: known(operator("{env: [{name: WATCH_NAMESPACE, value: ''}, {name: CONTROLLER_ID, value: ''}]}")),
      says: ['ok: seldon-system/manager serves all namespaces'],
    },
    {
      it: 'one that serves what is labelled for it alone',
      operators: known(operator('{env: [{name: CONTROLLER_ID, value: blue}]}')),
      says: [
        `warning: seldon-system/manager serves all namespaces, only deployments labelled ${ID}=blue. Label deployments in their metadata.labels: ${ID}: blue`,
      ],
    },
    {
      it: 'one of two',
      operators: known(WIDE, operator('{args: [--namespace=other]}', 'second')),
      says: ['ok: seldon-system/manager serves all namespaces'],
    },
    { it: 'none that is known of', operators: none as Learned<never[]>, says: [] },
    {
      it: 'none that is known of, where it is labelled',
      operators: none as Learned<never[]>,
      label: 'blue',
      says: [`warning: namespace "models": ${LEFT}${UNLABEL}`],
    },
    {
      it: 'nothing where the operator may not be read',
      operators: forbidden,
      says: ['warning: cannot find out which namespaces the operator serves: it is forbidden'],
    },
    {
      it: 'the label all the same where the operator may not be read',
      operators: forbidden,
      label: 'blue',
      says: [`warning: cannot find out which namespaces the operator serves: it is forbidden; ${LEFT}`],
    },
  ];
  for (const { it: sentence, operators, label, says } of cases) {
    it(`names ${sentence}`, () => {
      const labelled = namespace(label === undefined ? '{}' : `{${ID}: ${label}}`);
      assert.deepEqual(found({ namespace: labelled, operators }, 'served by'), says);
    });
  }

  it('is not certain where the labels of the namespace may not be read', () => {
    assert.deepEqual(found({ namespace: forbidden, operators: known(WIDE) }, 'served by'), [
      'warning: seldon-system/manager serves all namespaces; the labels of namespace "models" cannot be read',
    ]);
  });
});

describe('What the namespace refuses', () => {
  it('is not looked at where there is no such namespace', () => {
    const absent = { unknown: 'namespaces "models" not found', missing: true };
    const all = { namespace: absent, operators: none, quotas: none, limitRanges: none };
    assert.deepEqual(
      judgeNamespace('models', all).map(({ state, message }) => `${state}: ${message}`),
      ['warning: namespace "models" does not exist'],
    );
  });

  for (const [level, says] of [
    ['privileged', /^ok: namespace "models" enforces no level/],
    ['baseline', /^ok: baseline is enforced: pods that are privileged/],
    ['restricted', /^warning: restricted is enforced: .*runAsNonRoot.*\. Set them in the securityContext/],
    ['constructor', /^ok: namespace "models" enforces no level/],
  ] as const) {
    it(`is told of Pod Security, ${level}`, () => {
      const labelled = namespace(`{pod-security.kubernetes.io/enforce: ${level}}`);
      assert.match(found({ namespace: labelled }, 'pod security').join(), says);
    });
  }

  const quota = (hard: string, used = '{}', spec = '{}') =>
    known(`{metadata: {name: team}, spec: ${spec}, status: {hard: ${hard}, used: ${used}}}`);
  const range = (item: string) => known(`{metadata: {name: sizes}, spec: {limits: [${item}]}}`);
  const LIMITS = '{limits.cpu: "4", limits.memory: 8Gi, requests.cpu: "2", cpu: "2"}';
  const cases: { it: string; quotas: Learned<never[]>; limitRanges?: Learned<never[]>; says: RegExp }[] = [
    { it: 'no quota', quotas: none as Learned<never[]>, says: /^ok: none in namespace "models"$/ },
    { it: 'one that leaves room', quotas: quota('{pods: "10"}', '{pods: "3"}'), says: /^ok: .* leaves room$/ },
    {
      it: 'one that is used up',
      quotas: quota('{pods: "10", limits.cpu: "4"}', '{pods: "11", limits.cpu: 3500m}', '{scopes: [NotTerminating]}'),
      says: /^warning: resourcequota "team" is used up: pods 11 of 10\. .*kubectl describe resourcequota team -n models$/,
    },
    {
      it: 'one that asks for limits',
      quotas: quota(LIMITS),
      says: /^warning: resourcequota "team" requires all containers to set limits\.cpu, limits\.memory, requests\.cpu, and no LimitRange sets them\./,
    },
    {
      it: 'one that asks for limits, which a LimitRange gives',
      quotas: quota(LIMITS),
      limitRanges: range('{type: Container, default: {cpu: "1", memory: 1Gi}}'),
      says: /^ok: resourcequota "team" leaves room$/,
    },
    {
      it: 'one that asks for limits, of which a LimitRange gives some',
      quotas: quota(LIMITS),
      limitRanges: range('{type: Container, defaultRequest: {cpu: 100m}, max: {memory: 2Gi}}'),
      says: /requires all containers to set limits\.cpu, and no/,
    },
    {
      it: 'one that asks for limits, where a LimitRange is about pods',
      quotas: quota('{limits.cpu: "4"}'),
      limitRanges: range('{type: Pod, max: {cpu: "1"}}'),
      says: /requires all containers to set limits\.cpu, and no/,
    },
    { it: 'one of some pods', quotas: quota('{limits.cpu: "4"}', '{}', '{scopes: [BestEffort]}'), says: /^ok/ },
    { it: 'what may not be read', quotas: forbidden, says: /^warning: cannot be read: it is forbidden$/ },
  ];
  for (const { it: sentence, quotas, limitRanges = none as Learned<never[]>, says } of cases) {
    it(`is told of quotas: ${sentence}`, () => assert.match(found({ quotas, limitRanges }, 'quota').join('\n'), says));
  }

  it('is told of limit ranges, and where they may not be read', () => {
    const limitRanges = range(
      '{type: Container, min: {cpu: 10m}, max: {cpu: "2", memory: 4Gi}}, {type: PersistentVolumeClaim, max: {storage: 1Gi}}',
    );
    assert.deepEqual(found({ limitRanges }, 'limit range'), [
      'ok: limitrange "sizes" lets a container have at least 10m cpu and at most 2 cpu, 4Gi memory',
    ]);
    assert.deepEqual(found({ limitRanges: forbidden }, 'limit range'), ['warning: cannot be read: it is forbidden']);
  });
});
