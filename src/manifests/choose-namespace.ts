import { BadInput } from '../failures.ts';
import { at, type Manifest } from './manifest.ts';
import { isNamespaceName } from './valid-names.ts';

/**
 * The manifest with its namespace filled in: from -n, else its own, else the context's. An empty -n says nothing, as in
 * kubectl. Throws BadInput when -n and the file name different ones, as kubectl does.
 */
export function inNamespace(manifest: Manifest, flag: string | undefined, ofContext: string): Manifest {
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
