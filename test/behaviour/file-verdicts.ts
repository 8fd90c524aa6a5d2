import { stringify } from 'yaml';
import { model } from './models.ts';
import { type Finished, newNamespace, type ServerUnderTest } from './server-under-test.ts';

/** A file, good or bad, that every server has to judge in the same way. */
export interface JudgedFile {
  /** The end of a sentence: “a file with …”. */
  what: string;
  yaml: string;
  /** With which exit code `run` has to end, or `apply --wait`. */
  exitCode: number;
  verb?: 'run' | 'apply';
  /** What has to be said of it. */
  says?: RegExp;
  /** Flags beside the usual ones. */
  args?: readonly string[];
  /** Labels of the namespace that it goes to. */
  labels?: Record<string, string>;
}

const container = { name: 'classifier', image: 'example/iris:1.0' };

/** One predictor, whose parts may be otherwise. */
const predictor = (more: object = {}, spec: object = {}) => ({
  name: 'default',
  graph: { name: 'classifier', type: 'MODEL' },
  componentSpecs: [{ spec: { containers: [container], ...spec } }],
  ...more,
});

const withSpec = (spec: object, ...others: object[]) =>
  [...others, model({ spec })].map((object) => stringify(object)).join('---\n');
const withPredictor = (more: object, ...others: object[]) => withSpec({ predictors: [predictor(more)] }, ...others);
const withPods = (spec: object, ...others: object[]) => withSpec({ predictors: [predictor({}, spec)] }, ...others);
const withContainer = (more: object, ...others: object[]) =>
  withPods({ containers: [{ ...container, ...more }] }, ...others);
const withMetadata = (metadata: object) => stringify({ ...model(), metadata: { name: 'iris', ...metadata } });
const deployment = (spec: object, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'beside', ...metadata },
  spec: {
    selector: { matchLabels: { app: 'beside' } },
    template: { metadata: { labels: { app: 'beside' } }, spec: { containers: [{ name: 'c', image: 'example/c:1' }] } },
    ...spec,
  },
});
const limitRange = (limit: object) => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'bounds' },
  spec: { limits: [{ type: 'Container', ...limit }] },
});
const quota = (hard: object) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'few' },
  spec: { hard },
});
const twoPredictors = (...traffic: number[]) =>
  withSpec({ predictors: traffic.map((share, index) => predictor({ name: `p${index}`, traffic: share })) });

