import { ORDINARY_CAPABILITIES } from '../../kubernetes/capabilities.ts';
import type { FieldPath } from '../../manifests/manifest.ts';
import { isObject, ownValue } from '../../own-values.ts';

/** A field by which a pod gets at its node, or acts as another ServiceAccount than the namespace's default. */
export interface PowerfulField {
  path: FieldPath;
  /** capabilities.add: SYS_ADMIN */
  says: string;
}

/** Sysctls that are of the pod alone. */
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
  'net.ipv4.ping_group_range',
]);

const SELINUX_TYPES = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

/** Undefined: the value is harmless. Otherwise what stands there, in the words of an error. */
type Judge = (value: unknown) => string | undefined;

const set: Judge = (value) => (isUnset(value) ? undefined : show(value));

/**
 * What the Pod Security Standard "baseline" forbids, by the name of the field.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 */
const FIELDS: Readonly<Record<string, Judge>> = {
  hostNetwork: set,
  hostPID: set,
  hostIPC: set,
  hostPath: set,
  hostPort: set,
  privileged: set,
  hostProcess: set,
  procMount: (value) => (isUnset(value) || value === 'Default' ? undefined : show(value)),
  seccompProfile: unconfined,
  appArmorProfile: unconfined,
  capabilities: (value) => among(addedTo(value), ORDINARY_CAPABILITIES, 'add: '),
  sysctls: (value) => among(namesIn(value), SAFE_SYSCTLS, ''),
  seLinuxOptions: (value) => {
    if (!isObject(value)) return undefined;
    const { type, user, role } = value;
    if (!isUnset(user) || !isUnset(role)) return show(user ?? role);
    return isUnset(type) || (typeof type === 'string' && SELINUX_TYPES.has(type)) ? undefined : show(type);
  },
  // A request that the kubelet sends, from the node, to wherever the field says.
  httpGet: otherHost,
  tcpSocket: otherHost,
};

const ACCOUNTS = new Set(['serviceAccountName', 'serviceAccount']);

/**
 * All such fields below a value, wherever they stand: pod specs are in component specs and explainers today, and in
 * other places of a SeldonDeployment with other versions of Seldon Core.
 */
export function hostAccess(value: unknown, path: FieldPath = []): PowerfulField[] {
  return fieldsBelow(value, path, (key, field) => {
    const says = ownValue(FIELDS, key)?.(field);
    return says === undefined ? undefined : `${key}: ${says}`;
  });
}

/** The ServiceAccounts that it names, but for the default one. */
export function namedServiceAccounts(value: unknown, path: FieldPath = []): (PowerfulField & { account: string })[] {
  const found = fieldsBelow(value, path, (key, field) =>
    ACCOUNTS.has(key) && !isUnset(field) && field !== 'default' ? show(field) : undefined,
  );
  return found.map(({ path, says }) => ({ path, says: `${path.at(-1)}: ${says}`, account: says }));
}

function fieldsBelow(
  value: unknown,
  path: FieldPath,
  judge: (key: string, field: unknown) => string | undefined,
): PowerfulField[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => fieldsBelow(item, [...path, index], judge));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const says = judge(key, field);
    const here = [...path, key];
    return [...(says === undefined ? [] : [{ path: here, says }]), ...fieldsBelow(field, here, judge)];
  });
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === 0 || value === '';
}

function unconfined(value: unknown): string | undefined {
  return isObject(value) && value.type === 'Unconfined' ? 'Unconfined' : undefined;
}

function otherHost(value: unknown): string | undefined {
  return isObject(value) && !isUnset(value.host) ? `host: ${show(value.host)}` : undefined;
}

function addedTo(capabilities: unknown): unknown[] {
  return isObject(capabilities) && Array.isArray(capabilities.add) ? capabilities.add : [];
}

function namesIn(list: unknown): unknown[] {
  return Array.isArray(list) ? list.flatMap((item) => (isObject(item) ? [item.name] : [])) : [];
}

function among(named: readonly unknown[], harmless: ReadonlySet<unknown>, before: string): string | undefined {
  const others = named.filter((name) => typeof name !== 'string' || !harmless.has(name));
  return others.length === 0 ? undefined : before + others.map(show).join(', ');
}

function show(value: unknown): string {
  return typeof value === 'string'
    ? value
    : isObject(value) && typeof value.path === 'string'
      ? value.path
      : JSON.stringify(value);
}
