import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { withDefaults } from '../../src/operator/defaulting.ts';
import { desiredObjects } from '../../src/operator/desired-objects.ts';
import type { Container, Deployment, ObjectWithSpec, Service } from '../../src/operator/kubernetes-objects.ts';
import { chartSettings, settingsOf } from '../../src/operator/settings.ts';
import { expectedDeployments } from '../../src/seldon/expected-deployments.ts';

const folder = path.join(import.meta.dirname, 'recorded');

/** What Seldon's operator 1.18.2 made of a file, by recorded/record_test.go: null for an empty list, as Go has it. */
interface Recorded {
  error?: string;
  deployments: Deployment[];
  services: Service[] | null;
  horizontalPodAutoscalers: ObjectWithSpec[] | null;
  scaledObjects: ObjectWithSpec[] | null;
  podDisruptionBudgets: ObjectWithSpec[] | null;
  url: string;
}

const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const settings = { ...chartSettings, keda: true };

describe('What the operator makes', () => {
  for (const file of files) {
    it(`is what Seldon's own made of it: ${path.basename(file, '.yaml').replaceAll('-', ' ')}`, () => {
      const recorded = JSON.parse(read(file.replace('.yaml', '.json'))) as Recorded;
      const make = () => desiredObjects(withDefaults(parse(read(file)), settings), settings);
      if (recorded.error !== undefined) {
        assert.throws(make, { message: recorded.error });
        return;
      }
      const made = make();
      assert.deepEqual(made.deployments.map(shownDeployment), recorded.deployments.map(shownDeployment));
      assert.deepEqual(made.services.map(shownService), (recorded.services ?? []).map(shownService));
      for (const kind of ['horizontalPodAutoscalers', 'scaledObjects', 'podDisruptionBudgets'] as const) {
        assert.deepEqual(made[kind].map(shown), (recorded[kind] ?? []).map(shown));
      }
      assert.equal(made.address.url, recorded.url);
    });

    it(`is what is waited for, by rules of their own: ${path.basename(file, '.yaml').replaceAll('-', ' ')}`, () => {
      const recorded = JSON.parse(read(file.replace('.yaml', '.json'))) as Recorded;
      const expected = expectedDeployments(parse(read(file)));
      if (recorded.error !== undefined) return;
      const names = recorded.deployments.map(({ metadata }) => metadata.name);
      assert.deepEqual(expected.map(({ name }) => name).sort(), names.sort());
      for (const { name, replicas } of expected) {
        const deployment = recorded.deployments.find(({ metadata }) => metadata.name === name);
        const wanted = deployment?.spec.replicas;
        if (replicas.governedBy === 'field') assert.equal(wanted ?? 1, replicas.count, name);
        else assert.equal(wanted, undefined, name);
      }
    });
  }

  it('goes by the settings of the operator, and by the chart’s where it says nothing', () => {
    const config = Object.fromEntries(
      Object.entries(JSON.parse(read('seldon-config.json'))).map(([key, value]) => [key, JSON.stringify(value)]),
    );
    const env = { EXECUTOR_CONTAINER_USER: '8888', DEFAULT_USER_ID: '8888' };
    assert.deepEqual(settingsOf(env, config), chartSettings);
    const other = settingsOf(
      {
        RELATED_IMAGE_EXECUTOR: 'mirror/executor:1',
        EXECUTOR_DEFAULT_CPU_LIMIT: '2',
        RELATED_IMAGE_SKLEARNSERVER: 'mirror/sklearn:1',
        KEDA_ENABLED: 'true',
      },
      { storageInitializer: '{"image": "mirror/fetch:1", "cpuLimit": "3"}', predictor_servers: 'no JSON' },
    );
    assert.deepEqual(
      [other.executor.image, other.executor.user, other.executor.resources.limits.cpu, other.keda],
      ['mirror/executor:1', undefined, '2', true],
    );
    assert.deepEqual(other.servers.SKLEARN_SERVER, {
      ...chartSettings.servers.SKLEARN_SERVER,
      seldon: 'mirror/sklearn:1',
    });
    assert.deepEqual(
      [other.storageInitializer.image, other.storageInitializer.resources.limits],
      ['mirror/fetch:1', { cpu: '3', memory: '1Gi' }],
    );
  });
});

/** What decides who it is, how many there are, and whether they are admitted. */
function shownDeployment({ metadata, spec }: Deployment): object {
  const { containers, initContainers, volumes = [], securityContext, serviceAccountName } = spec.template.spec;
  return defined({
    ...shown({ metadata, spec: undefined }),
    replicas: spec.replicas,
    selector: spec.selector,
    progressDeadlineSeconds: spec.progressDeadlineSeconds,
    labels: metadata.labels,
    podLabels: spec.template.metadata.labels,
    podAnnotations: spec.template.metadata.annotations ?? {},
    securityContext: securityContext ?? {},
    serviceAccountName,
    initContainers: initContainers?.map(shownContainer),
    containers: containers.map(shownContainer),
    volumes: volumes.map(({ name, ...source }) => [name, Object.keys(source)[0]]),
  });
}

function shownContainer({ name, image, resources, securityContext, ports, volumeMounts }: Container): object {
  return defined({
    name,
    image,
    resources: resources && Object.keys(resources).length > 0 ? amounts(resources) : undefined,
    securityContext,
    ports: ports?.map((port) => `${port.name}:${port.containerPort}`),
    volumeMounts: volumeMounts?.map((mount) => `${mount.name}:${mount.mountPath}`),
  });
}

/** Go writes 0.5 as 500m. */
function amounts(resources: unknown): unknown {
  return JSON.parse(JSON.stringify(resources).replaceAll('"0.5"', '"500m"'));
}

function shownService({ metadata, spec }: Service): object {
  const { ports, selector, clusterIP } = spec;
  return defined({ ...shown({ metadata, spec: undefined }), labels: metadata.labels, ports, selector, clusterIP });
}

function shown({ metadata, spec }: ObjectWithSpec): object {
  const { name, namespace } = metadata;
  return defined({ name, namespace, spec });
}

function defined(object: object): object {
  return JSON.parse(JSON.stringify(object));
}
