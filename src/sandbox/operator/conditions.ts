import type { Condition } from '../../operator/seldon-deployment.ts';

const READY = 'Ready';

/** Ready is the sum of these. Source: conditionSet in operator/apis/…/v1/seldon_deployment_status.go. */
const dependents = [
  'DeploymentsReady',
  'ServicesReady',
  'KedaReady',
  'istioVirtualServicesReady',
  'HpasReady',
  'PdbsReady',
  'AmbassadorMappingsReady',
];

interface Details {
  reason?: string | undefined;
  message?: string | undefined;
}

/**
 * The conditions of one SeldonDeployment during one reconcile, under the rules of a knative living condition set:
 * a False dependent makes Ready False with its own reason, the most recently changed one first; any that is missing
 * makes it Unknown. Setting False and then True again changes lastTransitionTime, so that time says little.
 * Source: apis/condition_set.go in https://github.com/knative/pkg
 */
export class Conditions {
  readonly #now: () => number;
  readonly #conditions: Map<string, Condition>;
  /** When each was set; lastTransitionTime knows only whole seconds, so what was set here later comes out later. */
  readonly #setAt = new Map<string, number>();
  #sets = 0;

  constructor(before: readonly Condition[] | undefined, now: () => number) {
    this.#now = now;
    this.#conditions = new Map((before ?? []).map((condition) => [condition.type, condition]));
  }

  /** In the order in which they are written. */
  list(): Condition[] {
    return [...this.#conditions.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
  }

  markTrue(type: string, details: Details): void {
    this.#set(type, 'True', details);
    const unhappy = this.#unhappyDependent();
    if (unhappy) this.#set(READY, unhappy.status, unhappy);
    else this.#set(READY, 'True', {});
  }

  markFalse(type: string, details: Details): void {
    this.#set(type, 'False', details);
    this.#set(READY, 'False', details);
  }

  markUnknown(type: string, details: Details): void {
    this.#set(type, 'Unknown', details);
    if (dependents.some((dependent) => this.#conditions.get(dependent)?.status === 'False')) {
      if (this.#conditions.get(READY)?.status !== 'False') this.markFalse(READY, details);
      return;
    }
    this.#set(READY, 'Unknown', details);
  }

  #set(type: string, status: Condition['status'], { reason, message }: Details): void {
    const before = this.#conditions.get(type);
    const same =
      before?.status === status &&
      (before.reason ?? '') === (reason ?? '') &&
      (before.message ?? '') === (message ?? '');
    if (same) return;
    const lastTransitionTime = new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
    this.#conditions.set(type, {
      type,
      status,
      ...(reason && { reason }),
      ...(message && { message }),
      lastTransitionTime,
    });
    this.#setAt.set(type, ++this.#sets);
  }

  #unhappyDependent(): Pick<Condition, 'status' | 'reason' | 'message'> | undefined {
    const known = dependents.flatMap((type) => this.#conditions.get(type) ?? []);
    known.sort(
      (a, b) =>
        (this.#setAt.get(b.type) ?? 0) - (this.#setAt.get(a.type) ?? 0) ||
        Date.parse(b.lastTransitionTime) - Date.parse(a.lastTransitionTime),
    );
    return (
      known.find(({ status }) => status === 'False') ??
      known.find(({ status }) => status === 'Unknown') ??
      (known.length < dependents.length ? { status: 'Unknown' } : undefined)
    );
  }
}
