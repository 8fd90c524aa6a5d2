/**
 * Which of a pod's containers a stage is about. kwok can neither repeat a step for each container nor skip one, so our
 * stages take a pod's containers one after the other, as a kubelet starts them: a stage is about the first container in
 * some state. The state is written twice, because kwok chooses stages with jq and fills them in with Go templates.
 */
export interface Turn {
  /** The status of that container, or null. For jq, with jqDefinitions in front. */
  jq: string;
  /** Go template that sets $container to that same status and $field to "initContainers" or "containers". */
  template: string;
}

/**
 * `next` is the container to be started next; none while an init container cannot be. What marks that its image is being
 * pulled is `started` being false instead of absent, which to an API client means the same (API reference,
 * ContainerStatus), so nobody sees the mark. `running` is a container that runs and was not told to stop.
 */
export const jqDefinitions = `
def living: .metadata.deletionTimestamp == null;
def inits: .status.initContainerStatuses // [];
def containers: inits + (.status.containerStatuses // []);
def waits(reasons): .state.waiting.reason | . != null and IN(reasons);
def waiting(reasons): [containers[] | select(waits(reasons))][0];
def next:
  if any(inits[]; waits("ErrImagePull", "ImagePullBackOff", "CrashLoopBackOff")) then null
  else waiting("ContainerCreating", "PodInitializing") end;
def running: [containers[] | select(.state.running != null and .started)][0];
`;

/** Before the pod has container statuses: the container that will be started first, as the pod's spec has it. */
export const firstOfSpec: Turn = {
  jq: '(.spec.initContainers // []) + .spec.containers | first',
  template:
    '{{ $container := first (concat (.spec.initContainers | default list) .spec.containers) }}' +
    '{{ $field := ternary "containers" "initContainers" (empty .spec.initContainers) }}',
};

export const nextToStart: Turn = {
  jq: 'next',
  template: firstWith('has (dig "state" "waiting" "reason" "" .) (list "ContainerCreating" "PodInitializing")'),
};

export const running: Turn = {
  jq: 'running',
  template: firstWith('and (hasKey .state "running") .started'),
};

export function waitingFor(reason: 'ErrImagePull' | 'CrashLoopBackOff'): Turn {
  return {
    jq: `waiting("${reason}")`,
    template: firstWith(`eq (dig "state" "waiting" "reason" "" .) "${reason}"`),
  };
}

function firstWith(condition: string): string {
  const among = (statuses: string, field: string) =>
    `{{ range .status.${statuses} }}{{ if and (not $container) (${condition}) }}` +
    `{{ $container = . }}{{ $field = "${field}" }}{{ end }}{{ end }}`;
  const init = among('initContainerStatuses', 'initContainers');
  return `{{ $container := dict }}{{ $field := "" }}${init}${among('containerStatuses', 'containers')}`;
}
