import { type AuditedRequest, auditMilliseconds } from '../test/control-plane/audit.ts';

/** What the cluster itself took in one lifecycle, in milliseconds, from its audit log. */
export interface ClusterTime {
  /** From the answered apply to the status write that makes it Available. */
  availableMs: number;
  /** From the answered scaling to the status write that says so. */
  scaledMs: number;
  /** From the answered delete to the write that lets the object go. */
  deletedMs: number;
  /** The three, each from when to when, in milliseconds since 1970. */
  spans: readonly (readonly [from: number, to: number])[];
  /** From each of the writes that complete a wait to the next request of the same client. */
  reactionsMs: number[];
}

/**
 * Reads a lifecycle out of the requests of its time: `client` is the user agent of whoever carried it out, all others
 * are the cluster.
 */
export function clusterTime(requests: readonly AuditedRequest[], name: string, client: RegExp): ClusterTime {
  const about = requests.filter(
    ({ objectRef }) => objectRef?.resource === 'seldondeployments' && objectRef.name === name,
  );
  const changes = about.filter(({ userAgent, verb }) => client.test(userAgent) && /^(patch|delete)$/.test(verb));
  const [apply, scale, remove] = [changes[0], changes.at(-2), changes.at(-1)];
  if (!apply || !scale || remove?.verb !== 'delete')
    throw new Error('the audit log does not show apply, scale and delete');
  const writes = about.filter(({ userAgent, verb }) => !client.test(userAgent) && /^(update|patch)$/.test(verb));
  const lastWrite = (after: AuditedRequest, before?: AuditedRequest) => {
    const between = writes.filter(
      (write) => answered(write) > answered(after) && (!before || answered(write) < received(before)),
    );
    return between.at(-1) ?? after;
  };
  const [available, scaled, gone] = [lastWrite(apply, scale), lastWrite(scale, remove), lastWrite(remove)];
  return {
    spans: [
      [answered(apply), answered(available)],
      [answered(scale), answered(scaled)],
      [answered(remove), answered(gone)],
    ],
    availableMs: answered(available) - answered(apply),
    scaledMs: answered(scaled) - answered(scale),
    deletedMs: answered(gone) - answered(remove),
    reactionsMs: [received(scale) - answered(available), received(remove) - answered(scaled)],
  };
}

function answered({ stageTimestamp }: AuditedRequest): number {
  return auditMilliseconds(stageTimestamp);
}

function received({ requestReceivedTimestamp }: AuditedRequest): number {
  return auditMilliseconds(requestReceivedTimestamp);
}
