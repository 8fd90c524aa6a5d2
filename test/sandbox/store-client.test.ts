import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { isConflict, isNotFound, kinds } from '../../src/sandbox/operator/client.ts';
import { storeClient } from '../../src/sandbox/operator/store-client.ts';
import { startTestCluster } from './cluster.ts';

const service = (name: string, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace } as KubernetesObject['metadata'],
  spec: { ports: [{ port: 80 }] },
});

function connected() {
  const cluster = startTestCluster();
  const client = storeClient(cluster.store);
  /** What a request comes to, once its time is over. */
  const after = async <T>(request: Promise<T>): Promise<T> => {
    cluster.clock.turn(1);
    return await request;
  };
  return { cluster, client, after };
}

describe('The operator’s client in the sandbox', () => {
  it('brings what there is, and each change a moment after it was made, of one namespace or of all', async () => {
    const { cluster, client } = connected();
    cluster.create('Namespace', { metadata: { name: 'other' } });
    cluster.create('Service', service('first'));
    const end = new AbortController();
    const told = (of: string | undefined) => {
      const lines: string[] = [];
      const ended = client.listAndWatch(
        kinds.service,
        of,
        {
          listed: (objects) => lines.push(`listed ${objects.map(({ metadata }) => metadata.name).join()}`),
          changed: ({ metadata }) => lines.push(`changed ${metadata.name}`),
          deleted: ({ metadata }) => lines.push(`deleted ${metadata.name}`),
        },
        end.signal,
      );
      return { lines, ended };
    };
    const [here, everywhere] = [told('default'), told(undefined)];
    cluster.create('Service', service('second'));
    cluster.create('Service', service('elsewhere', 'other'), 'other');
    cluster.delete('Service', 'first');
    assert.deepEqual(here.lines, ['listed first']);
    cluster.clock.turn(1);
    assert.deepEqual(here.lines, ['listed first', 'changed second', 'deleted first']);
    assert.deepEqual(everywhere.lines, ['listed first', 'changed second', 'changed elsewhere', 'deleted first']);
    end.abort();
    await Promise.all([here.ended, everywhere.ended]);
    cluster.create('Service', service('third'));
    cluster.clock.turn(1);
    assert.equal(here.lines.length, 3);
  });

  it('makes, replaces and deletes as over HTTP, and is refused with the same reasons', async () => {
    const { cluster, client, after } = connected();
    const made = await after(client.create(kinds.service, { ...service('iris'), status: undefined }));
    assert.equal(cluster.find('Service', 'iris')?.metadata.uid, made.metadata.uid);
    const labelled = { ...made, metadata: { ...made.metadata, labels: { a: 'b' } } };
    await after(client.replace(kinds.service, labelled));
    await assert.rejects(after(client.replace(kinds.service, labelled)), isConflict);
    await after(client.delete(kinds.service, 'default', 'iris'));
    await assert.rejects(after(client.delete(kinds.service, 'default', 'iris')), isNotFound);
  });

  it('writes Events at once', async () => {
    const { cluster, client } = connected();
    const involvedObject = { kind: 'Service', name: 'iris', namespace: 'default' };
    const event = { metadata: { name: 'iris.1', namespace: 'default' }, involvedObject, reason: 'Made', message: 'm' };
    await client.create(kinds.event, { apiVersion: 'v1', kind: 'Event', type: 'Normal', count: 1, ...event });
    await client.patch(kinds.event, 'default', 'iris.1', { count: 2 });
    assert.deepEqual(cluster.events(), ['Normal Made Service: m (x2)']);
  });
});
