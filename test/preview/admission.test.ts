import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import type { Deployment } from '../../src/operator/kubernetes-objects.ts';
import type { MadeObject, MadeReplicas } from '../../src/operator/made-objects.ts';
import { type Asking, admissionOf } from '../../src/preview/admission.ts';

const template = {
  metadata: { labels: { app: 'iris' } },
  spec: { serviceAccountName: 'mine', containers: [{ name: 'classifier', image: 'i' }] },
};
const deployment: Deployment & { apiVersion: string; kind: string } = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'iris', namespace: 'models', labels: { app: 'iris' } },
  spec: { selector: { matchLabels: { app: 'iris' } }, strategy: {}, template },
};
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'iris', namespace: 'models' },
  spec: { selector: { app: 'iris' }, ports: [] },
};

const failure = (status: number, message: string) =>
  new ApiFailure(status, JSON.stringify({ kind: 'Status', status: 'Failure', message }));
const refusing = (kind: string, error: Error) => (object: KubernetesObject) => {
  if (object.kind === kind) throw error;
};

/** What was sent: as 'create Pod', with the object. */
interface Sent {
  what: string;
  object: KubernetesObject & { spec?: Record<string, unknown> };
}

/** A server that takes what `refuse` does not throw for, and holds `live`. */
function server({ live, refuse = () => {} }: { live?: KubernetesObject; refuse?: (object: KubernetesObject) => void }) {
  const sent: Sent[] = [];
  const take = (verb: string) => async (object: KubernetesObject, options: { dryRun?: boolean }) => {
    assert.equal(options.dryRun, true);
    sent.push({ what: `${verb} ${object.kind}`, object: object as Sent['object'] });
    refuse(object);
    return object;
  };
  const objects = { read: async () => live, create: take('create'), replace: take('replace') };
  return { sent, objects: objects as unknown as Asking['objects'] };
}

async function admission(
  made: MadeObject['object'],
  given: Parameters<typeof server>[0] & { replicas?: MadeReplicas; madeAccounts?: string[] } = {},
) {
  const { replicas = { by: 'field', count: 1 }, madeAccounts = [], ...behaviour } = given;
  const { sent, objects } = server(behaviour);
  const pods = made.kind === 'Deployment' ? { pods: { of: deployment, replicas } } : {};
  const answer = await admissionOf({ object: made, ...pods }, { objects, madeAccounts: new Set(madeAccounts) });
  return { answer, sent, asked: sent.map(({ what }) => what) };
}