/** Fields that are not there, values that are none, what Seldon's webhook objects to: nothing is made. */
const refused: JudgedFile[] = [
  {
    what: 'a field of the whole that is not there',
    yaml: withSpec({ predictors: [predictor()], nosuch: 1 }),
    exitCode: 2,
    says: /spec\.nosuch/,
  },
  {
    what: 'a field of metadata that is not there',
    yaml: withMetadata({ label: { a: 'b' } }),
    exitCode: 2,
    says: /metadata\.label/,
  },
  {
    what: 'a field of a componentSpec’s metadata that is not there',
    yaml: withPredictor({ componentSpecs: [{ metadata: { label: {} }, spec: { containers: [container] } }] }),
    exitCode: 2,
    says: /componentSpecs\[0\]\.metadata\.label/,
  },
  {
    what: 'a field of a pod that is not there',
    yaml: withPods({ nodeSelectors: { a: 'b' } }),
    exitCode: 2,
    says: /componentSpecs\[0\]\.spec\.nodeSelectors/,
  },
  {
    what: 'a field of a container that is not there',
    yaml: withContainer({ imagePullpolicy: 'Always' }),
    exitCode: 2,
    says: /containers\[0\]\.imagePullpolicy/,
  },
  {
    what: 'a field of a probe that is not there',
    yaml: withContainer({ readinessProbe: { httpGet: { port: 9000 }, periodSecond: 1 } }),
    exitCode: 2,
    says: /readinessProbe\.periodSecond/,
  },
  {
    what: 'a field of a volume that is not there',
    yaml: withPods({ volumes: [{ name: 'v', secret: { name: 's' } }] }),
    exitCode: 2,
    says: /volumes\[0\]\.secret\.name/,
  },
  {
    what: 'a field of an environment variable that is not there',
    yaml: withContainer({ env: [{ name: 'A', valu: 'b' }] }),
    exitCode: 2,
    says: /env\[0\]\.valu/,
  },
  {
    what: 'a field that pods have got after the CRD was made',
    yaml: withContainer({ restartPolicy: 'Always' }),
    exitCode: 2,
    says: /containers\[0\]\.restartPolicy/,
  },
  { what: 'a number as the value of a label', yaml: withMetadata({ labels: { version: 1 } }), exitCode: 2 },
  {
    what: 'a label that is none',
    yaml: withMetadata({ labels: { team: 'a b' } }),
    exitCode: 2,
    says: /a valid label must/,
  },
  { what: 'an annotation whose key is none', yaml: withMetadata({ annotations: { 'a b': 'c' } }), exitCode: 2 },
  { what: 'text where a number belongs', yaml: withPredictor({ replicas: 'two' }), exitCode: 2, says: /replicas/ },
  {
    what: 'a number where text belongs, in a variable',
    yaml: withContainer({ env: [{ name: 'A', value: 1 }] }),
    exitCode: 2,
    says: /value/,
  },
  { what: 'a list where an object belongs', yaml: withContainer({ resources: [] }), exitCode: 2, says: /resources/ },
  {
    what: 'an amount that is none',
    yaml: withContainer({ resources: { limits: { memory: '1 GB' } } }),
    exitCode: 2,
    says: /memory/,
  },
  { what: 'no predictors', yaml: stringify({ ...model(), spec: {} }), exitCode: 2, says: /predictors/ },
  { what: 'null for its predictors', yaml: withSpec({ predictors: null }), exitCode: 2, says: /predictors/ },
  { what: 'null for a predictor', yaml: withSpec({ predictors: [null] }), exitCode: 2, says: /predictors\[0\]/ },
  { what: 'null for its graph', yaml: withPredictor({ graph: null }), exitCode: 2, says: /graph/ },
  { what: 'null for its containers', yaml: withPods({ containers: null }), exitCode: 2, says: /containers/ },
  { what: 'null for a container', yaml: withPods({ containers: [null] }), exitCode: 2, says: /containers\[0\]/ },
  { what: 'no name of its graph', yaml: withPredictor({ graph: { type: 'MODEL' } }), exitCode: 2, says: /graph\.name/ },
  {
    what: 'a container without a name',
    yaml: withPods({ containers: [{ image: 'example/iris:1.0' }] }),
    exitCode: 2,
    says: /containers\[0\]\.name/,
  },
  {
    what: 'two ports that are one',
    yaml: withContainer({ ports: [{ containerPort: 9000 }, { containerPort: 9000 }] }),
    exitCode: 2,
    says: /duplicate entries for key \[containerPort=9000,protocol="TCP"\]/,
  },
  {
    what: 'a graph whose container is not there',
    yaml: withPredictor({ graph: { name: 'other', type: 'MODEL' } }),
    exitCode: 2,
    says: /Can't find container for Predictive Unit/,
  },
  {
    what: 'a child of a graph whose container is not there',
    yaml: withPredictor({ graph: { name: 'classifier', children: [{ name: 'other' }] } }),
    exitCode: 2,
    says: /graph\[0\].*Can't find container/,
  },
  {
    what: 'a server without a model',
    yaml: withPredictor({ graph: { name: 'c', implementation: 'SKLEARN_SERVER' }, componentSpecs: [] }),
    exitCode: 2,
    says: /modelUri required/,
  },
  {
    what: 'a server that nobody knows',
    yaml: withPredictor({ graph: { name: 'c', implementation: 'MY_SERVER', modelUri: 'gs://m' }, componentSpecs: [] }),
    exitCode: 2,
    says: /No entry in predictors map for MY_SERVER/,
  },
  {
    what: 'a server that does not speak the protocol',
    yaml: withSpec({
      protocol: 'tensorflow',
      predictors: [
        predictor({ graph: { name: 'c', implementation: 'SKLEARN_SERVER', modelUri: 'gs://m' }, componentSpecs: [] }),
      ],
    }),
    exitCode: 2,
    says: /does not handle tensorflow protocol/,
  },
  {
    what: 'a protocol that nobody speaks',
    yaml: withSpec({ protocol: 'v3', predictors: [predictor()] }),
    exitCode: 2,
    says: /Invalid protocol/,
  },
  {
    what: 'a transport that nobody knows',
    yaml: withSpec({ transport: 'http', predictors: [predictor()] }),
    exitCode: 2,
    says: /Invalid transport/,
  },
  {
    what: 'two predictors of one name',
    yaml: withSpec({ predictors: [predictor({ traffic: 50 }), predictor({ traffic: 50 })] }),
    exitCode: 2,
    says: /"default" is already the name of another one/,
  },
  { what: 'traffic that is not all of it', yaml: twoPredictors(50, 40), exitCode: 2, says: /Traffic must sum to 100/ },
  {
    what: 'half the traffic for the only predictor',
    yaml: withPredictor({ traffic: 50 }),
    exitCode: 2,
    says: /Traffic must sum be 100/,
  },
  {
    what: 'a shadow of nothing',
    yaml: withPredictor({ shadow: true }),
    exitCode: 2,
    says: /Shadow can not exist as only predictor/,
  },
  {
    what: 'a logger without a mode',
    yaml: withPredictor({ graph: { name: 'classifier', type: 'MODEL', logger: { url: 'http://log' } } }),
    exitCode: 2,
    says: /No logger mode specified/,
  },
  {
    what: 'no engine before two nodes',
    yaml: withPredictor({
      annotations: { 'seldon.io/no-engine': 'true' },
      graph: { name: 'classifier', children: [{ name: 'classifier' }] },
    }),
    exitCode: 2,
    says: /Running without engine/,
  },
  {
    what: 'a Deployment beside it with a field that is not there',
    yaml: withSpec({ predictors: [predictor()] }, deployment({ replica: 1 })),
    exitCode: 2,
    says: /replica/,
  },
  {
    what: 'a Deployment beside it whose volume is not there',
    yaml: withSpec(
      { predictors: [predictor()] },
      deployment({
        template: {
          metadata: { labels: { app: 'beside' } },
          spec: { containers: [{ name: 'c', image: 'example/c:1', volumeMounts: [{ name: 'v', mountPath: '/v' }] }] },
        },
      }),
    ),
    exitCode: 2,
    says: /volumeMounts\[0\]\.name: Not found: "v"/,
  },
];

