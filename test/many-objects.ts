import type { Api, ApiRequest } from '../src/cluster/api.ts';
import type { KubernetesObject } from '../src/kubernetes/objects.ts';

/** Sends so many requests, a number of them at a time, in the order of their numbers; what the server made of each. */
export async function sendMany(
  api: Api,
  count: number,
  request: (index: number) => ApiRequest,
  { atATime = 64 } = {},
): Promise<KubernetesObject[]> {
  const made: KubernetesObject[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) {
      made[index] = (await api.call<KubernetesObject>(request(index))).body;
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return made;
}

/** An Event of the core group, about the object of this kind, name and uid. */
export function eventAbout(
  about: { kind: string; namespace: string; name: string; uid: string },
  name: string,
): ApiRequest {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  return {
    method: 'POST',
    path: `/api/v1/namespaces/${about.namespace}/events`,
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: about.namespace },
      involvedObject: about,
      type: 'Normal',
      reason: 'Bench',
      message: `the event ${name}, one of many that say about as much as others do`,
      source: { component: 'bench' },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    },
  };
}
