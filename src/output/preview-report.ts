import type { Container } from '../operator/kubernetes-objects.ts';
import type { MadeReplicas } from '../operator/made-objects.ts';
import type { Preview, PreviewedObject } from '../preview/preview.ts';

/** What -o json of `preview` says: `admitted` is null where the server cannot be asked. */
export function previewReport(previews: readonly Preview[]): object {
  return {
    deployments: previews.map(({ namespace, name, objects, givenUp }) => ({
      namespace,
      name,
      ...(givenUp !== undefined && { givenUp }),
      objects: objects.map(reported),
    })),
  };
}

function reported({ object: { apiVersion, kind, metadata }, pods, admission }: PreviewedObject): object {
  const { initContainers = [], containers = [] } = pods?.of.spec.template.spec ?? {};
  return {
    apiVersion,
    kind,
    name: metadata.name,
    ...(pods && {
      ...replicas(pods.replicas),
      ...(initContainers.length > 0 && { initContainers: initContainers.map(nameAndImage) }),
      containers: containers.map(nameAndImage),
    }),
    admitted: { yes: true, no: false, unknown: null }[admission.admitted],
    ...(admission.admitted === 'no' && { refused: admission.refused === 'it' ? kind : 'Pod' }),
    ...(admission.admitted !== 'yes' && { why: admission.why }),
  };
}

function replicas(said: MadeReplicas): object {
  if (said.by === 'autoscaler') return { minReplicas: said.least, maxReplicas: said.most };
  return { replicas: said.by === 'field' ? said.count : 1 };
}

function nameAndImage({ name, image }: Container): object {
  return { name, image };
}
