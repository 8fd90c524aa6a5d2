import type { ContainerStatus, Pod } from '../../kubernetes/objects.ts';

/** A pod in one word, as in the STATUS column of kubectl get pods: what its containers wait for says more than its phase. */
export function podStatus({ metadata, status = {} }: Pod): string {
  if (metadata.deletionTimestamp) return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const init = status.initContainerStatuses?.find(isUnfinished);
  if (init) {
    const { terminated, waiting } = init.state ?? {};
    const why = terminated ? terminatedWord(terminated) : waiting?.reason;
    const done = status.initContainerStatuses?.indexOf(init) ?? 0;
    return why && why !== 'PodInitializing'
      ? `Init:${why}`
      : `Init:${done}/${status.initContainerStatuses?.length ?? 0}`;
  }
  const words = (status.containerStatuses ?? []).flatMap(({ state }) => {
    if (state?.waiting?.reason) return [state.waiting.reason];
    return state?.terminated ? [terminatedWord(state.terminated)] : [];
  });
  return words[0] ?? status.reason ?? status.phase ?? 'Pending';
}

export function readyContainers({ spec, status }: Pod): { ready: number; of: number } {
  const containers = status?.containerStatuses ?? [];
  return {
    ready: containers.filter(({ ready }) => ready).length,
    of: spec?.containers?.length ?? containers.length,
  };
}

export interface Restarts {
  count: number;
  /** When the run before the last restart ended: RFC 3339. */
  last: string | undefined;
}

/** As in the RESTARTS column of kubectl get pods: of its containers and sidecars, or of its init containers while these are at it. */
export function restartsOf({ spec, status = {} }: Pod): Restarts {
  const { containerStatuses = [], initContainerStatuses = [] } = status;
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const isSidecar = (one: ContainerStatus) => sidecars.some(({ name }) => name === one.name);
  const counted = initContainerStatuses.some((one) => !isSidecar(one) && isUnfinished(one))
    ? initContainerStatuses
    : [...initContainerStatuses.filter(isSidecar), ...containerStatuses];
  const ended = counted.flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? []);
  return { count: counted.reduce((sum, { restartCount }) => sum + restartCount, 0), last: ended.sort().at(-1) };
}

function isUnfinished({ state, ready }: ContainerStatus): boolean {
  return !ready && state?.terminated?.exitCode !== 0;
}

function terminatedWord({ reason, exitCode }: { reason?: string; exitCode: number }): string {
  return reason || `ExitCode:${exitCode}`;
}
