import type { Container, ContainerStatus, Pod, Terminated } from '../../kubernetes/objects.ts';
import type { ReportedEvent } from '../../progress/progress.ts';
import { EXECUTOR } from '../../seldon/expected-deployments.ts';
import { advice } from './advice.ts';
import { newest, newestAnswer } from './events-of.ts';
import { codeInWords } from './exit-code.ts';
import type { Finding, FoundIn, Reason } from './finding.ts';
import { imageTrouble, withoutLayers } from './image-trouble.ts';
import { answerOf, asksAt, probeAdvice, probeInWords } from './probe.ts';
import { KILLED_AT_START, RUNTIME_IS_BUSY, startAdvice } from './start-advice.ts';

/** A container of a pod, and what was seen of it. */
export interface SeenContainer {
  pod: Pod;
  status: ContainerStatus;
  /** As the pod asks for it. */
  spec: Container | undefined;
  init: boolean;
  /** Of the pod. */
  events: readonly ReportedEvent[];
  /** What stands for the pod in words: pod x (explainer of predictor p) */
  podWords: string;
  /** Of the model that an initializer downloads. */
  modelUri: string | undefined;
  /** Until that stands, a crash does not count. */
  needs: Needed | undefined;
}

/** What a container may need of the same deployment before it can run. */
export interface Needed {
  /** the model; predictor b */
  inWords: string;
  /** Since when it is available, in milliseconds since 1970; Infinity: it is not. */
  standsSince: number;
}

/** Seldon's own, which downloads the model: NAME-model-initializer. */
const INITIALIZER = /-model-initializer$/;

/** A container that has ended this often will go on so. */
const RESTARTS_THAT_SUFFICE = 2;

/** What keeps one container from running; what is ready lacks nothing. */
export function findingInContainer(seen: SeenContainer): Finding | undefined {
  const { status } = seen;
  if (status.ready) return undefined;
  return ofImage(seen) ?? ofStart(seen) ?? ofEnd(seen);
}

/** https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy, pkg/kubelet/images/types.go */
function ofImage(seen: SeenContainer): Finding | undefined {
  const { status, events } = seen;
  const { reason = '', message = '' } = status.state?.waiting ?? {};
  const image = imageOf(seen);
  const said = saidOfImage(reason, image, message);
  if (reason === 'InvalidImageName') {
    return found(seen, 'image', { reason, fails: 'now', why: said, advice: advice[reason].name({ image }) });
  }
  if (reason === 'ErrImageNeverPull') {
    return found(seen, 'image', { reason, fails: 'now', why: said, advice: advice[reason].load({ image }) });
  }
  if (!/^(ImagePullBackOff|ErrImagePull|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)$/.test(reason))
    return undefined;
  // Older kubelets say why only once, in an Event.
  const event = newest(
    events,
    ({ reason: one, message: words }) => one === 'Failed' && words.includes(image) && /pull/i.test(words),
  );
  const why = /^Back-off pulling image/.test(message) && !/ErrImagePull/.test(message) ? event?.message : message;
  const trouble = imageTrouble(`${reason === 'SignatureValidationFailed' ? reason : ''}${why ?? message}`, image);
  const full = why ?? message;
  const words = full === '' ? said : `${reason}, image ${image}: ${withoutLayers(full, image)}`;
  // Where the Secret itself is not there, nobody needs to look at what it may do.
  const secrets = newest(events, (one) => one.reason === 'FailedToRetrieveImagePullSecret')?.message;
  const [, absent] = /image pull secrets \(([^)]+)\)/.exec(secrets ?? '') ?? [];
  const isRefused = trouble.reason === 'ImagePullUnauthorized' && absent !== undefined;
  const whatToDo = isRefused ? advice.ImagePullUnauthorized.create({ name: absent }) : trouble.advice;
  // The first answer of a registry may be of a moment when it was being pushed.
  const fails = trouble.fails === 'now' && reason !== 'ImagePullBackOff' ? 'after-grace' : trouble.fails;
  return found(seen, 'image', { ...trouble, advice: whatToDo, fails, why: words, event });
}

function saidOfImage(reason: string, image: string, message: string): string {
  return `${reason}${image && !message.includes(image) ? `, image ${image}` : ''}${message ? `: ${message}` : ''}`;
}

