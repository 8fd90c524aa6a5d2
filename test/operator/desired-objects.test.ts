import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desired, oneModel } from './seldon-deployment-yaml.ts';

const names = (objects: { metadata: { name: string } }[]) => objects.map(({ metadata }) => metadata.name);

describe('names', () => {
  it('a model Deployment is called after deployment, predictor, index and containers', () => {
    const { deployments, services } = desired(`
predictors:
- name: p
  componentSpecs:
  - spec: {containers: [{name: a, image: i}, {name: b, image: i}]}
  - metadata: {name: second}
    spec: {containers: [{name: d, image: i}]}
  graph: {name: a, children: [{name: b}, {name: d}]}`);
    assert.deepEqual(names(deployments), ['m-p-0-a-b', 'm-p-1-second']);
    assert.deepEqual(names(services), ['m-p-a', 'm-p-b', 'm-p-d', 'm-p']);
  });

  it('a name of 64 characters becomes the md5 hash of itself, one of 63 stays', () => {
    // "-p-0-c" is six characters.
    assert.equal(desired(oneModel, 'x'.repeat(57)).deployments[0]?.metadata.name, `${'x'.repeat(57)}-p-0-c`);
    assert.equal(
      desired(oneModel, 'x'.repeat(58)).deployments[0]?.metadata.name,
      'seldon-9ef7549720075be930011db4f21f3a6d',
    );
  });

  it('a prepackaged server is a container named like its graph node, and so part of the name', () => {
    const { deployments } = desired(
      'predictors: [{name: p1, graph: {name: classifier, implementation: SKLEARN_SERVER, modelUri: "gs://m"}}]',
    );
    const [deployment] = deployments;
    assert.equal(deployment?.metadata.name, 'm-p1-0-classifier');
    const pod = deployment?.spec.template.spec;
    assert.equal(pod?.containers[0]?.image, 'seldonio/sklearnserver:1.18.2');
    assert.equal(pod?.initContainers?.[0]?.name, 'classifier-model-initializer');
  });

  it('a container that only gives resources to its server gets the server’s image, by the protocol', () => {
    const graph = 'graph: {name: hpt, implementation: TENSORFLOW_SERVER, modelUri: "gs://m"}';
    const { deployments } = desired(`
protocol: tensorflow
predictors:
- name: p
  componentSpecs: [{spec: {containers: [{name: hpt, resources: {requests: {memory: 1Mi}}}]}}]
  ${graph}`);
    assert.equal(deployments[0]?.spec.template.spec.containers[0]?.image, 'tensorflow/serving:2.1.0');
  });

  it('seldon.io/svc-name names the predictor Service, the label seldon-app and the address', () => {
    const { services, deployments, address } = desired(
      'predictors: [{name: p, annotations: {seldon.io/svc-name: mine}, componentSpecs: [{spec: {containers: [{name: c, image: i}]}}], graph: {name: c}}]',
    );
    assert.deepEqual(names(services), ['m-p-c', 'mine']);
    assert.equal(deployments[0]?.metadata.labels?.['seldon-app'], 'mine');
    assert.equal(address.url, 'http://mine.ns.svc.cluster.local:8000/api/v1.0/predictions');
  });
});

