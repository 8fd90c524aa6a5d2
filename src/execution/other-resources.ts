import { advice, kubectl } from '../advice/advice.ts';
import type { DiscoveredKind } from '../cluster/api.ts';
import { ApiFailure } from '../cluster/api-failure.ts';
import { FIELD_MANAGER } from '../cluster/apply-object.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { BadInput } from '../failures.ts';
import { isCreatedBy } from '../kubernetes/managed-fields.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { Applying } from '../lifecycle/apply/applying.ts';
import { type DryRun, dryRunSuffix } from '../lifecycle/dry-run.ts';
import { explain, inWords } from '../lifecycle/errors/api-errors.ts';
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
  namespace: string;
  name: string;
}

/** An object that this run made. */
type Made = Placed & { uid: string };

/**
 * The objects beside the deployments in the files. They are applied before any deployment, in the order of the files,
 * and those that this run made are removed in reverse order: whatever was there before stays.
 */
export class OtherResources {
  readonly #placed: readonly Placed[];
  readonly #cluster: SeldonCluster;
  /** In the order of their making. */
  #made: Made[] = [];

  private constructor(placed: readonly Placed[], cluster: SeldonCluster) {
    this.#placed = placed;
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
        const place = at(positionOf(['kind']));
        if (!found) {
          throw new BadInput(`${place}: no matches for kind "${kind}" in version "${apiVersion}"`, {
            hint: 'Check how it is spelt; if it comes with a CRD, install that first',
          });
        }
        if (!found.namespaced) {
          throw new BadInput(
            `${place}: ${nameOf(found, object)} is in no namespace: a run takes only objects that are`,
            {
              hint:
                kind === 'Namespace'
                  ? 'Use --create-namespace'
                  : advice`Apply it first: ${kubectl(['apply', '-f', 'FILE'])}`,
            },
          );
        }
        return { kind: found, object };
      }),
    );
    return new OtherResources(placed, cluster);
  }

  get kinds(): OtherResourceKind[] {
    return this.#placed.map(({ kind: { apiVersion, plural }, object: { metadata } }) => ({
      group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
      resource: plural,
      namespace: metadata.namespace ?? '',
      name: metadata.name,
    }));
  }

  /** As kubectl names them: secret/model-credentials */
  get names(): string[] {
    return this.#placed.map(({ kind, object }) => nameOf(kind, object));
  }

  /** Throws Failure where one cannot be applied; those before it are made by then. */
  async apply(applying: Applying, repeating: RetryOptions, tell: Tell): Promise<void> {
    for (const { kind, object } of this.#placed) {
      repeating.signal.throwIfAborted();
      const tried = `apply ${nameOf(kind, object)} in namespace "${object.metadata.namespace}"`;
      const since = this.#cluster.serverTime;
      const send = async (unsure: boolean) => {
        const applied = await this.#cluster.objects.apply(object, applying);
        // It is there by now; maybe because of the try that nobody answered.
        const byUs = unsure && isCreatedBy(applied.object, applying.fieldManager ?? FIELD_MANAGER, since);
        return { ...applied, created: applied.created || byUs };
      };
      const applied = await retryWrite(tried, send, repeating).catch((error) => explain(error, tried));
      if (applied.created) this.#made.push({ kind, object, uid: applied.object.metadata.uid ?? '' });
      const suffix = dryRunSuffix(applying.dryRun ? 'server' : 'none');
      tell(`${nameOf(kind, object)} serverside-applied${suffix}`, applied.object);
    }
  }

  /** Each as it is (undefined: not there) and as the server says that an apply would make it: `applying` is a dry run. */
  asApplied(
    applying: Applying,
    inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  ): Promise<{ live: KubernetesObject | undefined; merged: KubernetesObject }>[] {
    return this.#placed.map(({ kind, object }) =>
      inTurn(async () => {
        const which = `${nameOf(kind, object)} in namespace "${object.metadata.namespace}"`;
        const live = await this.#cluster.objects.read(object).catch((error) => explain(error, `read ${which}`));
        const applied = await this.#cluster.objects
          .apply(object, applying)
          .catch((error) => explain(error, `apply ${which}`));
        return { live, merged: applied.object };
      }),
    );
  }

  /** Those that the run made and that are there still, as kubectl names them, with the namespace of each. */
  get left(): { name: string; namespace: string }[] {
    return this.#made.map(({ kind, object }) => ({
      name: nameOf(kind, object),
      namespace: object.metadata.namespace ?? '',
    }));
  }

  /** Deletes all of them, whoever made them, last first. Answers whether each is gone now. */
  async delete(tell: Tell, tellTrouble: Tell, dryRun: DryRun): Promise<boolean> {
    if (dryRun !== 'none') {
      for (const { kind, object } of [...this.#placed].reverse()) {
        tell(`${deleted(kind, object)}${dryRunSuffix(dryRun)}`);
      }
      return true;
    }
    const unread: Placed[] = [];
    const found = await Promise.all(
      this.#placed.map(async (placed) => {
        try {
          const live = await this.#cluster.objects.read(placed.object);
          return live ? [{ ...placed, uid: live.metadata.uid ?? '' }] : [];
        } catch (error) {
          unread.push(placed);
          tellTrouble(inWords(error, `delete ${whichOf(placed)}`));
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
        const send = () => this.#cluster.objects.delete(object, uid);
        const finalizers = await (repeating ? retryWrite(tried, send, repeating) : send());
        const lingers =
          finalizers.length > 0 ? `, and goes when its finalizers are done: ${finalizers.join(', ')}` : '';
        tell(`${deleted(kind, object)}${lingers}`);
      } catch (error) {
        if (error instanceof ApiFailure && error.status === 404) continue;
        left.unshift(made);
        tellTrouble(inWords(error, tried));
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
  return `${nameOf(kind, object)} in namespace "${object.metadata.namespace ?? ''}"`;
}

/** secret/model-credentials; deployment.apps/x */
function nameOf({ apiVersion, kind }: DiscoveredKind, { metadata }: { metadata: { name: string } }): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind.toLowerCase()}${group}/${metadata.name}`;
}
