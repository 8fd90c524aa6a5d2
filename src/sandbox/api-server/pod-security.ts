import { ownValue } from '../../own-values.ts';
import { forbidden } from './api-failure.ts';
import { isJsonObject, type JsonObject, type KubernetesObject, valueAt } from './objects.ts';
import { containersOf } from './pod-resources.ts';
import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';
import type { WriteContext } from './write-context.ts';

/*
 * The Pod Security Standards that a namespace's labels ask for, as much of them as models' pods meet.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 * https://github.com/kubernetes/pod-security-admission/tree/master/policy
 */

const LABEL = 'pod-security.kubernetes.io/';

/** Throws 403 for a pod that breaks what is enforced; warns of what is only to be warned of, also where a pod is not made yet. */
export function checkPodSecurity(
  store: Store,
  type: ResourceType,
  object: KubernetesObject,
  context: WriteContext,
): void {
  const isPod = type.kind === 'Pod';
  const spec = isPod ? object.spec : valueAt(object, ['spec', 'template', 'spec']);
  if (!isJsonObject(spec)) return;
  const namespaces = store.typeOf('', 'namespaces');
  const namespace = namespaces && store.find(namespaces, undefined, object.metadata.namespace ?? '');
  const labels = namespace?.metadata.labels ?? {};
  const policy = (mode: string) => {
    const level = ownValue(labels, LABEL + mode);
    const violations = level === undefined ? [] : violationsOf(spec, level);
    const version = ownValue(labels, `${LABEL}${mode}-version`) ?? 'latest';
    return violations.length > 0 ? `violate PodSecurity "${level}:${version}": ${violations.join(', ')}` : undefined;
  };
  const enforced = isPod ? policy('enforce') : undefined;
  if (enforced) throw forbidden(type, object.metadata.name, enforced.replace('violate', 'violates'));
  const warned = policy('warn');
  if (warned) context.warn?.(`would ${warned}`);
}

interface Found {
  container: string;
}

function violationsOf(spec: JsonObject, level: string): string[] {
  if (level !== 'baseline' && level !== 'restricted') return [];
  const containers = [...containersOf(spec, 'initContainers'), ...containersOf(spec)];
  const withContext = containers.map((container) => ({
    container: String(container.name),
    settings: (isJsonObject(container.securityContext) ? container.securityContext : {}) as JsonObject,
    ports: (Array.isArray(container.ports) ? container.ports : []) as JsonObject[],
  }));
  const pod = (isJsonObject(spec.securityContext) ? spec.securityContext : {}) as JsonObject;
  const named = (found: readonly Found[]) =>
    `container${found.length > 1 ? 's' : ''} ${found.map(({ container }) => `"${container}"`).join(', ')}`;
  const say = (found: readonly Found[], words: (who: string) => string) =>
    found.length > 0 ? [words(named(found))] : [];

  const hostNamespaces = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => ownValue(spec, field) === true);
  const volumes = (Array.isArray(spec.volumes) ? spec.volumes : []) as JsonObject[];
  const hostPaths = volumes.filter((volume) => volume.hostPath !== undefined).map(({ name }) => `"${name}"`);
  const hostPorts = withContext.filter(({ ports }) => ports.some(({ hostPort }) => Number(hostPort ?? 0) !== 0));
  const privileged = withContext.filter(({ settings }) => settings.privileged === true);
  const violations = [
    ...(hostNamespaces.length > 0
      ? [`host namespaces (${hostNamespaces.map((field) => `${field}=true`).join(', ')})`]
      : []),
    ...(hostPaths.length > 0
      ? [`hostPath volumes (volume${hostPaths.length > 1 ? 's' : ''} ${hostPaths.join(', ')})`]
      : []),
    ...say(
      hostPorts,
      (who) =>
        `hostPort (${who} use${hostPorts.length > 1 ? '' : 's'} hostPort${portCount(hostPorts) > 1 ? 's' : ''} ${portList(hostPorts)})`,
    ),
    ...say(privileged, (who) => `privileged (${who} must not set securityContext.privileged=true)`),
  ];
  if (level === 'baseline') return violations;

  const escalating = withContext.filter(({ settings }) => settings.allowPrivilegeEscalation !== false);
  const capable = withContext.filter(({ settings }) => {
    const dropped = valueAt(settings, ['capabilities', 'drop']);
    return !(Array.isArray(dropped) && dropped.includes('ALL'));
  });
  const maybeRoot = withContext.filter(({ settings }) => (settings.runAsNonRoot ?? pod.runAsNonRoot) !== true);
  const rootUsers = withContext.filter(({ settings }) => settings.runAsUser === 0);
  const unconfined = withContext.filter(({ settings }) => {
    const profile = valueAt(settings, ['seccompProfile', 'type']) ?? valueAt(pod, ['seccompProfile', 'type']);
    return profile !== 'RuntimeDefault' && profile !== 'Localhost';
  });
  return [
    ...violations,
    ...say(
      escalating,
      (who) => `allowPrivilegeEscalation != false (${who} must set securityContext.allowPrivilegeEscalation=false)`,
    ),
    ...say(capable, (who) => `unrestricted capabilities (${who} must set securityContext.capabilities.drop=["ALL"])`),
    ...say(maybeRoot, (who) => `runAsNonRoot != true (pod or ${who} must set securityContext.runAsNonRoot=true)`),
    ...say(rootUsers, (who) => `runAsUser=0 (${who} must not set runAsUser=0)`),
    ...say(
      unconfined,
      (who) =>
        `seccompProfile (pod or ${who} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
    ),
  ];
}

const portsOf = (containers: readonly { ports: JsonObject[] }[]) =>
  containers.flatMap(({ ports }) => ports.flatMap(({ hostPort }) => (hostPort ? [Number(hostPort)] : [])));
const portCount = (containers: readonly { ports: JsonObject[] }[]) => portsOf(containers).length;
const portList = (containers: readonly { ports: JsonObject[] }[]) => portsOf(containers).join(', ');
