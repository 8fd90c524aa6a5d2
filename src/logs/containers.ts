import type { ContainerStatus, Pod } from '../kubernetes/objects.ts';

/** One run of a container: when it restarts, another one begins. */
export interface ContainerRun {
  namespace: string;
  pod: string;
  podUid: string;
  container: string;
  /** Tells this run from all others. */
  key: string;
  /** Whether it has begun, so that there is a log. */
  hasBegun: boolean;
  /** Whether there was a run before this one. */
  hasRestarted: boolean;
}

/** The containers of a pod in their order, initialising ones first: all of them, or those of this name. */
export function containersOf({ metadata, spec, status }: Pod, name: string | undefined): ContainerRun[] {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const names = [
    ...(status?.initContainerStatuses ?? []).map((one) => one.name),
    ...(spec?.containers ?? []).map((one) => one.name),
  ];
  return names
    .filter((one) => name === undefined || one === name)
    .map((container) => {
      const found = statuses.find((one) => one.name === container);
      return {
        namespace: metadata.namespace ?? '',
        pod: metadata.name,
        podUid: metadata.uid ?? '',
        container,
        key: `${metadata.uid}/${container}/${found?.restartCount ?? 0}`,
        hasBegun: hasBegun(found),
        hasRestarted: (found?.restartCount ?? 0) > 0,
      };
    });
}

function hasBegun(status: ContainerStatus | undefined): boolean {
  const { running, terminated } = status?.state ?? {};
  return running !== undefined || terminated !== undefined || (status?.restartCount ?? 0) > 0;
}
