import type { KubernetesObject } from '../kubernetes/objects.ts';
import { anyKind, deleted } from './answer-forms.ts';
import type { Api } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { FIELD_MANAGER } from './apply-object.ts';
import { ignoreNotFound } from './ignore-not-found.ts';
import { namespaceContents } from './namespace-contents.ts';

/** The namespaces of a cluster. Every method throws ApiFailure or Unreachable. */
export class Namespaces {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** The uid of the namespace, if it was made now; undefined if it was there. */
  async create(name: string): Promise<string | undefined> {
    try {
      const request = {
        method: 'POST' as const,
        path: '/api/v1/namespaces',
        query: { fieldManager: FIELD_MANAGER },
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      };
      const { body } = await this.#api.call<KubernetesObject>(request, anyKind);
      return body.metadata.uid;
    } catch (error) {
      if (error instanceof ApiFailure && error.reason === 'AlreadyExists') return undefined;
      throw error;
    }
  }

  async read(name: string): Promise<KubernetesObject | undefined> {
    const path = `/api/v1/namespaces/${name}`;
    const request = { method: 'GET' as const, path };
    return await ignoreNotFound(async () => (await this.#api.call<KubernetesObject>(request, anyKind)).body);
  }

  /** See namespaceContents. */
  async contents(name: string): Promise<string[]> {
    return await namespaceContents(this.#api, name);
  }

  /** Asks for the end of the namespace with this uid, and does not wait for it. */
  async delete(name: string, uid: string): Promise<void> {
    const path = `/api/v1/namespaces/${name}`;
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
    await this.#api.call({ method: 'DELETE', path, body }, deleted);
  }
}
