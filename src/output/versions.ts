import type { ClusterVersions } from '../doctor/versions.ts';
import { escapeTerminal } from '../text/escape.ts';

export type Versions = { client: { gitVersion: string; platform: string } } & Partial<ClusterVersions>;

/** As `kubectl version` prints them, a line each. */
export function versionLines({ client, server, operator, resource }: Versions): string[] {
  if (!server || !operator || !resource) return [`Client Version: ${client.gitVersion}`];
  const operatorVersion = 'version' in operator ? operator.version : `unknown (${operator.unknown})`;
  return [
    `Client Version: ${client.gitVersion}`,
    `Server Version: ${escapeTerminal(server.gitVersion)}`,
    `Operator Version: ${escapeTerminal(operatorVersion)}`,
    `SeldonDeployment Versions: ${escapeTerminal(resource.join(', ')) || 'none: Seldon Core is not installed'}`,
  ];
}

/** With the names that `kubectl version -o json` has. */
export function versionDocument({ client, server, operator, resource }: Versions): object {
  if (!server || !operator || !resource) return { clientVersion: client };
  return {
    clientVersion: client,
    ...('version' in operator && { operatorVersion: { gitVersion: operator.version, image: operator.image } }),
    seldonDeploymentVersions: resource,
    serverVersion: server,
  };
}
