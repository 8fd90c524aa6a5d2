import type { Lease } from '../cluster/leases.ts';
import { ownerOf } from '../sync/ownership.ts';
import { DEPLOYMENTS_ANNOTATION, SOURCE_ANNOTATION, VERSION_ANNOTATION } from './agent-lease.ts';

/** An agent as its Lease shows it. */
export interface AgentRow {
  name: string;
  namespace: string;
  /** Undefined: it has not said yet. */
  deployments: string | undefined;
  status: 'Running' | 'Stopped' | 'Lost';
  version: string | undefined;
  source: string | undefined;
  /** RFC 3339 */
  created: string | undefined;
}

/** `nowMs` in milliseconds since 1970. Lost is one that has not renewed its Lease and has not given it back. */
export function agentRow(lease: Lease, nowMs: number): AgentRow {
  const { metadata, spec = {} } = lease;
  const annotations = metadata.annotations ?? {};
  const renewed = Date.parse(spec.renewTime ?? '');
  const isFresh = nowMs - renewed <= (spec.leaseDurationSeconds ?? 0) * 1_000;
  return {
    name: ownerOf(lease) ?? metadata.name,
    namespace: metadata.namespace ?? '',
    deployments: annotations[DEPLOYMENTS_ANNOTATION],
    status: !spec.holderIdentity ? 'Stopped' : isFresh ? 'Running' : 'Lost',
    version: annotations[VERSION_ANNOTATION],
    source: annotations[SOURCE_ANNOTATION],
    created: metadata.creationTimestamp,
  };
}
