import { eviction } from '../../../src/sandbox/workloads/image-stories.ts';
import type { Turn } from './container-turn.ts';

/*
 * Go templates for what a kubelet writes into a pod's status. They give the lists of container statuses whole, since a
 * strategic merge patch replaces those, and single conditions, since it merges these by type: PodScheduled is not ours.
 */

/** A pod that the kubelet has just seen: nothing runs yet, and the image of its first container is being pulled. */
export const acceptedStatus = `
{{ define "statuses" }}{{ $pod := . }}{{ range .containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: false
  restartCount: 0
  state: {waiting: {reason: {{ $pod.reason }}}}
  {{ if eq .name $pod.first }}started: false{{ end }}
{{ end }}{{ end }}
{{ $inits := .spec.initContainers | default list }}
{{ $reason := ternary "ContainerCreating" "PodInitializing" (empty $inits) }}
{{ $first := (first (concat $inits .spec.containers)).name }}
{{ $incomplete := list }}{{ range $inits }}{{ $incomplete = append $incomplete .name }}{{ end }}
{{ $unready := list }}{{ range .spec.containers }}{{ $unready = append $unready .name }}{{ end }}
observedGeneration: {{ .metadata.generation }}
phase: Pending
startTime: {{ Now | Quote }}
hostIP: {{ NodeIP }}
hostIPs: [{ip: {{ NodeIP }}}]
{{ if $inits }}
initContainerStatuses:
{{ template "statuses" (dict "containers" $inits "first" $first "reason" $reason) }}
{{ end }}
containerStatuses:
{{ template "statuses" (dict "containers" .spec.containers "first" $first "reason" $reason) }}
${conditions()}`;

/** An evicted pod, with what is left of its containers. */
export const evictedStatus = `
phase: Failed
reason: Evicted
message: {{ ${JSON.stringify(eviction)} | Quote }}
containerStatuses:
{{ range .status.containerStatuses }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .imageID | Quote }}
  ready: false
  restartCount: {{ .restartCount }}
  started: false
  state:
    terminated:
      exitCode: 137
      reason: ContainerStatusUnknown
      message: The container could not be located when the pod was terminated
      startedAt: null
      finishedAt: null
{{ end }}
conditions:
- {type: Ready, status: "False", reason: PodFailed, message: null, lastTransitionTime: {{ Now | Quote }}}
- {type: ContainersReady, status: "False", reason: PodFailed, message: null, lastTransitionTime: {{ Now | Quote }}}
`;

/**
 * The pod's status after a change to the container whose turn it is.
 * @param change Go template that changes the map $container
 */
export function changedStatus(turn: Turn, change: string): string {
  return `${turn}${change}
{{ $incomplete := list }}{{ $unready := list }}{{ $pending := false }}
{{ range .status.initContainerStatuses }}
{{ if not .ready }}{{ $incomplete = append $incomplete .name }}{{ $pending = true }}{{ end }}
{{ end }}
{{ range .status.containerStatuses }}
{{ if not .ready }}{{ $unready = append $unready .name }}{{ end }}
{{ if and (hasKey .state "waiting") (not (dig "lastState" "terminated" "" .)) }}{{ $pending = true }}{{ end }}
{{ end }}
observedGeneration: {{ .metadata.generation }}
phase: {{ ternary "Pending" "Running" $pending }}
{{ if not .status.podIP }}
{{ $ip := PodIPWith .spec.nodeName (default false .spec.hostNetwork) .metadata.uid .metadata.name .metadata.namespace }}
podIP: {{ $ip }}
podIPs: [{ip: {{ $ip }}}]
{{ end }}
{{ if .status.initContainerStatuses }}initContainerStatuses: {{ toJson .status.initContainerStatuses }}{{ end }}
containerStatuses: {{ toJson .status.containerStatuses }}
${conditions()}`;
}

function conditions(): string {
  return `conditions:
- type: PodReadyToStartContainers
  status: "True"
  observedGeneration: {{ .metadata.generation }}
  ${transitionTime('PodReadyToStartContainers', '"True"')}
${condition('Initialized', '$incomplete', 'ContainersNotInitialized', 'containers with incomplete status')}
${condition('ContainersReady', '$unready', 'ContainersNotReady', 'containers with unready status')}
${condition('Ready', '$unready', 'ContainersNotReady', 'containers with unready status')}`;
}

/** A condition that is true when the list of container names `hindrances` is empty. */
function condition(type: string, hindrances: string, reason: string, complaint: string): string {
  return `- type: ${type}
  observedGeneration: {{ .metadata.generation }}
  {{ if ${hindrances} }}
  status: "False"
  reason: ${reason}
  message: {{ printf "${complaint}: %v" ${hindrances} | Quote }}
  {{ else }}
  status: "True"
  reason: null
  message: null
  {{ end }}
  ${transitionTime(type, `(ternary "True" "False" (empty ${hindrances}))`)}`;
}

/** lastTransitionTime, only if the condition's status changes: what a patch leaves out stays as it was. */
function transitionTime(type: string, status: string): string {
  return `{{ $before := "" }}{{ range .status.conditions }}{{ if eq .type "${type}" }}{{ $before = .status }}{{ end }}{{ end }}
  {{ if ne $before ${status} }}lastTransitionTime: {{ Now | Quote }}{{ end }}`;
}
