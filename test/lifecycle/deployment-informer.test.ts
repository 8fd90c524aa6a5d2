import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deployments, events, seldonDeployments, type WatchedKind } from '../../src/cluster/kinds.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { resourcePath } from '../../src/cluster/resource-kinds.ts';
import { assumedSeldon, type SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import { DeploymentInformer, ownedKinds } from '../../src/lifecycle/deployment-informer.ts';
import { INGRESS_CLASS_ANNOTATION, INGRESS_HOST_ANNOTATION } from '../../src/seldon/model-annotations.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';

const always = ['SeldonDeployment', 'Deployment', 'ReplicaSet', 'Pod', 'Service'];

describe('the informer of deployments', () => {
  let server: StandInApiServer;
  let cluster: SeldonCluster;
  let kinds: WatchedKind[];
  let stop: AbortController;
  let seen: string[];
  let informer: DeploymentInformer;

  beforeEach(async () => {
    server = await StandInApiServer.start();
    cluster = assumedSeldon(kubeconfigFromText(server.kubeconfig(), 'tester/1.0').connection);
    kinds = [seldonDeployments(cluster.resource), deployments];
    for (const kind of [...kinds, events]) server.collection(resourcePath(kind, 'team'));
    stop = new AbortController();
    seen = [];
    informer = new DeploymentInformer({
      cluster,
      namespace: 'team',
      kinds,
      isMeant: ({ metadata }) => metadata.name !== 'theirs',
      changed: ({ metadata }, isThere) => void seen.push(`${metadata.name} ${isThere ? 'is there' : 'is gone'}`),
      notice: (_, message) => assert.fail(String(message)),
      clock: new FakeClock(),
      signal: stop.signal,
    });
  });
  afterEach(async () => {
    stop.abort();
    await server.close();
  });

  const collection = (kind: WatchedKind) => server.collection(resourcePath(kind, 'team'));
  const put = (name: string) =>
    collection(seldonDeployments(cluster.resource)).put({ metadata: { name, namespace: 'team', uid: name } });
  async function opened(): Promise<void> {
    await informer.open();
    await informer.synced();
  }

  it('tells of those that are meant, of what changes of what they own, and of their end', async () => {
    put('iris');
    put('theirs');
    await opened();
    assert.ok(seen.length > 0 && seen.every((one) => one === 'iris is there'));
    const ownerReferences = [{ apiVersion: 'v1', kind: 'SeldonDeployment', name: 'iris', uid: 'iris' }];
    const before = seen.length;
    collection(deployments).put({ metadata: { name: 'd', uid: 'd', ownerReferences }, ...{ spec: { selector: {} } } });
    await until(() => seen.length > before);
    assert.deepEqual(
      informer.deployments.map(({ metadata }) => metadata.name),
      ['iris'],
    );
    collection(seldonDeployments(cluster.resource)).remove('iris');
    await until(() => seen.at(-1) === 'iris is gone');
    assert.deepEqual(informer.deployments, []);
    const after = seen.length;
    collection(deployments).remove('d');
    put('wine');
    await until(() => seen.length > after);
    assert.deepEqual(seen.slice(after), ['wine is there']);
  });

  it('hands on the Events of those that are followed', async () => {
    put('iris');
    await opened();
    const told: string[] = [];
    informer.events.follow('iris', ({ reason }) => told.push(reason));
    const about = (name: string, reason: string) =>
      collection(events).put({
        ...{ metadata: { name: `${name}-${reason}`, namespace: 'team', uid: `${name}-${reason}` }, reason },
        ...{ involvedObject: { kind: 'SeldonDeployment', namespace: 'team', name, uid: name } },
      } as Parameters<ReturnType<typeof collection>['put']>[0]);
    about('theirs', 'Created');
    about('iris', 'Updated');
    await until(() => told.length > 0);
    assert.deepEqual(told, ['Updated']);
  });

  it('rejects what waits for the first lists when it is stopped', async () => {
    informer.cache.expect('Pod');
    await informer.open();
    const synced = informer.synced();
    stop.abort(new Error('stopped'));
    await assert.rejects(synced, /stopped/);
  });

  it('watches autoscalers and disruption budgets only for deployments that have them', () => {
    const kindsFor = (componentSpecs: object[]) => {
      const spec = { predictors: [{ name: 'p', graph: { name: 'g' }, componentSpecs }] };
      return ownedKinds(cluster, [{ metadata: { name: 'iris' }, spec }]).map(({ kind }) => kind);
    };
    assert.deepEqual(kindsFor([{}]), always);
    assert.deepEqual(kindsFor([{ hpaSpec: {} }, { pdbSpec: {} }]), [
      ...always,
      'HorizontalPodAutoscaler',
      'PodDisruptionBudget',
    ]);
  });

  it('watches Ingresses only for deployments that are to have one', () => {
    const kindsFor = (annotations: Record<string, string>) =>
      ownedKinds(cluster, [{ metadata: { name: 'iris', annotations } }]).map(({ kind }) => kind);
    const host = { [INGRESS_HOST_ANNOTATION]: 'iris.example.com' };
    assert.deepEqual(kindsFor(host), always);
    assert.deepEqual(kindsFor({ ...host, [INGRESS_CLASS_ANNOTATION]: 'nginx' }), [...always, 'Ingress']);
  });
});
