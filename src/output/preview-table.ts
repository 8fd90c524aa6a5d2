import type { Container, Service } from '../operator/kubernetes-objects.ts';
import type { MadeReplicas } from '../operator/made-objects.ts';
import type { Preview, PreviewedObject } from '../preview/preview.ts';
import { escapeTerminal } from '../text/escape.ts';
import { Columns } from './columns.ts';
import { fullName } from './object-format.ts';

/** A line for each object, as kubectl get has objects of several kinds; with their namespaces where there are several. */
export function previewLines(previews: readonly Preview[]): string[] {
  const several = new Set(previews.map(({ namespace }) => namespace)).size > 1;
  const header = [...(several ? ['NAMESPACE'] : []), 'NAME', 'REPLICAS', 'ADMITTED', 'CONTAINERS OR PORTS'];
  const rows = previews.flatMap(({ namespace, objects }) =>
    objects.map((one) => [
      ...(several ? [namespace] : []),
      fullName(one.object),
      one.pods ? replicasInWords(one.pods.replicas) : '<none>',
      admittedInWords(one),
      detailsOf(one),
    ]),
  );
  if (rows.length === 0) return [];
  return new Columns().lines([header, ...rows.map((cells) => cells.map(escapeTerminal))]);
}

/** An autoscaler's: 2-6. */
function replicasInWords(replicas: MadeReplicas): string {
  if (replicas.by === 'autoscaler') return `${replicas.least}-${replicas.most}`;
  return replicas.by === 'field' ? String(replicas.count) : '1';
}

function admittedInWords({ admission }: PreviewedObject): string {
  if (admission.admitted !== 'no') return admission.admitted;
  return admission.refused === 'its pods' ? 'no pods' : 'no';
}

function detailsOf({ object, pods }: PreviewedObject): string {
  if (pods) {
    const { initContainers = [], containers } = pods.of.spec.template.spec;
    const image = ({ name, image = '' }: Container) => `${name}=${image}`;
    return [...initContainers.map((one) => `init:${image(one)}`), ...containers.map(image)].join(',');
  }
  if (object.kind !== 'Service') return '<none>';
  return (object as Service).spec.ports.map(({ port, protocol }) => `${port}/${protocol}`).join(',');
}
