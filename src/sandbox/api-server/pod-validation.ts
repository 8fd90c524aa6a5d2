import { ownValue } from '../../own-values.ts';
import type { FieldProblem } from './api-failure.ts';
import { LABEL_RULE, LABEL_SHAPE } from './name-rules.ts';
import { isJsonObject, type JsonObject, valueAt } from './objects.ts';
import { parseQuantity, type Quantity, quantityText } from './quantity.ts';

/*
 * What the API server finds wrong in a pod's spec, of what people get wrong when they write models; the real server has many
 * more rules. https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
 */

/** `path` is where the spec is; `mustGoOn`: its pods are a Deployment's, which are never finished. */
export function podSpecProblems(spec: unknown, path: string, mustGoOn = false): FieldProblem[] {
  const containers = valueAt(spec, ['containers']);
  if (!Array.isArray(containers) || containers.length === 0) return [required(`${path}.containers`)];
  const { volumes, initContainers, restartPolicy, dnsPolicy, terminationGracePeriodSeconds } = spec as JsonObject;
  const volumeList = objectsIn(volumes);
  const volumeNames = new Set(volumeList.map(({ name }) => name));
  const names = new Set<unknown>();
  const all = (list: unknown, field: string, isInit: boolean) =>
    objectsIn(list).flatMap((container, index) => [
      ...nameProblems(container.name, `${path}.${field}[${index}]`, names),
      ...containerProblems(container, `${path}.${field}[${index}]`, volumeNames, isInit),
    ]);
  const volumesSeen = new Set<unknown>();
  return [
    ...volumeList.flatMap((volume, index) => volumeProblems(volume, `${path}.volumes[${index}]`, volumesSeen)),
    ...all(containers, 'containers', false),
    ...all(initContainers, 'initContainers', true),
    ...oneOf(restartPolicy, `${path}.restartPolicy`, ['Always', 'OnFailure', 'Never']),
    ...(mustGoOn && restartPolicy !== 'Always' && ['OnFailure', 'Never'].includes(String(restartPolicy))
      ? [notSupported(`${path}.restartPolicy`, restartPolicy, ['Always'])]
      : []),
    ...oneOf(dnsPolicy, `${path}.dnsPolicy`, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...atLeast(0, terminationGracePeriodSeconds, `${path}.terminationGracePeriodSeconds`),
    ...userProblems(valueAt(spec, ['securityContext']), `${path}.securityContext`),
    ...tolerationProblems(valueAt(spec, ['tolerations']), `${path}.tolerations`),
  ];
}

function containerProblems(
  container: JsonObject,
  path: string,
  volumes: Set<unknown>,
  isInit: boolean,
): FieldProblem[] {
  const { image, imagePullPolicy, terminationMessagePolicy } = container;
  const text = String(image ?? '');
  return [
    ...(text === '' ? [required(`${path}.image`)] : []),
    ...(text.trim() === text ? [] : [invalid(`${path}.image`, text, 'must not have leading or trailing whitespace')]),
    ...portProblems(container.ports, `${path}.ports`),
    ...environmentProblems(container.env, `${path}.env`),
    ...mountProblems(container.volumeMounts, `${path}.volumeMounts`, volumes),
    ...oneOf(imagePullPolicy, `${path}.imagePullPolicy`, ['Always', 'IfNotPresent', 'Never']),
    ...resourceProblems(container.resources, `${path}.resources`),
    ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((field) =>
      isInit && container[field] !== undefined && container.restartPolicy !== 'Always'
        ? [forbidden(`${path}.${field}`, 'may not be set for init containers without restartPolicy=Always')]
        : probeProblems(container[field], `${path}.${field}`, field),
    ),
    ...oneOf(terminationMessagePolicy, `${path}.terminationMessagePolicy`, ['FallbackToLogsOnError', 'File']),
    ...userProblems(container.securityContext, `${path}.securityContext`),
  ];
}

function nameProblems(name: unknown, path: string, seen: Set<unknown>): FieldProblem[] {
  const field = `${path}.name`;
  if (!name) return [required(field)];
  if (!LABEL_SHAPE.test(String(name))) return [invalid(field, name, LABEL_RULE)];
  if (String(name).length > 63) return [invalid(field, name, 'must be no more than 63 characters')];
  if (seen.has(name)) return [duplicate(field, name)];
  seen.add(name);
  return [];
}

function volumeProblems(volume: JsonObject, path: string, seen: Set<unknown>): FieldProblem[] {
  const sources = Object.keys(volume).filter((field) => field !== 'name' && ownValue(volume, field) !== undefined);
  return [
    ...nameProblems(volume.name, path, seen),
    ...sources.slice(1).map((field) => forbidden(`${path}.${field}`, 'may not specify more than 1 volume type')),
    ...(isJsonObject(volume.secret) && !volume.secret.secretName ? [required(`${path}.secret.secretName`)] : []),
    ...(isJsonObject(volume.configMap) && !volume.configMap.name ? [required(`${path}.configMap.name`)] : []),
    ...(isJsonObject(volume.persistentVolumeClaim) && !volume.persistentVolumeClaim.claimName
      ? [required(`${path}.persistentVolumeClaim.claimName`)]
      : []),
    ...(isJsonObject(volume.hostPath) && !volume.hostPath.path ? [required(`${path}.hostPath.path`)] : []),
  ];
}

function mountProblems(mounts: unknown, path: string, volumes: Set<unknown>): FieldProblem[] {
  const seen = new Set<unknown>();
  return objectsIn(mounts).flatMap(({ name, mountPath }, index) => {
    const problems: FieldProblem[] = [];
    if (!name) problems.push(required(`${path}[${index}].name`));
    else if (!volumes.has(name)) problems.push(notFound(`${path}[${index}].name`, name));
    if (!mountPath) problems.push(required(`${path}[${index}].mountPath`));
    else if (seen.has(mountPath)) problems.push(invalid(`${path}[${index}].mountPath`, mountPath, 'must be unique'));
    seen.add(mountPath);
    return problems;
  });
}

function portProblems(ports: unknown, path: string): FieldProblem[] {
  const seen = new Set<unknown>();
  return objectsIn(ports).flatMap(({ name, containerPort, hostPort, protocol }, index) => {
    const at = `${path}[${index}]`;
    const problems: FieldProblem[] = [];
    if (name) {
      const why = portNameProblem(String(name));
      if (why) problems.push(invalid(`${at}.name`, name, why));
      else if (seen.has(name)) problems.push(duplicate(`${at}.name`, name));
      seen.add(name);
    }
    if (!containerPort) problems.push(required(`${at}.containerPort`));
    else problems.push(...portNumberProblems(containerPort, `${at}.containerPort`));
    if (hostPort) problems.push(...portNumberProblems(hostPort, `${at}.hostPort`));
    return [...problems, ...oneOf(protocol, `${at}.protocol`, ['SCTP', 'TCP', 'UDP'])];
  });
}

function portNameProblem(name: string): string | undefined {
  if (name.length > 15) return 'must be no more than 15 characters';
  if (!/^[-a-z0-9]+$/.test(name)) return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';
  if (!/[a-z]/.test(name)) return 'must contain at least one letter (a-z)';
  if (name.includes('--')) return 'must not contain consecutive hyphens';
  return name.startsWith('-') || name.endsWith('-') ? 'must not begin or end with a hyphen' : undefined;
}

export function portNumberProblems(port: unknown, field: string): FieldProblem[] {
  if (typeof port === 'string') {
    const why = portNameProblem(port);
    return why ? [invalid(field, port, why)] : [];
  }
  const number = Number(port);
  return number >= 1 && number <= 65_535 ? [] : [invalid(field, port, 'must be between 1 and 65535, inclusive')];
}

function environmentProblems(environment: unknown, path: string): FieldProblem[] {
  return objectsIn(environment).flatMap(({ name, value, valueFrom }, index) => {
    const at = `${path}[${index}]`;
    if (!name) return [required(`${at}.name`)];
    if (/[^ -<>-~]/.test(String(name))) {
      return [
        invalid(
          `${at}.name`,
          name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      ];
    }
    if (!isJsonObject(valueFrom)) return [];
    const sources = Object.values(valueFrom).filter((source) => source !== undefined && source !== null);
    const from = `${at}.valueFrom`;
    if (sources.length === 0) {
      return [
        invalid(
          from,
          '',
          'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
        ),
      ];
    }
    if (value) return [invalid(from, '', 'may not be specified when `value` is not empty')];
    return sources.length > 1 ? [invalid(from, '', 'may not have more than one field specified at a time')] : [];
  });
}

const STANDARD = /^(cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/;

function resourceProblems(resources: unknown, path: string): FieldProblem[] {
  const amounts = (where: string) =>
    Object.entries((valueAt(resources, [where]) ?? {}) as JsonObject).flatMap(([name, value]) => {
      const amount = parseQuantity(value);
      return amount ? [{ name, amount, field: `${path}.${where}[${name}]` }] : [];
    });
  const limits = amounts('limits');
  const requests = amounts('requests');
  const known = [...limits, ...requests].flatMap(({ name, amount, field }) => [
    ...(STANDARD.test(name)
      ? []
      : ['must be a standard resource type or fully qualified', 'must be a standard resource for containers'].map(
          (why) => invalid(field, name, why),
        )),
    ...(amount.milli < 0n ? [invalid(field, quantityText(amount), 'must be greater than or equal to 0')] : []),
  ]);
  const limitOf = new Map(limits.map(({ name, amount }) => [name, amount]));
  const beyond = requests.flatMap(({ name, amount }) => {
    const why = overLimit(name, amount, limitOf.get(name));
    return why ? [invalid(`${path}.requests`, quantityText(amount), why)] : [];
  });
  const unlimited = requests.filter(({ name }) => !mayBeOvercommitted(name) && !limitOf.has(name));
  const missing = unlimited.map(() => required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
  return [...known, ...beyond, ...missing];
}

const mayBeOvercommitted = (name: string) => !name.includes('/') && !name.startsWith('hugepages-');

function overLimit(name: string, request: Quantity, limit: Quantity | undefined): string | undefined {
  if (!limit) return undefined;
  if (!mayBeOvercommitted(name) && request.milli !== limit.milli) {
    return `must be equal to ${name} limit of ${quantityText(limit)}`;
  }
  return request.milli > limit.milli
    ? `must be less than or equal to ${name} limit of ${quantityText(limit)}`
    : undefined;
}

function probeProblems(probe: unknown, path: string, kind: string): FieldProblem[] {
  if (!isJsonObject(probe)) return [];
  const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'].filter((field) => isJsonObject(ownValue(probe, field)));
  const port = (field: string) => ownValue((ownValue(probe, field) ?? {}) as JsonObject, 'port');
  return [
    ...handlers.slice(1).map((field) => forbidden(`${path}.${field}`, 'may not specify more than 1 handler type')),
    ...(handlers.length === 0 ? [required(path, 'must specify a handler type')] : []),
    ...(isJsonObject(probe.exec) && !(Array.isArray(probe.exec.command) && probe.exec.command.length > 0)
      ? [required(`${path}.exec.command`)]
      : []),
    ...['httpGet', 'tcpSocket', 'grpc'].flatMap((field) =>
      handlers.includes(field) ? portNumberProblems(port(field) ?? 0, `${path}.${field}.port`) : [],
    ),
    ...['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'].flatMap(
      (field) => atLeast(0, ownValue(probe, field), `${path}.${field}`),
    ),
    ...(kind !== 'readinessProbe' && Number(probe.successThreshold ?? 1) > 1
      ? [invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1')]
      : []),
  ];
}

function userProblems(context: unknown, path: string): FieldProblem[] {
  const ids = ['runAsUser', 'runAsGroup', 'fsGroup'].filter((field) => Number(valueAt(context, [field]) ?? 0) < 0);
  return ids.map((field) =>
    invalid(`${path}.${field}`, valueAt(context, [field]), 'must be between 0 and 2147483647, inclusive'),
  );
}

function tolerationProblems(tolerations: unknown, path: string): FieldProblem[] {
  return objectsIn(tolerations).flatMap(({ operator, value, effect }, index) => [
    ...(operator === 'Exists' && value
      ? [invalid(`${path}[${index}].operator`, { value }, "value must be empty when `operator` is 'Exists'")]
      : []),
    ...oneOf(effect, `${path}[${index}].effect`, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  ]);
}

function objectsIn(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.map((item) => (isJsonObject(item) ? item : {})) : [];
}

function oneOf(value: unknown, field: string, supported: readonly string[]): FieldProblem[] {
  return value === undefined || value === null || value === '' || supported.includes(String(value))
    ? []
    : [notSupported(field, value, supported)];
}

/** https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/field/errors.go */
export function atLeast(least: number, value: unknown, field: string): FieldProblem[] {
  return typeof value === 'number' && value < least
    ? [invalid(field, value, `must be greater than or equal to ${least}`)]
    : [];
}

export function required(field: string, detail = ''): FieldProblem {
  return { reason: 'FieldValueRequired', field, detail };
}

export function invalid(field: string, value: unknown, why: string): FieldProblem {
  return { reason: 'FieldValueInvalid', field, detail: `${JSON.stringify(value)}: ${why}` };
}

function forbidden(field: string, detail: string): FieldProblem {
  return { reason: 'FieldValueForbidden', field, detail };
}

function duplicate(field: string, value: unknown): FieldProblem {
  return { reason: 'FieldValueDuplicate', field, detail: JSON.stringify(value) };
}

function notFound(field: string, value: unknown): FieldProblem {
  return { reason: 'FieldValueNotFound', field, detail: JSON.stringify(value) };
}

function notSupported(field: string, value: unknown, supported: readonly string[]): FieldProblem {
  const words = [...supported].sort().map((one) => JSON.stringify(one));
  const detail = `${JSON.stringify(value)}: supported values: ${words.join(', ')}`;
  return { reason: 'FieldValueNotSupported', field, detail };
}