describe('a model Deployment', () => {
  const [deployment] = desired(oneModel).deployments;

  it('has the labels of its graph node and predictor, and a selector of three', () => {
    assert.deepEqual(deployment?.metadata.labels, {
      'seldon-deployment-id': 'm',
      app: 'm-p-0-c',
      fluentd: 'true',
      version: 'p',
      'seldon.io/model': 'true',
      'app.kubernetes.io/managed-by': 'seldon-core',
      'seldon-app-svc-c': 'm-p-c',
      'seldon-app': 'm-p',
      'seldon-deployment-contains-svcorch': 'true',
    });
    assert.deepEqual(deployment?.spec.selector.matchLabels, {
      'seldon-deployment-id': 'm',
      'seldon-app': 'm-p',
      'seldon-app-svc-c': 'm-p-c',
    });
    assert.equal(deployment?.spec.template.metadata.labels['seldon-deployment-contains-svcorch'], undefined);
  });

  it('lets no pod be missing during a rollout: maxUnavailable is 0, an Int', () => {
    assert.deepEqual(deployment?.spec.strategy, { rollingUpdate: { maxUnavailable: 0 } });
  });

  it('gives pods 20 seconds to end, unless the manifest says otherwise', () => {
    assert.equal(deployment?.spec.template.spec.terminationGracePeriodSeconds, 20);
    const own = desired(
      'predictors: [{name: p, componentSpecs: [{spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: i}]}}], graph: {name: c}}]',
    );
    assert.equal(own.deployments[0]?.spec.template.spec.terminationGracePeriodSeconds, 0);
  });

  it('keeps the image of the manifest, and the executor comes after it', () => {
    const images = deployment?.spec.template.spec.containers.map(({ name, image }) => [name, image]);
    assert.deepEqual(images, [
      ['c', 'img:1'],
      ['seldon-container-engine', 'docker.io/seldonio/seldon-core-executor:1.18.2'],
    ]);
  });

  it('takes over progressDeadlineSeconds and user labels', () => {
    const [own] = desired(
      'predictors: [{name: p, progressDeadlineSeconds: 30, labels: {version: v7}, componentSpecs: [{spec: {containers: [{name: c, image: i}]}}], graph: {name: c}}]',
    ).deployments;
    assert.equal(own?.spec.progressDeadlineSeconds, 30);
    assert.equal(own?.metadata.labels?.version, 'v7');
  });
});

