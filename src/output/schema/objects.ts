import type { TreeNode } from '../../lifecycle/overview/tree.ts';
import type { ReportedEvent } from '../../progress/progress.ts';
import { SELDON_KIND } from '../../seldon/seldon-deployment.ts';
import type { PredictorTraffic } from '../../seldon/traffic.ts';
import type { statusObject } from '../status-tree.ts';
import type { usageObject } from '../usage-table.ts';
import { diagnosis, namespace } from './progress-lines.ts';
import {
  constant,
  freeObject,
  kubernetesTime,
  listOf,
  maybe,
  objectOf,
  objectWith,
  type Schema,
  text,
  time,
  trueOrFalse,
  wholeNumber,
} from './shape.ts';

/** What stands for a schema that is described elsewhere. */
export const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });

const STATUS_KIND = 'SeldonDeploymentStatus';
const USAGE_KIND = 'SeldonDeploymentUsage';

const uid = text('Its uid');
const name = text('Its name');
const state = text('Its state, as in list');
const replicas = objectOf<{ available: number; desired: number }>('Its replicas', {
  available: wholeNumber('How many are available'),
  desired: wholeNumber('How many there should be'),
});
const waitingFor = text('What it waits for');

interface PrintedNode extends Omit<TreeNode, 'status' | 'restarts'> {
  status: string | undefined;
  restarts: number | undefined;
}

type Warning = Pick<ReportedEvent, 'reason' | 'message' | 'count' | 'lastTime'>;

/** Objects: what Kubernetes has, as it is; and ours in the same form. */
export const objects = {
  list: objectWith('Several objects, in the List of kubectl', {
    apiVersion: constant('The version of the List', 'v1'),
    kind: constant('Its kind', 'List'),
    metadata: objectWith('The metadata of the List', { resourceVersion: constant('Always empty', '') }),
    items: listOf('The objects', {
      anyOf: ['kubernetesObject', 'deploymentStatus', 'diagnosedDeployment', 'deploymentUsage', 'revision'].map(ref),
    }),
  }),
  kubernetesObject: {
    description:
      'An object of Kubernetes as the API server has it, without managedFields; `apiVersion` and `kind` say which',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string', not: { enum: ['List', STATUS_KIND, USAGE_KIND] } },
      metadata: { type: 'object' },
    },
    // That is a revision, which is described as one.
    not: { type: 'object', required: ['revision'], properties: { kind: { const: SELDON_KIND }, revision: true } },
  },
  deploymentStatus: objectOf<ReturnType<typeof statusObject>>('A deployment, by status', {
    apiVersion: constant('Its version', 'seldon-lifecycle.io/v1'),
    kind: constant('Its kind', STATUS_KIND),
    metadata: objectWith('Which deployment', { name, namespace: maybe(namespace), uid: maybe(uid) }),
    state,
    ready: maybe(replicas),
    url: maybe(text('Its address')),
    traffic: maybe(
      listOf(
        'The traffic of each predictor, if there are several',
        objectOf<PredictorTraffic>('A predictor', {
          predictor: text('Its name'),
          weight: wholeNumber('Its weight, of 100'),
          shadow: trueOrFalse('Whether it only gets a copy of the traffic'),
        }),
      ),
    ),
    metricsPath: maybe(text('Where its pods offer their metrics to Prometheus')),
    waitingFor: maybe(waitingFor),
    cause: maybe(
      objectOf<{ why: string; advice: string | undefined }>('Why it is not available', {
        why: text('What is wrong'),
        advice: maybe(text('What to do')),
      }),
    ),
    diagnosis: maybe(diagnosis),
    tree: ref('node'),
  }),
  node: objectOf<PrintedNode>('An object or a predictor, with the objects below it', {
    kind: text('Its kind; Predictor of a predictor'),
    name,
    part: maybe(text('Its part in the predictor')),
    uid: maybe(uid),
    ready: maybe(
      objectOf<{ ready: number; desired: number }>('Its ready pods', {
        ready: wholeNumber('How many are ready'),
        desired: wholeNumber('How many there should be'),
      }),
    ),
    status: maybe(text('Its state, in one word')),
    restarts: maybe(wholeNumber('How often the containers of a pod were restarted')),
    created: maybe(kubernetesTime('When it was created')),
    lastWarning: maybe(
      objectOf<Warning>('The last warning about it', {
        reason: text('Its reason'),
        message: text('Its message'),
        count: wholeNumber('How often it was seen'),
        lastTime: maybe(time('When it was last seen')),
      }),
    ),
    children: listOf('The objects below it', ref('node')),
  }),
  diagnosedDeployment: objectWith('A deployment, by diagnose', {
    name,
    namespace: maybe(namespace),
    uid: maybe(uid),
    state,
    ready: maybe(replicas),
    waitingFor: maybe(waitingFor),
    diagnosis,
  }),
  deploymentUsage: objectOf<ReturnType<typeof usageObject>>('What a deployment uses, by top', {
    apiVersion: constant('Its version', 'seldon-lifecycle.io/v1'),
    kind: constant('Its kind', USAGE_KIND),
    metadata: objectWith('Which deployment', { name, namespace: maybe(namespace), uid: maybe(uid) }),
    cpu: maybe(text('The CPU that all its pods use together (250m); pods without figures are not counted')),
    memory: maybe(text('The memory that all its pods use together (128Mi)')),
    pods: listOf(
      'Its pods',
      objectOf<ReturnType<typeof usageObject>['pods'][number]>('A pod', {
        predictor: maybe(text('Its predictor')),
        name,
        cpu: maybe(text('The CPU that it uses; left out if there are no figures yet')),
        memory: maybe(text('The memory that it uses')),
        containers: maybe(
          listOf(
            'Its containers',
            objectWith('A container', {
              name,
              cpu: maybe(text('The CPU that it uses')),
              memory: maybe(text('The memory that it uses')),
            }),
          ),
        ),
      }),
    ),
  }),
  revision: objectWith('A revision, by history: the deployment at that time, and details of the revision', {
    apiVersion: text('The version of the deployment'),
    kind: constant('The kind of the deployment', SELDON_KIND),
    metadata: objectWith('Which deployment', {
      name,
      namespace: maybe(namespace),
      labels: maybe(freeObject('Its labels')),
      annotations: maybe(freeObject('Its annotations')),
    }),
    spec: freeObject('Its spec'),
    revision: objectWith('Details of the revision', {
      number: wholeNumber('Its number'),
      current: trueOrFalse('Whether it is the current revision'),
      since: maybe(kubernetesTime('When the deployment changed to it')),
      images: listOf('Its images', { type: 'string' }),
      replicas: text('Its replicas'),
      available: maybe(trueOrFalse('Whether it became available; left out if no command waited')),
      changeCause: maybe(text('The annotation kubernetes.io/change-cause')),
    }),
  }),
};