/** What the operator is refused when it makes what it was asked for. */
const failed: JudgedFile[] = [
  {
    what: 'a mount whose volume is not there',
    yaml: withContainer({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
    exitCode: 5,
    says: /volumeMounts\[0\]\.name: Not found: "v"/,
  },
  {
    what: 'a pull policy that is none',
    yaml: withContainer({ imagePullPolicy: 'NotValid' }),
    exitCode: 5,
    says: /imagePullPolicy: Unsupported value: "NotValid"/,
  },
  {
    what: 'requests beyond their limit',
    yaml: withContainer({ resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } }),
    exitCode: 5,
    says: /must be less than or equal to cpu limit of 1/,
  },
  {
    what: 'a resource that is none',
    yaml: withContainer({ resources: { limits: { gpu: 1 } } }),
    exitCode: 5,
    says: /must be a standard resource type or fully qualified/,
  },
  {
    what: 'a name of a container that is none',
    yaml: withPods({ containers: [container, { name: 'Other_One', image: 'example/other:1' }] }),
    exitCode: 5,
    says: /metadata\.name: Invalid value: "iris-default-0-classifier-Other_One"/,
  },
  {
    what: 'two containers of one name',
    yaml: withPods({ containers: [container, container] }),
    exitCode: 2,
    says: /"classifier" is already the name of another one/,
  },
  {
    what: 'a container without an image',
    yaml: withPods({ containers: [{ name: 'classifier' }] }),
    exitCode: 5,
    says: /containers\[0\]\.image: Required value/,
  },
  {
    what: 'a probe of nothing',
    yaml: withContainer({ livenessProbe: { periodSeconds: 5 } }),
    exitCode: 5,
    says: /must specify a handler type/,
  },
  {
    what: 'a port that is none',
    yaml: withContainer({ ports: [{ name: 'http', containerPort: 90_000 }] }),
    exitCode: 5,
    says: /must be between 1 and 65535/,
  },
  {
    what: 'pods that are not to go on',
    yaml: withPods({ restartPolicy: 'Never' }),
    exitCode: 5,
    says: /restartPolicy: Unsupported value: "Never"/,
  },
  {
    what: 'a volume twice',
    yaml: withPods({
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'v', emptyDir: {} },
      ],
    }),
    exitCode: 5,
    says: /volumes\[1\]\.name: Duplicate value: "v"/,
  },
  {
    what: 'a progress deadline of nothing',
    yaml: withPredictor({ progressDeadlineSeconds: 0 }),
    exitCode: 5,
    says: /progressDeadlineSeconds/,
  },
  {
    what: 'an autoscaler with more at least than at most',
    yaml: withPredictor({
      componentSpecs: [
        { hpaSpec: { minReplicas: 3, maxReplicas: 1, metricsv2: [] }, spec: { containers: [container] } },
      ],
    }),
    exitCode: 5,
    says: /maxReplicas/,
    verb: 'apply',
  },
  {
    what: 'a disruption budget of both kinds',
    yaml: withPredictor({
      componentSpecs: [{ pdbSpec: { minAvailable: 1, maxUnavailable: 1 }, spec: { containers: [container] } }],
    }),
    exitCode: 5,
    says: /minAvailable and maxUnavailable cannot be both set/,
  },
];

