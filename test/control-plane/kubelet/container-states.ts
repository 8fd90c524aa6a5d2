import { podName } from './kubelet-events.ts';

/*
 * Go templates that put the container whose turn it is ($container, $field: see container-turn.ts) into another state.
 */

/** Seconds until a crashed container is started again, by how often it was: a kubelet's back-off, but from 1 s, not 10 s. */
export const backOffSeconds = [1, 2, 4, 8, 16, 32, 60];

const ids = `
{{ $run := printf "%s/%s/%v" .metadata.uid $container.name $container.restartCount }}
{{ $id := printf "containerd://%s" (sha256sum $run) }}
{{ $_ := set $container "imageID" (printf "sha256:%s" (sha256sum $container.image)) }}
{{ $_ := set $container "containerID" $id }}`;

/** Started. An init container is done as soon as it has started. */
export const startedState = `${ids}
{{ $end := dict "exitCode" 0 "reason" "Completed" "startedAt" Now "finishedAt" Now "containerID" $id }}
{{ $isInit := eq $field "initContainers" }}
{{ $_ := set $container "state" (ternary (dict "terminated" $end) (dict "running" (dict "startedAt" Now)) $isInit) }}
{{ $_ := set $container "started" (not $isInit) }}
{{ $_ := set $container "ready" true }}`;

/** Ended with exit code 1, and waiting to be started again. */
export const crashedState = `${ids}
{{ $seconds := index (list ${backOffSeconds.join(' ')}) (min ${backOffSeconds.length - 1} $container.restartCount | int) }}
{{ $pod := ${podName} }}
{{ $message := printf "back-off %ds restarting failed container=%s pod=%s" $seconds $container.name $pod }}
{{ $end := dict "exitCode" 1 "reason" "Error" "startedAt" Now "finishedAt" Now "containerID" $id }}
{{ $_ := set $container "state" (dict "waiting" (dict "reason" "CrashLoopBackOff" "message" $message)) }}
{{ $_ := set $container "lastState" (dict "terminated" $end) }}
{{ $_ := set $container "restartCount" (add1 $container.restartCount) }}`;

/** @param message Go template expression */
export function waitingState(reason: string, message: string): string {
  return `{{ $_ := set $container "state" (dict "waiting" (dict "reason" "${reason}" "message" (${message}))) }}`;
}
