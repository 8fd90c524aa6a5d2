import type { Lease } from '../cluster/leases.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, OWNER_LABEL } from '../sync/ownership.ts';

/** How the Leases of agents are found. */
export const COMPONENT_LABEL = 'app.kubernetes.io/component';
export const COMPONENT = 'sync-agent';
export const AGENT_SELECTOR = `${MANAGED_BY_LABEL}=${MANAGED_BY},${COMPONENT_LABEL}=${COMPONENT}`;

export const VERSION_ANNOTATION = 'seldon-lifecycle.io/version';
export const SOURCE_ANNOTATION = 'seldon-lifecycle.io/source';
export const DEPLOYMENTS_ANNOTATION = 'seldon-lifecycle.io/deployments';

/** So long a Lease is good: a leader that is killed is followed after this and one more look. */
export const LEASE_MS = 10_000;

/** What an agent says of itself in its Lease; nothing secret. */
export interface AgentWords {
  owner: string;
  version: string;
  source: string;
  deployments: number | undefined;
}

/** Of an owner, made a name: at most 63 characters, lower case. */
export function leaseName(owner: string): string {
  return `seldon-lifecycle-${owner.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}`.slice(0, 63).replace(/-+$/, '');
}

/** What a replica may do about a Lease that it sees. */
export type LeaseStep = 'create' | 'renew' | 'take' | 'wait';

/**
 * Whose turn it is. `unchangedMs` is how long this replica has seen the Lease as it is: clocks of others are not believed,
 * as in client-go's leader election.
 */
export function leaseStep(lease: Lease | undefined, identity: string, unchangedMs: number): LeaseStep {
  if (!lease) return 'create';
  const { holderIdentity = '', leaseDurationSeconds = LEASE_MS / 1_000 } = lease.spec ?? {};
  if (holderIdentity === identity) return 'renew';
  if (holderIdentity === '' || unchangedMs > leaseDurationSeconds * 1_000) return 'take';
  return 'wait';
}

/** The Lease as its holder writes it. `nowMs` in milliseconds since 1970. */
export function heldLease(
  before: Lease | undefined,
  place: { namespace: string; name: string },
  identity: string,
  words: AgentWords,
  nowMs: number,
): Lease {
  const now = microTime(nowMs);
  const changesHands = before?.spec?.holderIdentity !== identity;
  const { metadata, spec } = before ?? {};
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...metadata,
      ...place,
      labels: {
        ...metadata?.labels,
        [MANAGED_BY_LABEL]: MANAGED_BY,
        [COMPONENT_LABEL]: COMPONENT,
        [OWNER_LABEL]: words.owner,
      },
      annotations: {
        ...metadata?.annotations,
        [VERSION_ANNOTATION]: words.version,
        [SOURCE_ANNOTATION]: words.source,
        ...(words.deployments !== undefined && { [DEPLOYMENTS_ANNOTATION]: String(words.deployments) }),
      },
    },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: LEASE_MS / 1_000,
      acquireTime: changesHands ? now : (spec?.acquireTime ?? now),
      renewTime: now,
      leaseTransitions: (spec?.leaseTransitions ?? 0) + (before && changesHands ? 1 : 0),
    },
  };
}

/** The same, given up, so that another need not wait. */
export function releasedLease(held: Lease, nowMs: number): Lease {
  return { ...held, spec: { ...held.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(nowMs) } };
}

function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
