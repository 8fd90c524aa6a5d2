import { advice, kubectl } from '../advice/advice.ts';
import { ignoreNotFound } from '../cluster/ignore-not-found.ts';
import { FIELD_MANAGER } from '../cluster/objects.ts';
import { type DiscoveredKind, groupOf, resourceKinds } from '../cluster/resource-kinds.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { BadInput } from '../failures.ts';
import { isCreatedBy, isUnchanged } from '../kubernetes/managed-fields.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { Applying } from '../lifecycle/apply/applying.ts';
import { applyTakingOver, objectTo } from '../lifecycle/apply/take-over.ts';
import { type DryRun, dryRunSuffix } from '../lifecycle/dry-run.ts';
import { errorInWords, explain } from '../lifecycle/errors/api-errors.ts';
import { type RetryOptions, retryWrite } from '../lifecycle/retry/retry-write.ts';
import { at, type OtherResource } from '../manifests/manifest.ts';

/** What became of a companion, in kubectl's words: secret/model-credentials serverside-applied */
export type Tell = (message: string, object?: KubernetesObject) => void;

interface Placed {
  kind: DiscoveredKind;
  object: OtherResource['object'];
}

/** What has to be known of a companion to say whether it may be made. */
export interface OtherResourceKind {
  group: string;
  /** In the plural. */
  resource: string;
  /** Undefined: it is in none. */
  namespace: string | undefined;
  name: string;
}

/** An object that this run made. */
type Made = Placed & { uid: string };

/**
 * The objects beside the deployments in the files. They are applied before any deployment, in the order of the files but
 * for Namespaces, which come first; and those that this run made are removed in reverse order: whatever was there before
 * stays. What of a Namespace is removed, and when, is for others to decide: what is in it goes with it.
 */
export class OtherResources {
  readonly #namespaces: readonly Placed[];
  readonly #inNamespaces: readonly Placed[];
  readonly #cluster: SeldonCluster;
  /** In the order of their making; Namespaces are not among them. */
  #made: Made[] = [];
  /** The Namespaces that were made, or would be but for a dry run, by name, with their uids. */
  readonly madeNamespaces = new Map<string, string>();

  private constructor(placed: readonly Placed[], cluster: SeldonCluster) {
    this.#namespaces = placed.filter(isNamespace);
    this.#inNamespaces = placed.filter((one) => !isNamespace(one));
    this.#cluster = cluster;
  }

  /** Finds their kinds by discovery. Throws BadInput for one that the server does not have, or that is in no namespace. */
  static async find(others: readonly OtherResource[], cluster: SeldonCluster): Promise<OtherResources> {
    const placed = await Promise.all(
      others.map(async ({ object, positionOf }) => {
        const { apiVersion, kind } = object;
        const found = await cluster.objects
          .discover(apiVersion, kind)
          .catch((error) => explain(error, `find the kind ${kind} of ${apiVersion}`));
        const place = () => at(positionOf(['kind']));
        if (!found) {
          throw new BadInput(`${place()}: no matches for kind "${kind}" in version "${apiVersion}"`, {
            hint: 'Check the spelling; if the kind comes from a CRD, install the CRD first',
          });
        }
        const one = { kind: found, object };
        if (!found.namespaced && !isNamespace(one)) {
          throw new BadInput(
            `${place()}: ${nameOf(found, object)} is cluster-scoped: the only cluster-scoped objects that are applied are Namespaces`,
            { hint: advice`Apply it first: ${kubectl(['apply', '-f', 'FILE'])}` },
          );
        }
        return one;
      }),
    );
    return new OtherResources(placed, cluster);
  }

  get #placed(): Placed[] {
    return [...this.#namespaces, ...this.#inNamespaces];
  }

