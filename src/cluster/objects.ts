import { PatchStrategy } from '@kubernetes/client-node/dist/patch.js';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { anyKind, deleted } from './answer-forms.ts';
import type { Api, VerbOptions } from './api.ts';
import type { Form } from './form.ts';
import { ignoreNotFound } from './ignore-not-found.ts';
import type { DiscoveredKind } from './resource-kinds.ts';

export const FIELD_MANAGER = 'kubectl-seldon-lifecycle';

/** Where an object is. */
export interface ObjectPlace {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** An object that says what it is. */
export type NamedKind = KubernetesObject & { apiVersion: string; kind: string };

/** Who decides what becomes of the dependents: https://kubernetes.io/docs/concepts/architecture/garbage-collection/ */
export type Propagation = 'Foreground' | 'Background' | 'Orphan';

/** A patch in one of the forms that the API server takes of custom resources. */
export type Patch = { type: 'merge'; patch: Record<string, unknown> } | { type: 'json'; patch: readonly object[] };

interface WriteOptions {
  /** In whose name fields are owned; ours, if it is not said. */
  fieldManager?: string;
  /** The server answers as if, and changes nothing. */
  dryRun?: boolean;
  /** Namespaces that would be there but for the dry run: what is in one is answered as it is, since no server can try it. */
  absentNamespaces?: ReadonlySet<string>;
}

export interface ApplyOptions extends WriteOptions {
  /** Takes fields away from other managers. */
  force?: boolean;
  /** Makes the object, and leaves one of its name that is there already as it is: that is a 409. */
  createOnly?: boolean;
}

export interface DeleteOptions {
  propagationPolicy?: Propagation;
  /** Only as it was when it was read: that it has changed since is a 409. */
  resourceVersion?: string | undefined;
  dryRun?: boolean;
}

/** Of the answer, which is the object; that of any kind if it is not said. */
interface Answered {
  form?: Form;
}

/**
 * Of no object that there is. The server compares the resourceVersion of an apply with that of the object, if there is
 * one, and forgets it if there is none; it does both in one transaction, so that of several at once one makes the object.
 * A POST would do so too, but what it makes is not managed by apply: the next apply would be in conflict with it.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go
 */
const OF_NO_OBJECT = '1';

/** Parameters of a verb that are not used. */
const none = undefined;

/** Objects of whatever kind, by the verbs of KubernetesObjectApi. Every method throws ApiFailure or Unreachable. */
export class Objects {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** What the server says of a kind; undefined where it does not have it. */
  async discover(apiVersion: string, kind: string): Promise<DiscoveredKind | undefined> {
    // Without its group or version, it answers 404.
    return await ignoreNotFound(() => this.#api.discover(apiVersion, kind));
  }

  /** As the server holds it; undefined where there is none of its name. */
  async read<T extends KubernetesObject>(
    object: ObjectPlace,
    { form = anyKind, ...told }: Answered & Pick<VerbOptions, 'signal' | 'evenAfterStop'> = {},
  ): Promise<T | undefined> {
    const options = this.#api.options({ form, ...told });
    const read = () => this.#api.read(placeOf(object), none, none, none, options);
    return (await ignoreNotFound(read)) as T | undefined;
  }

  /** Throws ApiFailure 409 where there is one of its name. */
  async create<T extends KubernetesObject>(
    object: T & NamedKind,
    { form = anyKind, fieldManager, dryRun }: Answered & Pick<WriteOptions, 'fieldManager' | 'dryRun'> = {},
  ): Promise<T> {
    const options = this.#api.options({ form, body: object });
    return (await this.#api.create(placeOf(object), none, dryRun ? 'All' : none, fieldManager, options)) as T;
  }

  /** Throws ApiFailure 409 where it has changed since it was read. */
  async replace<T extends KubernetesObject>(
    object: T & NamedKind,
    { form = anyKind, dryRun }: Answered & Pick<WriteOptions, 'dryRun'> = {},
  ): Promise<T> {
    const options = this.#api.options({ form, body: object });
    return (await this.#api.replace(placeOf(object), none, dryRun ? 'All' : none, none, options)) as T;
  }

  /** Server-side apply, and whether the object did not exist before. */
  async apply<T extends KubernetesObject>(
    object: T & NamedKind,
    {
      fieldManager = FIELD_MANAGER,
      force,
      dryRun,
      absentNamespaces,
      createOnly,
      form = anyKind,
    }: ApplyOptions & Answered = {},
  ): Promise<{ object: T; created: boolean }> {
    if (dryRun && absentNamespaces?.has(object.metadata.namespace ?? '')) return { object, created: true };
    let created = false;
    const options = this.#api.options({
      form,
      body: createOnly ? { ...object, metadata: { ...object.metadata, resourceVersion: OF_NO_OBJECT } } : object,
      onStatus: (status) => {
        created = status === 201;
      },
    });
    const asIf = dryRun ? 'All' : none;
    // Nothing can be taken from anybody where only what is not there is made: so there is one answer to what is there.
    const taking = force || createOnly ? true : none;
    const { ServerSideApply } = PatchStrategy;
    const applying = this.#api.patch(placeOf(object), none, asIf, fieldManager, taking, ServerSideApply, options);
    const applied = (await applying) as T;
    // As if it were made, it has none; a server gives back what was sent.
    if (createOnly && dryRun) delete applied.metadata.resourceVersion;
    return { object: applied, created };
  }

  async patch<T extends KubernetesObject>(
    object: ObjectPlace,
    { type, patch }: Patch,
    { fieldManager = FIELD_MANAGER, dryRun, form = anyKind }: WriteOptions & Answered = {},
  ): Promise<T> {
    const asIf = dryRun ? 'All' : none;
    const strategy = type === 'merge' ? PatchStrategy.MergePatch : PatchStrategy.JsonPatch;
    const options = this.#api.options({ form, body: patch });
    return (await this.#api.patch(placeOf(object), none, asIf, fieldManager, none, strategy, options)) as T;
  }

  /** Deletes the object with this uid and no other. Answers the finalizers that keep it for the moment. */
  async delete(
    object: ObjectPlace,
    uid: string,
    { propagationPolicy, resourceVersion, dryRun }: DeleteOptions = {},
  ): Promise<string[]> {
    // All stands in the body: with a body the server ignores the query.
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(propagationPolicy && { propagationPolicy }),
      preconditions: { uid, ...(resourceVersion !== undefined && { resourceVersion }) },
      ...(dryRun && { dryRun: ['All'] }),
    };
    const options = this.#api.options({ form: deleted });
    const answer = await this.#api.delete(placeOf(object), none, none, none, none, none, body, options);
    // A Status, or the object where something keeps it.
    return (answer as Partial<KubernetesObject>).metadata?.finalizers ?? [];
  }
}

/** All that the verbs are given of an object, whose serializer would drop what it does not know: the body goes into the options, as it is. */
function placeOf({ apiVersion, kind, metadata: { name, namespace } }: ObjectPlace): ObjectPlace {
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}
