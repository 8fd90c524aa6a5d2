import type { KubernetesObject } from '../kubernetes/objects.ts';
import { anyKind } from './answer-forms.ts';
import type { Api } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { type FormOf, number, object, text } from './form.ts';
import { listObjects } from './list-objects.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export interface Lease extends KubernetesObject {
  spec?: {
    /** Who holds it; empty: nobody. */
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    /** RFC 3339 with microseconds. */
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

const leaseForm: FormOf<Lease> = object(
  {
    ...anyKind.fields,
    spec: object({
      holderIdentity: text,
      leaseDurationSeconds: number,
      acquireTime: text,
      renewTime: text,
      leaseTransitions: number,
    }),
  },
  'metadata',
);

/** The Leases by which replicas agree on one of them. Every method throws ApiFailure or Unreachable. */
export class Leases {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async read(namespace: string, name: string): Promise<Lease | undefined> {
    try {
      const request = { method: 'GET' as const, path: path(namespace, name), evenAfterStop: true };
      return (await this.#api.call<Lease>(request, leaseForm)).body;
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Throws ApiFailure 409 where somebody was faster. */
  async create(lease: Lease): Promise<Lease> {
    const collection = path(lease.metadata.namespace ?? '');
    return (await this.#api.call<Lease>({ method: 'POST', path: collection, body: lease }, leaseForm)).body;
  }

  /** Throws ApiFailure 409 where it has changed since it was read. */
  async replace(lease: Lease): Promise<Lease> {
    const { namespace = '', name } = lease.metadata;
    const request = { method: 'PUT' as const, path: path(namespace, name), body: lease };
    return (await this.#api.call<Lease>(request, leaseForm)).body;
  }

  /** Without a namespace: of all of them. */
  async list(namespace: string | undefined, labelSelector: string): Promise<Lease[]> {
    return await listObjects<Lease>(this.#api, path(namespace), { labelSelector, form: leaseForm });
  }
}

function path(namespace: string | undefined, name?: string): string {
  const base = '/apis/coordination.k8s.io/v1';
  const collection = namespace === undefined ? `${base}/leases` : `${base}/namespaces/${namespace}/leases`;
  return name === undefined ? collection : `${collection}/${name}`;
}