  get kinds(): OtherResourceKind[] {
    return this.#placed.map(({ kind: { apiVersion, plural }, object: { metadata } }) => ({
      group: groupOf(apiVersion),
      resource: plural,
      namespace: metadata.namespace,
      name: metadata.name,
    }));
  }

  /** The Namespaces that the files hold. */
  get namespaces(): string[] {
    return this.#namespaces.map(({ object }) => object.metadata.name);
  }

  /** As kubectl names them: secret/model-credentials */
  get names(): string[] {
    return this.#placed.map(({ kind, object }) => nameOf(kind, object));
  }

  /** Throws Failure where one cannot be applied; those before it are made by then. */
  async apply(applying: Applying, repeating: RetryOptions, tell: Tell): Promise<void> {
    for (const placed of this.#placed) {
      const { kind, object } = placed;
      repeating.signal.throwIfAborted();
      const tried = `apply ${whichOf(placed)}`;
      const since = this.#cluster.serverClock.now();
      const { fieldManager = FIELD_MANAGER } = applying;
      const send = async (unsure: boolean) => {
        const options = this.#withAbsent(applying);
        const applied = await applyTakingOver(objectTo(this.#cluster.objects, object), options, undefined);
        // It is there by now; maybe because of the try that nobody answered.
        const byUs = unsure && isCreatedBy(applied.object, fieldManager, since);
        return { ...applied, created: applied.created || byUs };
      };
      const applied = await retryWrite(tried, send, repeating).catch((error) => explain(error, tried));
      const { uid = '' } = applied.object.metadata;
      if (applied.created) this.#keep({ ...placed, uid });
      const did =
        !applied.created && isUnchanged(applied.object, fieldManager, since) ? 'unchanged' : 'serverside-applied';
      tell(`${nameOf(kind, object)} ${did}${dryRunSuffix(applying.dryRun ? 'server' : 'none')}`, applied.object);
    }
  }

  #keep(made: Made): void {
    if (isNamespace(made)) this.madeNamespaces.set(made.object.metadata.name, made.uid);
    else this.#made.push(made);
  }

  /** What was made as if is not there for what comes after it. */
  #withAbsent(applying: Applying): Applying {
    const { absentNamespaces = [] } = applying;
    return { ...applying, absentNamespaces: new Set([...absentNamespaces, ...this.madeNamespaces.keys()]) };
  }

  /**
   * Each as it is (undefined: not there) and as the server says that an apply would make it: `applying` is a dry run. First
   * the Namespaces, so that it is known by then which are not there.
   */
  async asApplied(
    applying: Applying,
    inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  ): Promise<{ live: KubernetesObject | undefined; merged: KubernetesObject }[]> {
    const compare = (placed: Placed) =>
      inTurn(async () => {
        const { object } = placed;
        const which = whichOf(placed);
        const live = await this.#cluster.objects.read(object).catch((error) => explain(error, `read ${which}`));
        const applied = await applyTakingOver(
          objectTo(this.#cluster.objects, object),
          this.#withAbsent(applying),
          live,
        ).catch((error) => explain(error, `apply ${which}`));
        if (!live && isNamespace(placed)) this.madeNamespaces.set(object.metadata.name, '');
        return { live, merged: applied.object };
      });
    const namespaces = await Promise.all(this.#namespaces.map(compare));
    return [...namespaces, ...(await Promise.all(this.#inNamespaces.map(compare)))];
  }

  /** Those that the run made and that are there still, as kubectl names them, with the namespace of each. */
  get left(): { name: string; namespace: string }[] {
    return this.#made.map(({ kind, object }) => ({
      name: nameOf(kind, object),
      namespace: object.metadata.namespace ?? '',
    }));
  }

  /** Deletes all of them but the Namespaces, whoever made them, last first. Answers whether each is gone now. */
  async delete(tell: Tell, tellTrouble: Tell, dryRun: DryRun): Promise<boolean> {
    if (dryRun !== 'none') {
      for (const { kind, object } of this.#inNamespaces.toReversed()) {
        tell(`${deleted(kind, object)}${dryRunSuffix(dryRun)}`);
      }
      return true;
    }
    const unread: Placed[] = [];
    const found = await Promise.all(
      this.#inNamespaces.map(async (placed) => {
        try {
          const live = await this.#cluster.objects.read(placed.object);
          return live ? [{ ...placed, uid: live.metadata.uid ?? '' }] : [];
        } catch (error) {
          unread.push(placed);
          tellTrouble(errorInWords(error, `delete ${whichOf(placed)}`));
          return [];
        }
      }),
    );
    this.#made = found.flat();
    await this.remove(tell, tellTrouble);
    return unread.length === 0 && this.#made.length === 0;
  }

  /** Removes what the run made, last first; one that cannot be removed is told, and stays among those that are left. */
  async remove(tell: Tell, tellTrouble: Tell, repeating?: RetryOptions): Promise<void> {
    const left: Made[] = [];
    for (const made of [...this.#made].reverse()) {
      const { kind, object, uid } = made;
      const tried = `delete ${whichOf(made)}`;
      try {
        const send = () =>
          ignoreNotFound(() => this.#cluster.objects.delete(object, uid, { propagationPolicy: 'Background' }));
        const finalizers = await (repeating ? retryWrite(tried, send, repeating) : send());
        if (!finalizers) continue;
        const lingers =
          finalizers.length > 0 ? `, and disappears when its finalizers are done: ${finalizers.join(', ')}` : '';
        tell(`${deleted(kind, object)}${lingers}`);
      } catch (error) {
        left.unshift(made);
        tellTrouble(errorInWords(error, tried));
      }
    }
    this.#made = left;
  }
}

/** In kubectl's words: secret "model-credentials" deleted from default namespace */
function deleted(kind: DiscoveredKind, object: OtherResource['object']): string {
  return `${nameOf(kind, object).replace('/', ' "')}" deleted from ${object.metadata.namespace} namespace`;
}

/** secret/model-credentials in namespace "models" */
function whichOf({ kind, object }: Placed): string {
  const where = kind.namespaced ? ` in namespace "${object.metadata.namespace ?? ''}"` : '';
  return `${nameOf(kind, object)}${where}`;
}

function isNamespace({ kind: { apiVersion, kind } }: Placed): boolean {
  return apiVersion === resourceKinds.namespace.apiVersion && kind === resourceKinds.namespace.kind;
}

/** secret/model-credentials; deployment.apps/x */
function nameOf({ apiVersion, kind }: DiscoveredKind, { metadata }: { metadata: { name: string } }): string {
  const group = groupOf(apiVersion);
  return `${kind.toLowerCase()}${group && `.${group}`}/${metadata.name}`;
}
