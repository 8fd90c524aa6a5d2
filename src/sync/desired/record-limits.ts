import type { FieldPath } from '../../manifests/manifest.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { hostAccess, namedServiceAccounts } from './host-access.ts';

/** What a source may have its deployments do, beside serving a model in a namespace of its scope. */
export interface RecordLimits {
  /** Whether pods may get at their nodes. */
  hostAccess: boolean;
  /** The ServiceAccounts, beside the default one of a namespace, that pods may act as. */
  serviceAccounts: ReadonlySet<string>;
  /** Why nothing is made in a namespace; undefined: it may be. */
  reserved(namespace: string): string | undefined;
}

/** What holds if nothing is said: models, and nothing else. */
export const MODELS_ONLY: RecordLimits = { hostAccess: false, serviceAccounts: new Set(), reserved: () => undefined };

const MOST_TOLD = 3;

/** Why a record is refused that goes further than its source may; undefined: it does not. */
export function beyondLimits(
  { spec, metadata: { namespace = '' } }: SeldonDeployment,
  { hostAccess: isHostAllowed, serviceAccounts, reserved }: RecordLimits,
): { path: FieldPath; says: string } | undefined {
  const why = reserved(namespace);
  if (why !== undefined) return { path: ['metadata', 'namespace'], says: `namespace ${namespace} ${why}` };
  const powerful = isHostAllowed ? [] : hostAccess(spec, ['spec']);
  const [first] = powerful;
  if (first) {
    return {
      path: first.path,
      says: `${told(powerful)} would give the pod access to its node, which this sync does not allow: use --allow-host-access if the source may decide that`,
    };
  }
  const [other] = namedServiceAccounts(spec, ['spec']).filter(({ account }) => !serviceAccounts.has(account));
  return (
    other && {
      path: other.path,
      says: `${other.says} is not a ServiceAccount that this sync allows: use --allow-service-account=${other.account} if the source may use its rights`,
    }
  );
}

/** Which namespaces are not for models where all namespaces are synced. `others`: those of the operator and of the agent. */
export function reservedNamespaces(others: readonly string[]): RecordLimits['reserved'] {
  return (namespace) => {
    const isSystem = /^kube-/.test(namespace) || /^openshift(-|$)/.test(namespace);
    if (!isSystem && !others.includes(namespace)) return undefined;
    return `is not synced with -A, because ${isSystem ? 'the cluster' : 'the operator or this agent'} runs in it: sync it with -n ${namespace}`;
  };
}

function told(fields: readonly { says: string }[]): string {
  const says = [...new Set(fields.map((field) => field.says))];
  const rest = says.length - MOST_TOLD;
  return says.slice(0, MOST_TOLD).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}
