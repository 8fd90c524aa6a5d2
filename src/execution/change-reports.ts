import type { Clock } from '../clock.ts';
import type { Owned } from '../cluster/cache.ts';
import type { Deployment, Pod } from '../kubernetes/objects.ts';
import { podStatus } from '../lifecycle/overview/pod-status.ts';
import type { DeploymentName, PodReport, ReplicasReport, Report } from '../progress/progress.ts';

type Change = ReplicasReport | PodReport;

/** Tells how the replicas and pods that one deployment owns change, each change once. */
export class ChangeReports {
  readonly #deployment: DeploymentName;
  readonly #report: Report;
  readonly #clock: Clock;
  /** The last report of each object that is there, by its uid. */
  readonly #last = new Map<string, Change>();

  constructor(deployment: DeploymentName, report: Report, clock: Clock) {
    this.#deployment = deployment;
    this.#report = report;
    this.#clock = clock;
  }

  /** Is shown all that the deployment owns, whenever something of it may have changed. */
  see({ deployments, pods }: Owned): void {
    const now = [
      ...deployments.map((deployment) => this.#replicasOf(deployment)),
      ...pods.map((pod) => this.#stateOf(pod)),
    ];
    const present = new Set(now.map(({ object }) => object.uid));
    for (const [uid, last] of this.#last) {
      if (present.has(uid)) continue;
      this.#last.delete(uid);
      const none = last.type === 'replicas' ? { desired: 0, available: 0 } : { ready: false };
      this.#report({ ...last, ...none, time: this.#clock.now(), gone: true });
    }
    for (const change of now) {
      const last = this.#last.get(change.object.uid);
      if (last && isSame(last, change)) continue;
      this.#last.set(change.object.uid, change);
      this.#report(change);
    }
  }

  #replicasOf({ metadata: { name, uid = '' }, spec, status }: Deployment): ReplicasReport {
    const replicas = { desired: spec?.replicas ?? 1, available: status?.availableReplicas ?? 0 };
    return { type: 'replicas', ...this.#about(name, uid), ...replicas };
  }

  #stateOf(pod: Pod): PodReport {
    const { metadata, status } = pod;
    const restarts = (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
    const ready = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
    return {
      type: 'pod',
      ...this.#about(metadata.name, metadata.uid ?? ''),
      status: podStatus(pod),
      ready: ready && !metadata.deletionTimestamp,
      restarts,
    };
  }

  #about(name: string, uid: string) {
    return { time: this.#clock.now(), deployment: this.#deployment, object: { name, uid } };
  }
}

function isSame(a: Change, b: Change): boolean {
  return JSON.stringify({ ...a, time: 0 }) === JSON.stringify({ ...b, time: 0 });
}