/** Pods that are refused, that find no node, or whose images have a story. */
const stuck: JudgedFile[] = [
  {
    what: 'more memory than its LimitRange allows',
    yaml: withContainer({ resources: { limits: { memory: '2Gi' } } }, limitRange({ max: { memory: '1Gi' } })),
    exitCode: 5,
    says: /maximum memory usage per Container is 1Gi, but limit is 2Gi/,
  },
  {
    what: 'a quota of cpu that its pod is beyond',
    yaml: withContainer(
      { resources: { requests: { cpu: '2' } } },
      quota({ 'requests.cpu': '1' }),
      limitRange({ default: { cpu: '4' }, defaultRequest: { cpu: '100m' } }),
    ),
    exitCode: 4,
    says: /exceeded quota: few, requested: requests\.cpu=2/,
    args: ['--timeout=6s'],
  },
  {
    what: 'a quota that asks for what it does not say',
    yaml: withContainer({}, quota({ 'limits.cpu': '10' })),
    exitCode: 5,
    says: /must specify limits\.cpu/,
  },
  {
    what: 'pods that its namespace’s Pod Security does not let in',
    yaml: withPods({ hostPID: true, volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
    exitCode: 5,
    says: /violates PodSecurity "baseline:latest": host namespaces \(hostPID=true\), hostPath volumes \(volume "v"\)/,
    labels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
  },
  {
    what: 'pods that may be root where they must not',
    yaml: withPredictor({}),
    exitCode: 5,
    says: /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "classifier" must set/,
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  },
  {
    what: 'a node that is not there',
    yaml: withPods({ nodeName: 'nowhere' }),
    exitCode: 4,
    says: /nowhere/,
    args: ['--timeout=6s'],
  },
  {
    what: 'a node with labels that none has',
    yaml: withPods({ nodeSelector: { disk: 'ssd' } }),
    exitCode: 4,
    says: /0\/1 nodes are available/,
    args: ['--timeout=5s'],
  },
  {
    what: 'an image that is not there',
    yaml: withContainer({ image: 'example/iris:missing' }),
    exitCode: 5,
    says: /not found/,
  },
  {
    what: 'an init container that crashes',
    yaml: withPods({ initContainers: [{ name: 'before', image: 'example/before:crash' }] }),
    exitCode: 5,
    says: /before/,
  },
  {
    what: 'an init container whose image is not there',
    yaml: withPods({ initContainers: [{ name: 'before', image: 'example/before:missing' }] }),
    exitCode: 5,
    says: /before/,
  },
  {
    what: 'an init container beyond its memory',
    yaml: withPods({ initContainers: [{ name: 'before', image: 'example/before:oom' }] }),
    exitCode: 5,
    says: /OOMKilled/,
  },
  {
    what: 'a pod that is evicted',
    yaml: withContainer({ image: 'example/iris:evicted' }),
    exitCode: 5,
    says: /Evicted/,
  },
];

const good: JudgedFile[] = [
  { what: 'nothing unusual', yaml: withPredictor({}), exitCode: 0 },
  { what: 'null where nothing has to be', yaml: withPredictor({ annotations: null, replicas: null }), exitCode: 0 },
  {
    what: 'what pods can have',
    yaml: withPods({
      containers: [
        {
          ...container,
          imagePullPolicy: 'Always',
          env: [
            { name: 'A', value: 'b' },
            { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          ],
          ports: [{ name: 'extra', containerPort: 8080 }],
          resources: { limits: { cpu: '0.5', memory: '1e9' }, requests: { cpu: '250m', memory: 512 } },
          volumeMounts: [{ name: 'v', mountPath: '/v' }],
          readinessProbe: { tcpSocket: { port: 'extra' }, initialDelaySeconds: 1 },
          lifecycle: { preStop: { exec: { command: ['sleep', '1'] } } },
          securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
        },
      ],
      volumes: [{ name: 'v' }],
      tolerations: [{ key: 'gpu', operator: 'Exists' }],
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] } },
          ],
        },
      },
      securityContext: { runAsUser: 8888 },
      serviceAccountName: 'default',
    }),
    exitCode: 0,
  },
  {
    what: 'an init container that does its work',
    yaml: withPods({ initContainers: [{ name: 'before', image: 'example/before:1' }] }),
    exitCode: 0,
  },
  { what: 'a canary', yaml: twoPredictors(75, 25), exitCode: 0 },
  {
    what: 'a server and its model',
    yaml: withPredictor({
      graph: { name: 'c', implementation: 'SKLEARN_SERVER', modelUri: 'gs://seldon-models/sklearn/iris' },
      componentSpecs: [],
    }),
    exitCode: 0,
  },
  {
    what: 'an autoscaler and a disruption budget',
    yaml: withPredictor({
      componentSpecs: [
        {
          hpaSpec: {
            minReplicas: 1,
            maxReplicas: 2,
            metricsv2: [
              { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
            ],
          },
          pdbSpec: { minAvailable: 1 },
          spec: { containers: [container] },
        },
      ],
    }),
    exitCode: 0,
    verb: 'apply',
  },
  {
    what: 'resources that its LimitRange fills in',
    yaml: withContainer({}, limitRange({ default: { cpu: '1', memory: '1Gi' } }), quota({ 'limits.cpu': '10' })),
    exitCode: 0,
  },
  {
    what: 'a quota that it fits in',
    yaml: withContainer(
      { resources: { limits: { cpu: '100m', memory: '64Mi' } } },
      quota({ 'requests.cpu': '5', 'requests.memory': '4Gi' }),
      limitRange({ default: { cpu: '1', memory: '1Gi' } }),
    ),
    exitCode: 0,
  },
];

export const judgedFiles: readonly JudgedFile[] = [...refused, ...failed, ...stuck, ...good];

/** What a server makes of a file. */
export async function verdictOn(
  server: ServerUnderTest,
  { yaml, verb = 'run', args = [], labels }: JudgedFile,
): Promise<Finished> {
  const namespace = await newNamespace(server, labels);
  const given = ['--fail-grace=1s', '--timeout=20s', verb === 'run' ? '--cleanup=always' : '--wait', ...args];
  return server.run([verb, '-f', '-', '-n', namespace, ...given], { stdin: yaml });
}
