import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { urlOf } from '../seldon/url.ts';
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