describe('Whether the server would admit', () => {
  it('a Deployment: it is asked about that, and about one of its pods', async () => {
    const { answer, sent, asked } = await admission(deployment);
    assert.deepEqual(answer, { admitted: 'yes' });
    assert.deepEqual(asked, ['create Deployment', 'create Pod']);
    assert.deepEqual(sent[1]?.object, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { labels: { app: 'iris' }, name: 'iris-preview', namespace: 'models' },
      spec: template.spec,
    });
  });

  it('a Service: about nothing else', async () => {
    assert.deepEqual((await admission(service)).asked, ['create Service']);
  });

  for (const replicas of [
    { by: 'field', count: 0 },
    { by: 'autoscaler', least: 0, most: 0 },
  ] satisfies MadeReplicas[]) {
    it(`a Deployment without pods, by ${replicas.by}: about no pod`, async () => {
      assert.deepEqual((await admission(deployment, { replicas })).asked, ['create Deployment']);
    });
  }

  it('a pod with a ServiceAccount that the files make first: without it', async () => {
    const { sent } = await admission(deployment, { madeAccounts: ['models/mine'] });
    assert.deepEqual(sent[1]?.object.spec, { containers: template.spec.containers });
    const elsewhere = await admission(deployment, { madeAccounts: ['other/mine'] });
    assert.equal(elsewhere.sent[1]?.object.spec?.serviceAccountName, 'mine');
  });

  it('a change of a Deployment, which keeps what the operator keeps: about a pod only where the change makes one', async () => {
    const spec = { ...deployment.spec, replicas: 3 };
    const live = { ...deployment, metadata: { ...deployment.metadata, uid: 'u', resourceVersion: '7' }, spec };
    const same = await admission(deployment, { live, replicas: { by: 'unset' } });
    assert.deepEqual(same.asked, ['replace Deployment']);
    assert.deepEqual(same.sent[0]?.object, live);
    const changed = { ...deployment, spec: { ...spec, template: { ...template, metadata: { labels: {} } } } };
    assert.deepEqual((await admission(changed, { live })).asked, ['replace Deployment', 'create Pod']);
    const grown = { ...deployment, spec: { ...spec, replicas: 4 } };
    assert.deepEqual((await admission(grown, { live })).asked, ['replace Deployment', 'create Pod']);
  });

  it('a Deployment that another operator writes otherwise: about a pod only where the same rules make another template', async () => {
    const theirs = {
      ...template,
      spec: { ...template.spec, containers: [{ name: 'classifier', args: ['--theirs'] }] },
    };
    const live = { ...deployment, spec: { ...deployment.spec, replicas: 1, template: theirs } };
    const { sent, objects } = server({ live });
    const made = { object: deployment, pods: { of: deployment, replicas: { by: 'unset' } } } satisfies MadeObject;
    const asking = { objects, madeAccounts: new Set<string>() };
    await admissionOf(made, asking, structuredClone(template));
    assert.deepEqual(
      sent.map(({ what }) => what),
      ['replace Deployment'],
    );
    await admissionOf(made, asking, { ...template, metadata: { labels: {} } });
    assert.deepEqual(
      sent.slice(1).map(({ what }) => what),
      ['replace Deployment', 'create Pod'],
    );
  });

  it('a Deployment whose selector changes, which is made anew: about its pods alone', async () => {
    const live = { ...deployment, spec: { ...deployment.spec, selector: { matchLabels: { app: 'other' } } } };
    const { answer, asked } = await admission(deployment, { live });
    assert.deepEqual([answer, asked], [{ admitted: 'yes' }, []]);
  });

  it('a change of a Service, with the address that it has', async () => {
    const live = { ...service, spec: { ...service.spec, clusterIP: '10.0.0.1' } };
    const { sent } = await admission(service, { live });
    assert.deepEqual(sent[0]?.object.spec, live.spec);
  });

  const answers: { it: string; error: ApiFailure; says: object }[] = [
    {
      it: 'refused where the cluster has something against it',
      error: failure(403, 'deployments.apps "iris" is forbidden: exceeded quota: q'),
      says: {
        admitted: 'no',
        refused: 'it',
        why: 'deployments.apps "iris" is forbidden: exceeded quota: q',
        invalid: false,
      },
    },
    {
      it: 'refused as invalid',
      error: failure(422, 'Deployment.apps "iris" is invalid: spec.replicas'),
      says: { admitted: 'no', refused: 'it', why: 'Deployment.apps "iris" is invalid: spec.replicas', invalid: true },
    },
    ...[
      failure(
        403,
        'deployments.apps is forbidden: User "jane" cannot create resource "deployments" in API group "apps"',
      ),
      failure(400, 'admission webhook "w" does not support dry run'),
      failure(404, 'namespaces "models" not found'),
      failure(409, 'deployments.apps "iris" already exists'),
    ].map((error) => ({
      it: `not known: ${error.message}`,
      error,
      says: { admitted: 'unknown', why: error.message },
    })),
  ];
  for (const { it: sentence, error, says } of answers) {
    it(`is ${sentence}`, async () => {
      const { answer } = await admission(deployment, { refuse: refusing('Deployment', error) });
      assert.deepEqual(answer, says);
    });
  }

  it('is refused for its pods in the words that are about them, without the name that they would not have', async () => {
    const error = failure(403, 'pods "iris-preview" is forbidden: violates PodSecurity "restricted:latest"');
    const { answer } = await admission(deployment, { refuse: refusing('Pod', error) });
    assert.deepEqual(answer, {
      admitted: 'no',
      refused: 'its pods',
      why: 'violates PodSecurity "restricted:latest"',
      invalid: false,
    });
  });

  it('is a failure where the server is in trouble', async () => {
    const refuse = refusing('Deployment', failure(500, 'etcd is away'));
    await assert.rejects(admission(deployment, { refuse }), {
      message: 'cannot check what the server would admit: etcd is away',
      exitCode: 1,
    });
  });
});
