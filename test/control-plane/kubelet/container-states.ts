import {
  ENGINE,
  EVICTED,
  ends,
  killedBy,
  LOADS,
  notServing,
  UNREADY,
} from '../../../src/sandbox/workloads/image-stories.ts';
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

/** For a regular expression: the tags of what runs without being ready, at least for a while. */
const NOT_READY = [UNREADY, EVICTED, ...Object.keys(killedBy), `${LOADS}-[^:/@]+`].join('|');

/** Started. An init container is done as soon as it has started. */
export const startedState = `${ids}
{{ $end := dict "exitCode" 0 "reason" "Completed" "startedAt" Now "finishedAt" Now "containerID" $id }}
{{ $isInit := eq $field "initContainers" }}
{{ $_ := set $container "state" (ternary (dict "terminated" $end) (dict "running" (dict "startedAt" Now)) $isInit) }}
{{ $_ := set $container "started" (not $isInit) }}
{{ $isUnserved := false }}{{ range .spec.containers }}
{{ if regexMatch ":(${notServing.join('|')})$" .image }}{{ $isUnserved = true }}{{ end }}
{{ end }}
{{ $isUnserved = and $isUnserved (eq $container.name "${ENGINE}") }}
{{ $_ := set $container "ready" (not (or $isUnserved (regexMatch ":(${NOT_READY})$" $container.image))) }}`;

/** Ready at last. */
export const loadedState = `{{ $_ := set $container "ready" true }}`;

/** Killed by a probe, and running again. */
export const killedState = `${ids}
{{ $end := dict "exitCode" 137 "reason" "Error" "startedAt" Now "finishedAt" Now "containerID" $id }}
{{ $_ := set $container "state" (dict "running" (dict "startedAt" Now)) }}
{{ $_ := set $container "lastState" (dict "terminated" $end) }}
{{ $_ := set $container "restartCount" (add1 $container.restartCount) }}`;

/** $exitCode and $reason, by the image's tag. */
const endOfStory = `{{ $exitCode := 1 }}{{ $reason := "Error" }}${Object.entries(ends)
  .map(
    ([tag, { exitCode, reason }]) =>
      `{{ if hasSuffix ":${tag}" $container.image }}{{ $exitCode = ${exitCode} }}{{ $reason = "${reason}" }}{{ end }}`,
  )
  .join('')}`;

/** Ended as the tag says, and waiting to be started again. */
export const crashedState = `${ids}${endOfStory}
{{ $seconds := index (list ${backOffSeconds.join(' ')}) (min ${backOffSeconds.length - 1} $container.restartCount | int) }}
{{ $pod := ${podName} }}
{{ $message := printf "back-off %ds restarting failed container=%s pod=%s" $seconds $container.name $pod }}
{{ $end := dict "exitCode" $exitCode "reason" $reason "startedAt" Now "finishedAt" Now "containerID" $id }}
{{ $_ := set $container "state" (dict "waiting" (dict "reason" "CrashLoopBackOff" "message" $message)) }}
{{ $_ := set $container "lastState" (dict "terminated" $end) }}
{{ $_ := set $container "restartCount" (add1 $container.restartCount) }}`;

/** @param message Go template expression */
export function waitingState(reason: string, message: string): string {
  return `{{ $_ := set $container "state" (dict "waiting" (dict "reason" "${reason}" "message" (${message}))) }}`;
}
