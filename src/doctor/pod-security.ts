import { ORDINARY_CAPABILITIES } from '../kubernetes/capabilities.ts';
import type { Container, PodSpec } from '../operator/kubernetes-objects.ts';
import { isObject, ownValue } from '../own-values.ts';

/** A level of Pod Security that refuses something. */
export type PodSecurityLevel = 'baseline' | 'restricted';

/** What a pod would have to change to be admitted; no container: the pod itself. */
export interface Violation {
  container: string | undefined;
  /** The field, and the value that it needs: allowPrivilegeEscalation: false */
  needs: string;
}

type Fields = Record<string, unknown>;

const RESTRICTED_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/**
 * Why a level refuses the pods of a template; empty where it does not. By the rules that can be met by a field of the pod;
 * what no SeldonDeployment says (sysctls, procMount, AppArmor, SELinux, Windows) is left to the server.
 */
export function violations(pod: PodSpec, level: PodSecurityLevel): Violation[] {
  const ofPod = fieldsOf(pod.securityContext);
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  const found = [
    ...ofWhole(pod, level),
    ...containers.flatMap((container) => ofBaseline(container)),
    ...(level === 'restricted' ? containers.flatMap((container) => ofRestricted(container, ofPod)) : []),
  ];
  if (level === 'restricted' && ofPod.runAsUser === 0) {
    found.push({ container: undefined, needs: 'securityContext.runAsUser other than 0' });
  }
  return found;
}

function ofWhole(pod: PodSpec, level: PodSecurityLevel): Violation[] {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => ownValue(pod, field) === true);
  const volumes = (pod.volumes ?? []).filter((volume) => {
    const sources = Object.keys(volume).filter((key) => key !== 'name');
    return level === 'restricted'
      ? sources.some((source) => !RESTRICTED_VOLUMES.includes(source))
      : sources.includes('hostPath');
  });
  return [
    ...shared.map((field) => ({ container: undefined, needs: `no ${field}` })),
    ...volumes.map(({ name }) => ({ container: undefined, needs: `another kind of volume "${name}"` })),
  ];
}

function ofBaseline(container: Container): Violation[] {
  const { privileged, capabilities, seccompProfile } = fieldsOf(container.securityContext);
  const added = listIn(fieldsOf(capabilities).add).filter((one) => !ORDINARY_CAPABILITIES.has(one));
  const needs = [
    ...(privileged === true ? ['privileged: false'] : []),
    ...(added.length > 0 ? [`capabilities.add without ${added.join(', ')}`] : []),
    ...(fieldsOf(seccompProfile).type === 'Unconfined' ? ['another seccompProfile.type than Unconfined'] : []),
    ...((container.ports ?? []).some((port) => (port as { hostPort?: number }).hostPort) ? ['no hostPort'] : []),
  ];
  return needs.map((one) => ({ container: container.name, needs: one }));
}

function ofRestricted(container: Container, ofPod: Fields): Violation[] {
  const own = fieldsOf(container.securityContext);
  const capabilities = fieldsOf(own.capabilities);
  const added = listIn(capabilities.add).filter((one) => ORDINARY_CAPABILITIES.has(one) && one !== 'NET_BIND_SERVICE');
  const profile = fieldsOf(own.seccompProfile ?? ofPod.seccompProfile).type;
  const needs = [
    ...(own.allowPrivilegeEscalation === false ? [] : ['allowPrivilegeEscalation: false']),
    ...(listIn(capabilities.drop).includes('ALL') ? [] : ['capabilities.drop: [ALL]']),
    ...(added.length > 0 ? [`capabilities.add without ${added.join(', ')}`] : []),
    ...((own.runAsNonRoot ?? ofPod.runAsNonRoot) === true ? [] : ['runAsNonRoot: true']),
    ...(own.runAsUser === 0 ? ['runAsUser other than 0'] : []),
    ...(profile === 'RuntimeDefault' || profile === 'Localhost' ? [] : ['seccompProfile.type: RuntimeDefault']),
  ];
  return needs.map((one) => ({ container: container.name, needs: one }));
}

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
