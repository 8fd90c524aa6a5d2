import { HOST_ANNOTATION } from '../manifests/model-annotations.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { escapeTerminal } from '../text/escape.ts';

/** What somebody wants to know of a deployment that was just made; the ID is the server's own. */
export function createdLines(deployment: SeldonDeployment): string[] {
  const { uid, namespace, name } = deployment.metadata;
  const rows = [
    ['Deployment ID:', uid],
    ['Deployment namespace:', namespace],
    ['Deployment name:', name],
    ['URL:', urlOf(deployment)],
  ];
  return rows.map(([what = '', value = '<none>']) => `${what.padEnd(26)}${escapeTerminal(value)}`);
}

/** From outside by its host, where Seldon's routing gives it this path; otherwise where the operator says it is in the cluster. */
function urlOf({ metadata, status }: SeldonDeployment): string | undefined {
  const { namespace, name, annotations } = metadata;
  const host = annotations?.[HOST_ANNOTATION];
  if (host) return `http://${host}/seldon/${namespace}/${name}/api/v1.0/predictions`;
  return status?.address?.url || undefined;
}
