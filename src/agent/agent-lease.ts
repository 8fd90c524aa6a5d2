import type { Lease } from '../kubernetes/objects.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, OWNER_LABEL, ownerOf } from '../sync/ownership.ts';
import { sha256 } from '../sync/sha256.ts';

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

/** Of a label's value and of a namespace. */
const MOST_LETTERS = 63;
const HASH_LETTERS = 8;

/**
 * The name of an agent's objects: at most 63 characters, lower case. An owner that cannot stand in it as it is has a hash of it
 * there too, so that no two owners have one name.
 */
export function leaseName(owner: string): string {
  const name = `seldon-lifecycle-${owner}`;
  if (name.length <= MOST_LETTERS && /^[a-z0-9-]*[a-z0-9]$/.test(name)) return name;
  const readable = name.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  const kept = readable.slice(0, MOST_LETTERS - HASH_LETTERS - 1).replace(/-+$/, '');
  return `${kept}-${sha256(owner).slice(0, HASH_LETTERS)}`;
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
