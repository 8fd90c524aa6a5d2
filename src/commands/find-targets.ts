import type { Readable } from 'node:stream';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Failure } from '../failures.ts';
import { namespacesIn, namespacesOf } from '../lifecycle/destination.ts';
import { explainAsKubectl, notFound } from '../lifecycle/errors/kubectl-words.ts';
import { inNamespaces } from '../manifests/choose-namespace.ts';
import type { OtherResource } from '../manifests/manifest.ts';
import type { SourceOptions } from '../manifests/read-files.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import type { Targets } from './targets.ts';

export interface Place {
  cluster: SeldonCluster;
  /** -n, as it was given. */
  flag: string | undefined;
  /** Of the context. */
  namespace: string;
  allNamespaces: boolean;
  stdin: Readable;
  env: SourceOptions['env'];
  recursive: boolean;
}

export interface FoundTargets {
  /** As the server holds them. */
  found: SeldonDeployment[];
  /** Why each of the others is not there. */
  missing: Failure[];
  /** What stands beside them in the files. */
  others: OtherResource[];
  /** Where they are looked for; with -A, where they were found. */
  namespaces: string[];
}

/** Reads the deployments that are meant. Throws Failure where the server cannot be asked. */
export async function findTargets(targets: Targets, place: Place): Promise<FoundTargets> {
  const { cluster, allNamespaces } = place;
  const namespace = place.flag || place.namespace;
  if (targets.by === 'selector') {
    const labelSelector = targets.selector;
    const found = await cluster
      .listDeployments(allNamespaces ? undefined : namespace, { labelSelector })
      .catch((error) => explainAsKubectl(error, 'list seldondeployments'));
    const namespaces = allNamespaces ? namespacesOf(found) : [namespace];
    return { found, missing: [], others: [], namespaces };
  }
  const { names, others, namespaces } =
    targets.by === 'name'
      ? { names: targets.names.map((name) => ({ name, namespace })), others: [], namespaces: [namespace] }
      : await inFiles(targets.filenames, place);
  const read = await Promise.all(
    names.map(async (one) => ({
      name: one.name,
      live: await cluster
        .read(one.namespace, one.name)
        .catch((error) => explainAsKubectl(error, `read seldondeployment "${one.name}"`)),
    })),
  );
  return {
    found: read.flatMap(({ live }) => (live ? [live] : [])),
    missing: read.flatMap(({ name, live }) => (live ? [] : [notFound(name)])),
    others,
    namespaces,
  };
}

async function inFiles(filenames: readonly string[], { flag, namespace, stdin, recursive, env }: Place) {
  const manifests = inNamespaces(await readManifests(filenames, { recursive, stdin, env }), flag, namespace);
  const names = manifests.deployments.map(({ deployment: { metadata } }) => ({
    name: metadata.name,
    namespace: metadata.namespace ?? namespace,
  }));
  const { others } = manifests;
  return { names, others, namespaces: namespacesIn(manifests) };
}
