import { BadInput } from '../failures.ts';
import { at, type Manifest } from './manifest.ts';
import { isNamespaceName } from './valid-names.ts';

/**
 * The manifests with their namespaces filled in: from -n, else their own, else the context's. An empty -n says nothing,
 * as in kubectl. Throws BadInput when -n and the file name different ones, as kubectl does, and when two turn out to be
 * the same deployment.
 */
export function inNamespaces(manifests: readonly Manifest[], flag: string | undefined, ofContext: string): Manifest[] {
  const placed = manifests.map((manifest) => inNamespace(manifest, flag, ofContext));
  refuseTheSameTwice(placed);
  return placed;
}

function inNamespace(manifest: Manifest, flag: string | undefined, ofContext: string): Manifest {
  const { metadata } = manifest.deployment;
  if (flag && metadata.namespace && metadata.namespace !== flag) {
    throw new BadInput(
      `${at(manifest.positionOf(['metadata', 'namespace']))}: the namespace from the file, "${metadata.namespace}", does not match the namespace "${flag}" of -n`,
      { hint: `Leave one of them out, or pass --namespace=${metadata.namespace}` },
    );
  }
  const namespace = flag || metadata.namespace || ofContext;
  if (!isNamespaceName(namespace)) throw new BadInput(`"${namespace}" is not a valid namespace`);
  return { ...manifest, deployment: { ...manifest.deployment, metadata: { ...metadata, namespace } } };
}

function refuseTheSameTwice(manifests: readonly Manifest[]): void {
  const seen = new Map<string, Manifest>();
  for (const manifest of manifests) {
    const { name, namespace = '' } = manifest.deployment.metadata;
    const first = seen.get(`${namespace}/${name}`);
    if (first) {
      throw new BadInput(
        `${at(manifest.positionOf(['metadata', 'name']))}: seldondeployment "${name}" is already defined at ${at(first.positionOf(['metadata', 'name']))}`,
      );
    }
    seen.set(`${namespace}/${name}`, manifest);
  }
}
