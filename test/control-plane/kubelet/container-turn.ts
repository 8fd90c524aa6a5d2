import { ends, NO_MOUNT, notServing } from '../../../src/sandbox/workloads/image-stories.ts';

/*
 * Which of a pod's containers a stage is about. kwok can neither repeat a step for each container nor skip one, so our
 * stages take a pod's containers one after the other, as a kubelet starts them: each stage is about the first container
 * in some state. That is written twice, because kwok chooses stages with jq and fills them in with Go templates.
 */

/**
 * For jq: `next` is the container to be started next (null while an init container cannot be), `running` one that runs
 * and was not told to stop. What marks that an image is being pulled is `started` being false instead of absent: to API
 * clients the two mean the same (API reference, ContainerStatus), so the mark does not show.
 */
export const jqDefinitions = `
def going: .metadata.deletionTimestamp != null;
def living: (going | not) and .status.phase != "Failed";
def tagged(tags): .image | test(":(" + tags + ")$");
def mounted: any(.spec.containers[]; tagged("${NO_MOUNT}")) | not;
def unserved: any(.spec.containers[]; tagged("${notServing.join('|')}"));
def inits: .status.initContainerStatuses // [];
def containers: inits + (.status.containerStatuses // []);
def waits(reasons): .state.waiting.reason | . != null and IN(reasons);
def waiting(reasons): [containers[] | select(waits(reasons))][0];
def next:
  if mounted | not then null
  elif any(inits[]; waits("ErrImagePull", "ImagePullBackOff", "CrashLoopBackOff")) then null
  else waiting("ContainerCreating", "PodInitializing") end;
def crashes: ${Object.entries(ends)
  .map(([tag, { times }]) => `(tagged("${tag}")${times === undefined ? '' : ` and .restartCount < ${times}`})`)
  .join(' or ')};
def runs(tags): [containers[] | select(.state.running != null and (.ready | not) and tagged(tags))][0];
def running: [containers[] | select(.state.running != null and .started)][0];
`;

/**
 * A Go template that sets $container to the status of the container whose turn it is, and $field to where the pod's spec
 * has that container: "initContainers" or "containers".
 */
export type Turn = string;

/** Before there are container statuses: the container to be started first, from the pod's spec. */
export const firstOfSpec: Turn =
  '{{ $container := first (concat (.spec.initContainers | default list) .spec.containers) }}' +
  '{{ $field := ternary "containers" "initContainers" (empty .spec.initContainers) }}';

const reason = 'dig "state" "waiting" "reason" "" .';

export const nextToStart: Turn = firstWith(`has (${reason}) (list "ContainerCreating" "PodInitializing")`);

/** One that runs and is not ready, with one of these tags. */
export const runningUnready = (tags: string): Turn =>
  firstWith(`and (hasKey .state "running") (not .ready) (regexMatch ":(${tags})$" .image)`);

export const running: Turn = firstWith('and (hasKey .state "running") .started');

export function waitingFor(waitingReason: 'ErrImagePull' | 'CrashLoopBackOff'): Turn {
  return firstWith(`eq (${reason}) "${waitingReason}"`);
}

function firstWith(condition: string): Turn {
  const among = (statuses: string, field: string) =>
    `{{ range .status.${statuses} }}{{ if and (not $container) (${condition}) }}` +
    `{{ $container = . }}{{ $field = "${field}" }}{{ end }}{{ end }}`;
  const init = among('initContainerStatuses', 'initContainers');
  return `{{ $container := dict }}{{ $field := "" }}${init}${among('containerStatuses', 'containers')}`;
}