const CANNOT_START =
  /^(CreateContainerConfigError|CreateContainerError|RunContainerError|PreStartHookError|PostStartHookError|StartError|.*Error)$/;

function imageOf({ status, spec }: SeenContainer): string {
  return status.image || spec?.image || '';
}

function ofStart(seen: SeenContainer): Finding | undefined {
  const { reason = '', message = '' } = seen.status.state?.waiting ?? {};
  // What the kubelet has not heard of yet is no trouble.
  const isTransient = /failed to sync .* cache|services have not yet been read/.test(message);
  if (!CANNOT_START.test(reason) || isTransient) return undefined;
  if (KILLED_AT_START.test(message))
    return outOfMemory(seen, { exitCode: 128, reason, message }, 'config', 'after-grace');
  const what = startAdvice(reason, message, imageOf(seen));
  const why = `${reason}${message ? `: ${message}` : ''}`;
  const fails = RUNTIME_IS_BUSY.test(message) ? 'no' : 'after-grace';
  return found(seen, 'config', { reason: 'ContainerCannotStart', fails, why, advice: what });
}

/** What has ended: now, or the run before this one, once that makes a habit of it. */
function ofEnd(seen: SeenContainer): Finding | undefined {
  const { status, spec, init, needs: needed } = seen;
  const { restartCount = 0, state } = status;
  const waiting = state?.waiting?.reason === 'CrashLoopBackOff';
  const ended = state?.terminated ?? status.lastState?.terminated;
  const isRunningAgain = state?.running !== undefined;
  if (!ended && !waiting) return undefined;
  if (ended?.reason === 'ContainerStatusUnknown') return undefined;
  if (init && ended?.exitCode === 0 && !waiting) return undefined;
  if (isRunningAgain && endedBeforeReady(seen)) return undefined;
  const counts = needed === undefined || Date.parse(ended?.finishedAt ?? '') > needed.standsSince;
  const often = restartCount >= RESTARTS_THAT_SUFFICE && !wasReadyBefore(seen);
  const fails = !counts ? 'no' : often && !isRunningAgain ? 'now' : waiting || often || init ? 'after-grace' : 'no';
  const again = restartsInWords(status);
  const needs = counts ? '' : `; it may depend on ${needed?.inWords}, which is not available yet`;
  const make = (reason: Reason, why: string, what: string, event?: ReportedEvent) =>
    found(seen, 'crash', { reason, fails, why: `${why}${again}${needs}`, advice: what, event });
  if (ended && (ended.reason === 'OOMKilled' || KILLED_AT_START.test(ended.message ?? ''))) {
    return outOfMemory(seen, ended, 'crash', fails, `${again}${needs}`);
  }
  // It never began: what the kubelet calls RunContainerError a moment later.
  if (ended?.reason === 'StartError' || ended?.reason === 'ContainerCannotRun') {
    const what = startAdvice(ended.reason, ended.message ?? '', imageOf(seen));
    return make(
      'ContainerCannotStart',
      `the kubelet cannot start the container: ${(ended.message ?? '').trim()}`,
      what,
    );
  }
  const killed = killedByProbe(seen);
  if (killed) {
    const { which, answer, event } = killed;
    const probe = which === 'liveness' ? spec?.livenessProbe : spec?.startupProbe;
    const asks = probe ? ` (${probeInWords(probe)})` : '';
    const why = `killed by its ${which} probe${asks}${answer ? `: ${answer}` : ''}`;
    const reason = which === 'liveness' ? 'LivenessProbeFailed' : 'StartupProbeFailed';
    return make(reason, why, probeAdvice(answer ?? '', advice[reason])({ probe: which }), event);
  }
  const hook = endedByHook(seen);
  if (hook)
    return make(
      'ContainerCannotStart',
      `killed because its postStart hook failed: ${hook.message}`,
      advice.ContainerCannotStart.hook(),
      hook,
    );
  // What has ended once by itself, and runs again, may be loading.
  if (isRunningAgain && !often) return undefined;
  if (!ended) {
    const said = state?.waiting?.message ?? 'the container exits again and again';
    return make('CrashLoopBackOff', `CrashLoopBackOff: ${said}`, logAdvice(status.name, init));
  }
  const code = codeInWords(ended);
  if (init && INITIALIZER.test(status.name)) {
    const from = seen.modelUri === undefined ? '' : ` from ${seen.modelUri}`;
    const why = `the model cannot be downloaded${from}: exit ${code}`;
    return make('ModelDownloadFailed', why, advice.ModelDownloadFailed.modelUri());
  }
  if (ended.exitCode === 0) {
    return make('Completed', 'exits without an error (exit code 0)', advice.Completed.goOn());
  }
  const loop = waiting ? 'CrashLoopBackOff: ' : '';
  const whose = status.name === EXECUTOR ? "; this is Seldon's orchestrator, not the model" : '';
  return make('CrashLoopBackOff', `${loop}exits with ${code}${whose}`, exitAdvice(ended.exitCode, seen));
}

