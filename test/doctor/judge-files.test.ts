import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { LimitRange, ResourceQuota } from '../../src/cluster/namespace-inspection.ts';
import { whatIsMade } from '../../src/cluster/what-is-made.ts';
import { judgeFiles, type LiveDeployment } from '../../src/doctor/judge-files.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { chartSettings } from '../../src/operator/settings.ts';
import { written } from '../written.ts';

const CLASSIFIER = 'iris-p-0-classifier';

interface Case {
  it: string;
  /** Of the predictor p, whose container is classifier; what is not said is as in `predictor`. */
  predictor?: string;
  enforce?: string;
  /** Of the quota q. */
  hard?: object;
  used?: object;
  scopes?: string[];
  /** Of the limit range l. */
  limits?: string;
  /** Replicas that the Deployment of the classifier has already. */
  live?: number;
  expected: string[];
}

const requests = (cpu: string, memory = '1Gi', more = '') =>
  `componentSpecs: [{spec: {containers: [{name: classifier, image: i, resources: {requests: {cpu: ${cpu}, memory: ${memory}${more}}}}]}}]`;

const cases: Case[] = [
  {
    it: 'has room where nothing refuses anything',
    expected: [
      'ok files: namespace "models" has room for their 1 pod, including what the operator of Seldon Core 1.18.2 adds',
    ],
  },
  {
    it: 'says which quota, what it leaves and what the files ask for, the orchestrators with them',
    predictor: `replicas: 2\n${requests('500m')}`,
    hard: { 'requests.cpu': '3' },
    used: { 'requests.cpu': '2500m' },
    expected: [
      'missing files: quota: quota "q" leaves 500m of requests.cpu, and the file asks for 2 (2 × 1 of deployment.apps/iris-p-0-classifier). Lower replicas or resources in the file, free some of the quota, or ask for a larger one: kubectl describe resourcequota q -n models',
    ],
  },
  {
    it: 'has room for exactly what a quota leaves',
    predictor: `replicas: 2\n${requests('500m')}`,
    hard: { 'requests.cpu': '4', 'requests.memory': '4Gi' },
    used: { 'requests.cpu': '2', 'requests.memory': '1Gi' },
    expected: [
      'ok files: namespace "models" has room for their 2 pods, including what the operator of Seldon Core 1.18.2 adds',
    ],
  },
  {
    it: 'counts no pod that is there already',
    predictor: `replicas: 3\n${requests('500m')}`,
    hard: { 'requests.cpu': '2', pods: '3' },
    used: { 'requests.cpu': '2', pods: '2' },
    live: 2,
    expected: [
      'missing files: quota: quota "q" leaves 0 of requests.cpu, and the file asks for 1 (1 × 1 of deployment.apps/iris-p-0-classifier). Lower replicas or resources in the file, free some of the quota, or ask for a larger one: kubectl describe resourcequota q -n models',
    ],
  },
  {
    it: 'leaves the number of one alone that no field says',
    hard: { pods: '2' },
    used: { pods: '2' },
    live: 2,
    expected: [
      'ok files: namespace "models" has room for their 0 pods, including what the operator of Seldon Core 1.18.2 adds',
    ],
  },
  {
    it: 'counts objects, under each of their names',
    hard: { services: '5', 'count/deployments.apps': '0', 'count/services': '9' },
    used: { services: '4', 'count/services': '4' },
    expected: [
      'missing files: quota: quota "q" leaves 1 of services, and the file asks for 2. Lower replicas or resources in the file, free some of the quota, or ask for a larger one: kubectl describe resourcequota q -n models',
      'missing files: quota: quota "q" leaves 0 of count/deployments.apps, and the file asks for 1. Lower replicas or resources in the file, free some of the quota, or ask for a larger one: kubectl describe resourcequota q -n models',
    ],
  },
  {
    it: 'names the containers that do not set what a quota asks for',
    hard: { 'limits.cpu': '10', memory: '10Gi' },
    expected: [
      'missing files: quota: quota "q" requires all containers to set limits.cpu, requests.memory, and container "classifier" of deployment.apps/iris-p-0-classifier does not set limits.cpu, requests.memory. Set the resources of container "classifier" in componentSpecs',
    ],
  },
  {
    it: 'counts what a limit range gives to whoever says nothing',
    hard: { 'limits.cpu': '2' },
    limits: '[{type: Container, default: {cpu: 2}, defaultRequest: {cpu: 1}}]',
    expected: [
      'missing files: quota: quota "q" leaves 2 of limits.cpu, and the file asks for 2500m (1 × 2500m of deployment.apps/iris-p-0-classifier). Lower replicas or resources in the file, free some of the quota, or ask for a larger one: kubectl describe resourcequota q -n models',
    ],
  },
  {
    it: 'says of a quota for some pods nothing about pods',
    hard: { pods: '0' },
    scopes: ['BestEffort'],
    expected: [
      'ok files: namespace "models" has room for their 1 pod, including what the operator of Seldon Core 1.18.2 adds',
    ],
  },
  {
    it: 'warns where there is room for the least of an autoscaler, but not for the most',
    predictor:
      'componentSpecs: [{hpaSpec: {minReplicas: 1, maxReplicas: 6}, spec: {containers: [{name: classifier, image: i, resources: {requests: {cpu: 500m}}}]}}]',
    hard: { 'requests.cpu': '4' },
    expected: [
      'warning files: quota: quota "q" leaves 4 of requests.cpu, and the file asks for 1, but for up to 6 when its autoscalers reach their maximum. Lower maxReplicas, or ask for a larger quota: kubectl describe resourcequota q -n models',
    ],
  },
  {
    it: 'counts what an init container needs where that is more',
    predictor: `graph: {name: classifier, implementation: SKLEARN_SERVER, modelUri: 'gs://m'}\ncomponentSpecs: []`,
    hard: { 'limits.memory': '768Mi' },
    limits: '[{type: Container, default: {memory: 128Mi}}]',
    expected: [
      'missing files: quota: quota "q" leaves 768Mi of limits.memory, and the file asks for 1Gi (1 × 1Gi of deployment.apps/iris-p-0-classifier). Lower replicas or resources in the file, free some of the quota, or ask for a larger one: kubectl describe resourcequota q -n models',
    ],
  },
  {
    it: 'says which container is beyond which limit, and where that is set',
    predictor: `svcOrchSpec: {resources: {requests: {cpu: 50m}, limits: {cpu: 50m}}}\n${requests('3', '1Gi', '}, limits: {cpu: 3')}`,
    limits: '[{type: Container, min: {cpu: 100m}, max: {cpu: 2}}]',
    expected: [
      'missing files: limit range: container "classifier" of deployment.apps/iris-p-0-classifier has a limit of 3 cpu, and limitrange "l" lets a container have at most 2. Set the resources of container "classifier" in componentSpecs',
      'missing files: limit range: container "seldon-container-engine" of deployment.apps/iris-p-0-classifier requests 50m cpu, and limitrange "l" asks for at least 100m. Set the svcOrchSpec.resources of the predictor',
    ],
  },
  {
    it: 'knows the limits of whole pods',
    predictor: requests('1', '3Gi', '}, limits: {cpu: 1, memory: 3Gi'),
    limits: '[{type: Pod, max: {memory: 2Gi}}, {type: PersistentVolumeClaim, max: {storage: 1Gi}}]',
    expected: [
      'missing files: limit range: a pod of deployment.apps/iris-p-0-classifier has a limit of 3584Mi memory, and limitrange "l" lets a pod have at most 2Gi. Set the resources of its containers',
    ],
  },
  {
    it: 'asks nothing of a model without pods',
    predictor: 'replicas: 0',
    enforce: 'restricted',
    hard: { pods: '0' },
    expected: [
      'ok files: namespace "models" has room for their 0 pods, including what the operator of Seldon Core 1.18.2 adds',
    ],
  },
  {
    it: 'names what restricted refuses, and that the orchestrator is none of the file’s',
    predictor:
      'componentSpecs: [{spec: {securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: classifier, image: i, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}]',
    enforce: 'restricted',
    expected: [
      'missing files: pod security: restricted refuses the pods of deployment.apps/iris-p-0-classifier: container "seldon-container-engine" needs capabilities.drop: [ALL]. No file can change seldon-container-engine, which the operator adds: use another namespace, or kubectl label namespace models pod-security.kubernetes.io/enforce=baseline --overwrite',
    ],
  },
  {
    it: 'takes a model without orchestrator that meets restricted',
    predictor:
      "annotations: {seldon.io/no-engine: 'true'}\ncomponentSpecs: [{spec: {securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: classifier, image: i, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}]",
    enforce: 'restricted',
    expected: [
      'ok files: namespace "models" has room for their 1 pod, including what the operator of Seldon Core 1.18.2 adds',
    ],
  },
  {
    it: 'names what baseline refuses',
    predictor:
      'componentSpecs: [{spec: {hostNetwork: true, volumes: [{name: disk, hostPath: {path: /}}], containers: [{name: classifier, image: i, ports: [{containerPort: 80, hostPort: 80}], securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN, KILL]}}}]}}]',
    enforce: 'baseline',
    expected: [
      'missing files: pod security: baseline refuses the pods of deployment.apps/iris-p-0-classifier: the pod needs no hostNetwork, another kind of volume "disk"; container "classifier" needs privileged: false, capabilities.add without SYS_ADMIN, no hostPort. Set them in the securityContext of componentSpecs[].spec and of each container',
    ],
  },
  {
    it: 'tells that the operator gives up',
    predictor: 'graph: {name: other, type: MODEL}',
    expected: [
      'missing files: the operator cannot process seldondeployment "iris": engine not separate and no pu with localhost service - not clear where to inject engine. Correct the file',
    ],
  },
  {
    it: 'tells of a file that is of another form than the operator reads',
    predictor: 'componentSpecs: [{spec: {containers: [{name: classifier, ports: [8080]}]}}]',
    expected: [
      'missing files: the operator cannot process seldondeployment "iris": spec.predictors[0].componentSpecs[0].spec.containers[0].ports[0] is a number, not an object. Correct the file',
    ],
  },
];

