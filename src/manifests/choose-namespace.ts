import { knownKind } from '../cluster/resource-kinds.ts';
import { BadInput } from '../failures.ts';
import type { Metadata } from '../kubernetes/objects.ts';
import { at, type Manifest, type Manifests, type OtherResource, type PositionOf } from './manifest.ts';
import { isNamespaceName } from './valid-names.ts';

/** Where a namespace may be said, beside the manifests themselves. */
export interface NamespaceChoice {
  /** -n; an empty one says nothing, as in kubectl. */
  flag: string | undefined;
  /** --override: -n goes before what the files say, instead of having to agree with it. */
  override: boolean;
  ofContext: string;
}

/**
 * The manifests with their namespaces filled in: from -n, else their own, else the context's. Throws BadInput when -n and
 * the file name different ones, as kubectl does, and when two turn out to be the same object.
 */
export function inNamespaces(manifests: Manifests, choice: NamespaceChoice): Manifests {
  refuseOverrideAlone(choice);
  const placed = (metadata: Metadata, positionOf: PositionOf) => ({
    ...metadata,
    namespace: namespaceOf(metadata, positionOf, choice),
  });
  const deployments = manifests.deployments.map(({ deployment, positionOf }): Manifest => {
    return { deployment: { ...deployment, metadata: placed(deployment.metadata, positionOf) }, positionOf };
  });
  const others = manifests.others.map(({ object, positionOf }): OtherResource => {
    if (isInNoNamespace(object)) return { object, positionOf };
    return { object: { ...object, metadata: placed(object.metadata, positionOf) }, positionOf };
  });
  refuseTheSameTwice(
    deployments.map(({ deployment, positionOf }) => ({ what: 'seldondeployment', ...deployment.metadata, positionOf })),
  );
  refuseTheSameTwice(
    others.map(({ object, positionOf }) => ({ what: wordsFor(object), ...object.metadata, positionOf })),
  );
  return { deployments, others };
}

/** Of other kinds only the server knows, which then refuses to have them in one. */
function isInNoNamespace({ apiVersion, kind }: OtherResource['object']): boolean {
  return knownKind(apiVersion, kind)?.namespaced === false;
}

/** Throws BadInput for an --override that nothing goes with: a script whose variable is empty means no other namespace. */
export function refuseOverrideAlone({ flag, override }: Pick<NamespaceChoice, 'flag' | 'override'>): void {
  if (override && !flag)
    throw new BadInput('--override needs -n and the namespace to use instead of those of the files');
}

function namespaceOf(
  metadata: Metadata,
  positionOf: PositionOf,
  { flag, override, ofContext }: NamespaceChoice,
): string {
  const own = metadata.namespace;
  if (flag && own && own !== flag && !override) {
    const place = at(positionOf(['metadata', 'namespace']));
    throw new BadInput(
      `${place}: the namespace from the file, "${own}", does not match the namespace "${flag}" of -n`,
      { hint: `Change -n to ${own}, or metadata.namespace at ${place} to ${flag}; or pass --override to use ${flag}` },
    );
  }
  const namespace = flag || own || ofContext;
  if (!isNamespaceName(namespace)) throw new BadInput(`"${namespace}" is not a valid namespace`);
  return namespace;
}

/** The group belongs to it: two groups may have a kind of the same name. */
function wordsFor({ apiVersion, kind }: OtherResource['object']): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind.toLowerCase()}${group}`;
}

interface Named {
  what: string;
  name: string;
  namespace?: string;
  positionOf: PositionOf;
}

function refuseTheSameTwice(objects: readonly Named[]): void {
  const seen = new Map<string, Named>();
  for (const object of objects) {
    const { what, name, namespace, positionOf } = object;
    const first = seen.get(`${what}/${namespace}/${name}`);
    if (first) {
      throw new BadInput(
        `${at(positionOf(['metadata', 'name']))}: ${what} "${name}" is already defined at ${at(first.positionOf(['metadata', 'name']))}`,
      );
    }
    seen.set(`${what}/${namespace}/${name}`, object);
  }
}