/** Whether its pod was ready when its last run began, or after: then it has ended only once since. */
function wasReadyBefore({ pod, status }: SeenContainer): boolean {
  return Date.parse(status.lastState?.terminated?.startedAt ?? '') < unreadySince(pod);
}

/** Whether its last end is over: its pod has been ready since. Times are whole seconds, and written a moment later. */
function endedBeforeReady({ pod, status }: SeenContainer): boolean {
  return Date.parse(status.lastState?.terminated?.finishedAt ?? '') + 10_000 < unreadySince(pod);
}

/** In milliseconds since 1970. */
function unreadySince({ status }: Pod): number {
  return Date.parse(status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '');
}

function exitAdvice(exitCode: number, { status, spec, init }: SeenContainer): string {
  const { command, architecture, killed } = advice.CrashLoopBackOff;
  if (exitCode === 126 || exitCode === 127 || exitCode === 128) return command();
  if (exitCode === 132) return architecture({ image: spec?.image ?? status.image ?? 'the image' });
  if (exitCode === 137) return killed({ container: status.name });
  return logAdvice(status.name, init);
}

function logAdvice(container: string, init: boolean): string {
  const { log, initLog, engine } = advice.CrashLoopBackOff;
  if (container === EXECUTOR) return engine();
  return init ? initLog() : log();
}

function outOfMemory(
  seen: SeenContainer,
  ended: Terminated,
  category: string,
  fails: Finding['fails'],
  more = '',
): Finding {
  const { spec, status } = seen;
  const limit = spec?.resources?.limits?.memory;
  const unlimited = ended.reason === 'OOMKilled' ? 'the node is out of memory' : 'the memory limit is too low to start';
  const words = limit === undefined ? unlimited : `memory limit ${limit}`;
  const why = `OOMKilled, exit code ${ended.exitCode} (${words})${more}`;
  const what = advice.OOMKilled.memory({ container: status.name });
  return found(seen, category, { reason: 'OOMKilled', fails, why, advice: what });
}

/** The kubelet ends a container whose hook fails: it looks as if it had ended by itself. */
function endedByHook({ status, events, pod }: SeenContainer): ReportedEvent | undefined {
  const only = (pod.spec?.containers ?? []).length === 1;
  const ended = Date.parse((status.state?.terminated ?? status.lastState?.terminated)?.finishedAt ?? '');
  return newest(
    events,
    (one) =>
      one.reason === 'FailedPostStartHook' &&
      (one.container === undefined ? only : one.container === status.name) &&
      !((one.lastTime ?? 0) < ended - KILLING_TAKES_MS),
  );
}

/** Its grace period, or a little more; an Event of longer ago is about an earlier end. */
const KILLING_TAKES_MS = 60_000;

/** By the Event that the kubelet writes before it kills, where the container's own end does not tell. */
function killedByProbe({ status, pod, spec, events }: SeenContainer) {
  const only = (pod.spec?.containers ?? []).length === 1;
  const isAbout = ({ container, message }: ReportedEvent) =>
    container ? container === status.name : only || message.includes(` ${status.name} `);
  const ended = Date.parse((status.state?.terminated ?? status.lastState?.terminated)?.finishedAt ?? '');
  const event = newest(
    events,
    (one) =>
      one.reason === 'Killing' &&
      / failed (liveness|startup) probe/.test(one.message) &&
      isAbout(one) &&
      !((one.lastTime ?? 0) < ended - KILLING_TAKES_MS),
  );
  const [, which] = / failed (liveness|startup) probe/.exec(event?.message ?? '') ?? [];
  if (which !== 'liveness' && which !== 'startup') return undefined;
  const failed = newestAnswer(
    events,
    (one) =>
      one.reason === 'Unhealthy' &&
      one.message.toLowerCase().startsWith(`${which} probe`) &&
      (one.container === undefined || one.container === status.name),
  );
  const probe = which === 'liveness' ? spec?.livenessProbe : spec?.startupProbe;
  return { which, answer: failed && answerOf(failed.message), event: failed ?? event, probe } as const;
}