describe('What a namespace has room for of files', () => {
  for (const { it: sentence, expected, ...given } of cases) {
    it(sentence, () => assert.deepEqual(findings(given), expected));
  }

  it('does not know it of a namespace that is not there, or that it may not read', () => {
    const absent = judge({}, { namespace: { unknown: 'namespaces "models" not found', missing: true } });
    assert.deepEqual(absent, ['warning files: namespace "models" does not exist yet: cannot check what it refuses']);
    const unread = judge({}, { quotas: { unknown: 'resourcequotas is forbidden', missing: false } });
    assert.deepEqual(unread, [
      'warning files: cannot check how much room namespace "models" has: resourcequotas is forbidden',
    ]);
  });
});

function findings(given: Omit<Case, 'it' | 'expected'>): string[] {
  return judge(given);
}

function judge(
  { predictor = '', enforce, hard, used = {}, scopes, limits, live }: Omit<Case, 'it' | 'expected'>,
  other: object = {},
): string[] {
  const deployment = {
    metadata: { name: 'iris', namespace: 'models' },
    spec: {
      predictors: [
        {
          name: 'p',
          graph: { name: 'classifier', type: 'MODEL' },
          componentSpecs: [{ spec: { containers: [{ name: 'classifier', image: 'example/iris:1.0' }] } }],
          ...parse(predictor),
        },
      ],
    },
  };
  const labels = enforce === undefined ? {} : { 'pod-security.kubernetes.io/enforce': enforce };
  const quotas: ResourceQuota[] = hard
    ? [
        {
          metadata: { name: 'q' },
          spec: { ...(scopes && { scopes }) },
          status: { hard: { ...hard }, used: { ...used } },
        },
      ]
    : [];
  const limitRanges: LimitRange[] = limits ? [{ metadata: { name: 'l' }, spec: { limits: parse(limits) } }] : [];
  const named = (name: string): KubernetesObject => ({ metadata: { name, namespace: 'models' } });
  const deployments: LiveDeployment[] =
    live === undefined ? [] : [{ ...named(CLASSIFIER), status: { replicas: live } }];
  const inspected = {
    namespace: { known: { metadata: { name: 'models', labels } } },
    operators: { known: [] },
    quotas: { known: quotas },
    limitRanges: { known: limitRanges },
    ...other,
  };
  const files = [{ name: 'iris', made: whatIsMade(deployment, chartSettings) }];
  const context = { inspected, there: { deployments, services: [] }, assumed: 'nobody knows' };
  return judgeFiles('models', files, context).map(
    ({ state, check, message, advice }) =>
      `${state} ${check}: ${message}${advice === undefined ? '' : `. ${written(advice)}`}`,
  );
}
