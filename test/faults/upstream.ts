import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** Where an API server really is, and what it takes to be let in. */
export interface Upstream {
  url: URL;
  credentials: { ca?: string; cert?: string; key?: string };
}

/** From a kubeconfig of one cluster and one user, with everything in the file itself. */
export function upstreamOf(kubeconfig: string): Upstream {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8'));
  const pem = (data: string | undefined) => (data ? Buffer.from(data, 'base64').toString() : undefined);
  const ca = pem(clusters[0].cluster['certificate-authority-data']);
  const cert = pem(users?.[0]?.user['client-certificate-data']);
  const key = pem(users?.[0]?.user['client-key-data']);
  return {
    url: new URL(clusters[0].cluster.server),
    credentials: { ...(ca && { ca }), ...(cert && key && { cert, key }) },
  };
}