/** An init container that runs: what waits for it has not begun. */
function initializing(seen: SeenContainer): Finding {
  const { status, modelUri } = seen;
  const isDownload = INITIALIZER.test(status.name);
  const { download, init } = advice.PodInitializing;
  const from = modelUri === undefined ? '' : ` from ${modelUri}`;
  const why = isDownload ? `still downloading the model${from}` : 'still running, the other containers start after it';
  const what = isDownload ? download() : init();
  return found(seen, 'init', {
    reason: 'PodInitializing',
    fails: 'no',
    why: `${why}${restartsInWords(status)}`,
    advice: what,
  });
}

/** A container that runs, and whose probe fails: it may well be loading, so it is only named. */
export function notReady(seen: SeenContainer): Finding | undefined {
  const { status, spec, events, pod, init } = seen;
  if (status.ready || status.state?.running === undefined) return undefined;
  const isSidecar = spec?.restartPolicy === 'Always';
  if (init && !isSidecar) return initializing(seen);
  // Until that has succeeded, nobody asks the others.
  const which = spec?.startupProbe && status.started === false ? 'startup' : 'readiness';
  const probe = which === 'startup' ? spec?.startupProbe : spec?.readinessProbe;
  const others = (pod.status?.containerStatuses ?? []).filter(({ ready }) => !ready).length > 1;
  const event = newestAnswer(events, (one) => {
    if (one.reason !== 'Unhealthy' || !one.message.toLowerCase().startsWith(`${which} probe`)) return false;
    if (one.container !== undefined) return one.container === status.name;
    return !others || (probe !== undefined && asksAt(probe, one.message));
  });
  const asks = probe ? ` (${probeInWords(probe)})` : '';
  const how = event ? `fails: ${answerOf(event.message)}` : 'has not succeeded yet';
  const { engine, model, refused, slow, path, startup } = advice.ReadinessProbeFailed;
  const ofModel = probeAdvice(event ? answerOf(event.message) : '', { moreTime: model, refused, slow, path });
  const ofOwn = which === 'startup' ? startup : ofModel;
  const why = `not ready, its ${which} probe${asks} ${how}${restartsInWords(status)}`;
  const behind = (pod.spec?.containers ?? []).flatMap(({ name }) => (name === EXECUTOR ? [] : [name]));
  return found(seen, 'readiness', {
    reason: 'ReadinessProbeFailed',
    fails: 'no',
    why,
    advice: status.name === EXECUTOR ? engine({ container: behind.join(' and ') }) : ofOwn({ probe: which }),
    event,
  });
}

function restartsInWords({ restartCount = 0 }: ContainerStatus): string {
  return restartCount === 0 ? '' : `, ${restartCount === 1 ? '1 restart' : `${restartCount} restarts`}`;
}

function found(
  { pod, status, podWords }: SeenContainer,
  category: string,
  { why, ...finding }: Omit<Finding, 'key' | 'pod'>,
): Finding {
  const { name, uid = '' } = pod.metadata;
  return {
    ...finding,
    key: `${name}/${status.name}: ${category}`,
    why: `${podWords}, container ${status.name}: ${why}`,
    pod: { name, uid, container: status.name, log: logOf(status, category) },
  };
}

/** While a container waits, both of its logs are those of the run that has ended last: pkg/kubelet/kubelet_pods.go, validateContainerLogStatus. */
function logOf({ state, restartCount }: ContainerStatus, category: string): FoundIn['log'] {
  if (category === 'readiness' || category === 'init') return 'current';
  if (category !== 'crash' && restartCount === 0) return undefined;
  return restartCount === 0 || state?.terminated ? 'current' : 'previous';
}
