import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { eventAbout, sendMany } from '../many-objects.ts';
import { model } from './models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';
import { newNamespace, seldonPath } from './server-under-test.ts';

const BURST = 1_000;

describe('A burst of Events', () => {
  let server: SandboxUnderTest;
  before(async () => {
    server = await startSandboxUnderTest();
  });
  after(() => server.stop());

  it('is shown by events --watch whole, each once and in order', async () => {
    const { api } = server;
    const namespace = await newNamespace(server);
    const request = { method: 'POST', path: seldonPath(namespace), body: model({ replicas: 0 }) } as const;
    const { metadata } = (await api.call<KubernetesObject>(request)).body;
    const about = { kind: 'SeldonDeployment', namespace, name: 'iris', uid: metadata.uid ?? '' };
    let sent: Promise<KubernetesObject[]> | undefined;
    // The first shows that it watches.
    await api.call(eventAbout(about, 'first'));
    const finished = await server.run(
      ['events', 'iris', '-w', '-n', namespace, '-o', 'jsonpath={.metadata.name}{"\\n"}'],
      {
        onceSeen: {
          text: /^first$/m,
          act: () => {
            sent = sendMany(api, BURST, (index) => eventAbout(about, `burst-${index}`), { atATime: 16 });
            void sent.then(() => api.call(eventAbout(about, 'last')));
          },
        },
        interruptAfter: /^last$/m,
      },
    );
    const version = ({ metadata: { resourceVersion } }: KubernetesObject) => Number(resourceVersion);
    const inOrder = [...((await sent) ?? [])].sort((one, other) => version(one) - version(other));
    const shown = finished.stdout.split('\n').filter((name) => name.startsWith('burst-'));
    assert.deepEqual(
      shown,
      inOrder.map(({ metadata: { name } }) => name),
    );
  });
});
