import { BadInput } from '../failures.ts';
import type { Metadata } from '../kubernetes/objects.ts';
import { at, type Manifest, type Manifests, type OtherResource, type PositionOf } from './manifest.ts';
import { isNamespaceName } from './valid-names.ts';

/**
 * The manifests with their namespaces filled in: from -n, else their own, else the context's. An empty -n says nothing,
 * as in kubectl. Throws BadInput when -n and the file name different ones, as kubectl does, and when two turn out to be
 * the same object.
 */
export function inNamespaces(manifests: Manifests, flag: string | undefined, ofContext: string): Manifests {
  const placed = (metadata: Metadata, positionOf: PositionOf) => ({
    ...metadata,
    namespace: namespaceOf(metadata, positionOf, flag, ofContext),
  });
  const deployments = manifests.deployments.map(({ deployment, positionOf }): Manifest => {
    return { deployment: { ...deployment, metadata: placed(deployment.metadata, positionOf) }, positionOf };
  });
  const others = manifests.others.map(({ object, positionOf }): OtherResource => {
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

function namespaceOf(metadata: Metadata, positionOf: PositionOf, flag: string | undefined, ofContext: string): string {
  if (flag && metadata.namespace && metadata.namespace !== flag) {
    throw new BadInput(
      `${at(positionOf(['metadata', 'namespace']))}: the namespace from the file, "${metadata.namespace}", does not match the namespace "${flag}" of -n`,
      { hint: `Leave one of them out, or pass --namespace=${metadata.namespace}` },
    );
  }
  const namespace = flag || metadata.namespace || ofContext;
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