describe('other objects', () => {
  it('a separate orchestrator carries the predictor key as seldon-deployment-id', () => {
    const { deployments } = desired(`annotations: {seldon.io/engine-separate-pod: "true"}${oneModel}`);
    assert.deepEqual(names(deployments), ['m-p-svc-orch', 'm-p-0-c']);
    assert.equal(deployments[0]?.metadata.labels?.['seldon-deployment-id'], 'm-p');
    assert.equal(deployments[1]?.spec.template.spec.containers.length, 1);
  });

  it('no-engine leads the predictor Service to the container', () => {
    const { deployments, services, address } = desired(
      'predictors: [{name: p, annotations: {seldon.io/no-engine: "true"}, componentSpecs: [{spec: {containers: [{name: c, image: i}]}}], graph: {name: c}}]',
    );
    assert.equal(deployments[0]?.spec.template.spec.containers.length, 1);
    assert.deepEqual(
      services.map(({ metadata, spec }) => [metadata.name, spec.ports[0]?.port]),
      [
        ['m-p-c', 9000],
        ['m-p', 9000],
      ],
    );
    assert.match(address.url, /:9000\//);
  });

  it('an explainer has a Deployment and a Service of one name, and a selector that matches every pod', () => {
    const { deployments, services, serviceDetails } = desired(
      'predictors: [{name: p, explainer: {type: AnchorText}, componentSpecs: [{spec: {containers: [{name: c, image: i}]}}], graph: {name: c}}]',
    );
    assert.deepEqual(names(deployments), ['m-p-0-c', 'm-p-explainer']);
    assert.deepEqual(deployments[1]?.spec.selector.matchLabels, { 'seldon-deployment-id': 'm' });
    assert.equal(deployments[1]?.metadata.labels?.['seldon.io/explainer'], 'true');
    assert.equal(services.at(-1)?.metadata.name, 'm-p-explainer');
    assert.equal(serviceDetails['m-p-explainer']?.explainerFor, 'm-p');
  });

  it('HPA and PodDisruptionBudget are called like the Deployment; the budget covers all pods', () => {
    const { horizontalPodAutoscalers, podDisruptionBudgets } = desired(
      'predictors: [{name: p, componentSpecs: [{hpaSpec: {maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 70}}]}, pdbSpec: {maxUnavailable: 1}, spec: {containers: [{name: c, image: i}]}}], graph: {name: c}}]',
    );
    assert.deepEqual(horizontalPodAutoscalers[0]?.spec, {
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'm-p-0-c' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    });
    assert.deepEqual(podDisruptionBudgets[0]?.spec, {
      maxUnavailable: 1,
      selector: { matchLabels: { 'seldon-deployment-id': 'm' } },
    });
  });
});

describe('which edits restart pods', () => {
  const spec = (top: string, predictor: string, component: string, second = '') => `
{${top}predictors: [{name: p, ${predictor}graph: {name: c, children: [{name: d}]}, componentSpecs: [
  {${component}spec: {containers: [{name: c, image: i}]}}, {${second}spec: {containers: [{name: d, image: i}]}}]}]}`;
  const templates = (yaml: string) => desired(yaml).deployments.map(({ spec }) => JSON.stringify(spec.template));
  const [first, second] = templates(spec('', '', ''));
  const cases: { name: string; yaml: string; restarts: [boolean, boolean] }[] = [
    { name: 'spec.replicas: none', yaml: spec('replicas: 3, ', '', ''), restarts: [false, false] },
    { name: 'predictors[].replicas: none', yaml: spec('', 'replicas: 3, ', ''), restarts: [false, false] },
    { name: 'predictors[].traffic: none', yaml: spec('', 'traffic: 50, ', ''), restarts: [false, false] },
    {
      name: 'componentSpecs[0].replicas: the one with the executor',
      yaml: spec('', '', 'replicas: 3, '),
      restarts: [true, false],
    },
    {
      name: 'componentSpecs[1].replicas: the one with the executor',
      yaml: spec('', '', '', 'replicas: 3, '),
      restarts: [true, false],
    },
    {
      name: 'svcOrchSpec.replicas: the one with the executor',
      yaml: spec('', 'svcOrchSpec: {replicas: 3}, ', ''),
      restarts: [true, false],
    },
    {
      name: 'hpaSpec: the one with the executor',
      yaml: spec('', '', 'hpaSpec: {maxReplicas: 3}, '),
      restarts: [true, false],
    },
    {
      name: 'kedaSpec: the one with the executor',
      yaml: spec('', '', 'kedaSpec: {triggers: []}, '),
      restarts: [true, false],
    },
    { name: 'spec.annotations: all', yaml: spec('annotations: {a: b}, ', '', ''), restarts: [true, true] },
  ];
  for (const { name, yaml, restarts } of cases) {
    it(name, () => {
      const now = templates(yaml);
      assert.deepEqual([now[0] !== first, now[1] !== second], restarts);
    });
  }

  it('an explainer in the predictor does not restart the model', () => {
    const [model] = desired(`${oneModel.trimEnd()}\n  explainer: {type: AnchorText}\n`).deployments;
    assert.deepEqual(model?.spec.template.spec, desired(oneModel).deployments[0]?.spec.template.spec);
  });
});

describe('invalid graphs, with the webhook off', () => {
  it('a graph node without container and implementation', () => {
    assert.throws(() => desired('predictors: [{name: p, graph: {name: c}}]'), {
      message: 'engine not separate and no pu with localhost service - not clear where to inject engine',
    });
  });

  it('an unknown implementation', () => {
    assert.throws(() => desired('predictors: [{name: p, graph: {name: c, implementation: NO_SERVER}}]'), {
      message: 'Failed to get server config for NO_SERVER',
    });
  });

  it('two predictors of one name want the same Deployment twice', () => {
    const twice = `predictors: [{name: p, traffic: 50, graph: {name: a, implementation: SKLEARN_SERVER}, labels: {x: "1"}},
      {name: p, traffic: 50, graph: {name: a, implementation: SKLEARN_SERVER}, labels: {x: "2"}}]`;
    assert.deepEqual(names(desired(twice).deployments), ['m-p-0-a', 'm-p-0-a']);
  });
});
