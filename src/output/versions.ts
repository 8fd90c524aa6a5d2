import type { ClusterVersions } from '../doctor/versions.ts';
import { escapeTerminal } from '../text/escape.ts';

export interface ClientVersion {
  gitVersion: string;
  /** 'unknown' where it is run from its source. */
  gitCommit: string;
  /** clean or dirty, where a commit is known. */
  gitTreeState?: string;
  platform: string;
}

export type Versions = { client: ClientVersion } & Partial<ClusterVersions>;

/** As `kubectl version` prints them, a line each, and the commit. */
export function versionLines({ client, server, operator, resource }: Versions): string[] {
  const commit = client.gitTreeState === 'dirty' ? `${client.gitCommit}, changed since` : client.gitCommit;
  const ours = [`Client Version: ${client.gitVersion}`, `Client Commit: ${commit}`];
  if (!server || !operator || !resource) return ours;
  const operatorVersion = 'version' in operator ? operator.version : `unknown (${operator.unknown})`;
  return [
    ...ours,
    `Server Version: ${escapeTerminal(server.gitVersion)}`,
    `Operator Version: ${escapeTerminal(operatorVersion)}`,
    `SeldonDeployment Versions: ${escapeTerminal(resource.join(', ')) || 'none: Seldon Core is not installed'}`,
  ];
}

/** With the names that `kubectl version -o json` has. */
export function versionDocument({ client, server, operator, resource }: Versions): object {
  if (!server || !operator || !resource) return { clientVersion: client };
  const operatorVersion =
    'version' in operator
      ? { gitVersion: operator.version, image: operator.image }
      : { gitVersion: 'unknown', reason: operator.unknown };
  return {
    clientVersion: client,
    operatorVersion,
    seldonDeploymentVersions: resource,
    serverVersion: server,
  };
}
