import type { KubernetesObject } from '../kubernetes/objects.ts';
import { anyKind, deleted } from './answer-forms.ts';
import type { Api, DiscoveredKind } from './api.ts';
import { type ApplyOptions, applyObject, type NamedKind, pathOf } from './apply-object.ts';
import { ignoreNotFound } from './ignore-not-found.ts';

/** Objects of whatever kind: files hold others beside SeldonDeployments. Every method throws ApiFailure or Unreachable. */
export class AnyObjects {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** What the server says of a kind; undefined where it does not have it. */
  async discover(apiVersion: string, kind: string): Promise<DiscoveredKind | undefined> {
    // Without its group or version, it answers 404.
    return await ignoreNotFound(() => this.#api.discover(apiVersion, kind));
  }

  /** Server-side apply; the kind has been found by `discover`. */
  async apply(object: NamedKind, options: ApplyOptions = {}): Promise<{ object: KubernetesObject; created: boolean }> {
    return await applyObject(this.#api, object, options);
  }

  /** As the server holds it; undefined where there is none of its name. */
  async read(object: NamedKind): Promise<KubernetesObject | undefined> {
    return await ignoreNotFound(async () => {
      const path = await pathOf(this.#api, object);
      return (await this.#api.call<KubernetesObject>({ method: 'GET', path }, anyKind)).body;
    });
  }

  /** Deletes the object with this uid and no other. Answers the finalizers that keep it for the moment. */
  async delete(object: NamedKind, uid: string): Promise<string[]> {
    const request = {
      method: 'DELETE' as const,
      path: await pathOf(this.#api, object),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid } },
    };
    const { body } = await this.#api.call<Partial<KubernetesObject>>(request, deleted);
    return body.metadata?.finalizers ?? [];
  }
}
