import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject, Pod } from '../../src/kubernetes/objects.ts';
import { type ServerUnderTest, seldonPath } from './server-under-test.ts';

/** What somebody else does to a namespace, before a run or during it. */
export class SomebodyElse {
  readonly #server: ServerUnderTest;
  readonly #namespace: string;

  constructor(server: ServerUnderTest, namespace: string) {
    this.#server = server;
    this.#namespace = namespace;
  }

  /** Lets only so many objects be made: `{pods: '0'}`. Resolves when the server counts. */
  async limits(hard: Record<string, string>): Promise<void> {
    const path = `/api/v1/namespaces/${this.#namespace}/resourcequotas`;
    const metadata = { name: 'few' };
    await this.#call('POST', path, { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } });
    for (;;) {
      const { status } = await this.#call<Quota>('GET', `${path}/few`);
      if (Object.keys(hard).every((resource) => status?.hard?.[resource] !== undefined)) return;
      await sleep(20);
    }
  }

  async liftsTheLimits(): Promise<void> {
    await this.#call('DELETE', `/api/v1/namespaces/${this.#namespace}/resourcequotas/few`);
  }

  async createsSeldonDeployment(body: object): Promise<void> {
    await this.#call('POST', seldonPath(this.#namespace), body);
  }

  /** By JSON patch. */
  async changesSeldonDeployment(name: string, patch: readonly object[]): Promise<void> {
    const path = `${seldonPath(this.#namespace)}/${name}`;
    await this.#call('PATCH', path, patch, 'application/json-patch+json');
  }

  async deletesSeldonDeployment(name: string, propagationPolicy: 'Background' | 'Foreground'): Promise<void> {
    await this.#call('DELETE', `${seldonPath(this.#namespace)}/${name}`, { propagationPolicy });
  }

  /** As kubectl scale does. */
  async scales(resource: 'deployments' | 'seldondeployments', name: string, replicas: number): Promise<void> {
    const path =
      resource === 'deployments'
        ? `/apis/apps/v1/namespaces/${this.#namespace}/deployments/${name}/scale`
        : `${seldonPath(this.#namespace)}/${name}/scale`;
    await this.#call('PATCH', path, { spec: { replicas } }, 'application/merge-patch+json');
  }

  /** A Deployment that says that the SeldonDeployment owns it. */
  async givesIt(name: string, { apiVersion, kind, metadata }: KubernetesObject): Promise<void> {
    const labels = { app: name };
    await this.#call('POST', `/apis/apps/v1/namespaces/${this.#namespace}/deployments`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid }] },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'example/other:1.0' }] } },
      },
    });
  }

  /** What the kubelet would write of a container that has crashed for the third time. */
  async letsCrash(pod: string, container: string): Promise<void> {
    const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } };
    const status = {
      conditions: [
        { type: 'Ready', status: 'False', reason: 'ContainersNotReady' },
        { type: 'ContainersReady', status: 'False', reason: 'ContainersNotReady' },
      ],
      containerStatuses: [{ name: container, image: '', imageID: '', ready: false, restartCount: 3, state }],
    };
    const path = `/api/v1/namespaces/${this.#namespace}/pods/${pod}/status`;
    await this.#call('PATCH', path, { status }, 'application/strategic-merge-patch+json');
  }

  /** What the node controller writes of the pods of a node whose kubelet is silent; of what has not started kwok tells no end. */
  async losesTheNodeOf({ metadata: { name, uid = '' }, status: before }: Pod): Promise<void> {
    const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const status = { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at }] };
    const pods = `/api/v1/namespaces/${this.#namespace}/pods`;
    await this.#call('PATCH', `${pods}/${name}/status`, { status }, 'application/strategic-merge-patch+json');
    const silent = (before?.containerStatuses ?? []).map((_, index) => ({
      op: 'add',
      path: `/status/containerStatuses/${index}/started`,
      value: false,
    }));
    await this.#call('PATCH', `${pods}/${name}/status`, silent, 'application/json-patch+json');
    await this.#call('POST', `/api/v1/namespaces/${this.#namespace}/events`, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.lost` },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: this.#namespace, name, uid },
      type: 'Warning',
      reason: 'NodeNotReady',
      message: 'Node is not ready',
      source: { component: 'node-controller' },
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    });
  }

  async #call<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, contentType?: string) {
    const request = { method, path, query: method === 'GET' ? {} : { fieldManager: 'somebody-else' } };
    const answer = await this.#server.api.call<T>({
      ...request,
      ...(body ? { body } : {}),
      ...(contentType && { contentType }),
    });
    return answer.body;
  }
}

interface Quota {
  status?: { hard?: Record<string, string> };
}
