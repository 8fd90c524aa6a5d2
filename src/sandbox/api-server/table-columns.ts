import { ownValue } from '../../own-values.ts';
import { age } from '../../text/age.ts';
import { isJsonObject, type JsonObject, type KubernetesObject, valueAt } from './objects.ts';
import type { TableColumn } from './resource-type.ts';

/*
 * What kubectl get shows of built-in kinds: the server prints the cells.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/printers/internalversion/printers.go
 */

function text(name: string, cell: TableColumn['cell'], priority = 0): TableColumn {
  return { name, type: 'string', priority, cell };
}

function count(name: string, ...path: string[]): TableColumn {
  return { name, type: 'integer', cell: (object) => numberAt(object, path) };
}

export const nameColumn: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  cell: (object) => object.metadata.name,
};

const ageColumn = text('Age', (object, now) => ageAt(object.metadata.creationTimestamp, now));

/** How old it is, from its timestamp. */
function ageAt(time: string, now: Date): string {
  return age(now.getTime() - Date.parse(time));
}

/** The only columns of a custom resource without additionalPrinterColumns. */
export const customResourceColumns: TableColumn[] = [nameColumn, { name: 'Age', type: 'date', cell: ageColumn.cell }];

function numberAt(object: unknown, path: string[]): number {
  return Number(valueAt(object, path) ?? 0);
}

function listAt(object: unknown, path: string[]): JsonObject[] {
  const list = valueAt(object, path);
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function stringAt(object: unknown, path: string[], missing = '<none>'): string {
  const value = valueAt(object, path);
  return value === undefined || value === null || value === '' ? missing : String(value);
}

function joined(object: unknown, path: string[], field: string): string {
  return listAt(object, path)
    .map((item) => String(ownValue(item, field)))
    .join(',');
}

function selectorText(selector: unknown): string {
  const labels = isJsonObject(selector) ? selector : {};
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${ownValue(labels, key)}`);
  return pairs.length > 0 ? pairs.join(',') : '<none>';
}

const containers = (path: string[]) => [
  text('Containers', (object) => joined(object, path, 'name'), 1),
  text('Images', (object) => joined(object, path, 'image'), 1),
];

const templateContainers = ['spec', 'template', 'spec', 'containers'];
const labelSelector = text(
  'Selector',
  (object) => selectorText(valueAt(object, ['spec', 'selector', 'matchLabels'])),
  1,
);

export function podStatusText(pod: KubernetesObject): string {
  let reason = stringAt(pod, ['status', 'reason'], stringAt(pod, ['status', 'phase'], 'Unknown'));
  for (const status of listAt(pod, ['status', 'containerStatuses']).reverse()) {
    const waiting = valueAt(status, ['state', 'waiting', 'reason']);
    const terminated = valueAt(status, ['state', 'terminated', 'reason']);
    if (waiting) reason = String(waiting);
    else if (terminated) reason = String(terminated);
  }
  return pod.metadata.deletionTimestamp ? 'Terminating' : reason;
}

function eventLastSeen(event: KubernetesObject, now: Date): string {
  const first = (event.firstTimestamp ?? event.eventTime) as string | undefined;
  const series = valueAt(event, ['series', 'lastObservedTime']);
  const last = (series ?? event.lastTimestamp ?? first) as string | undefined;
  return last ? ageAt(last, now) : '<unknown>';
}

function eventFirstSeen(event: KubernetesObject, now: Date): string {
  const first = (event.firstTimestamp ?? event.eventTime) as string | undefined;
  return first ? ageAt(first, now) : '<unknown>';
}

function eventSource(event: KubernetesObject): string {
  const component = stringAt(event, ['source', 'component'], stringAt(event, ['reportingComponent'], ''));
  const host = stringAt(event, ['source', 'host'], stringAt(event, ['reportingInstance'], ''));
  return host ? `${component}, ${host}` : component;
}

function eventObject(event: KubernetesObject): string {
  const kind = stringAt(event, ['involvedObject', 'kind'], '').toLowerCase();
  const name = stringAt(event, ['involvedObject', 'name'], '');
  return kind ? `${kind}/${name}` : name;
}

function servicePorts(service: KubernetesObject): string {
  const ports = listAt(service, ['spec', 'ports']).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.length > 0 ? ports.join(',') : '<none>';
}

function nodeStatus(node: KubernetesObject): string {
  const ready = listAt(node, ['status', 'conditions']).find(({ type }) => type === 'Ready');
  return ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
}

function readyOf(pod: KubernetesObject): string {
  const ready = listAt(pod, ['status', 'containerStatuses']).filter((status) => status.ready === true);
  return `${ready.length}/${listAt(pod, ['spec', 'containers']).length}`;
}

function restartsOf(pod: KubernetesObject, now: Date): string {
  const statuses = listAt(pod, ['status', 'containerStatuses']);
  const restarts = statuses.reduce((sum, { restartCount }) => sum + Number(restartCount ?? 0), 0);
  const finished = statuses.map((status) => valueAt(status, ['lastState', 'terminated', 'finishedAt']));
  const last = finished
    .filter((time) => typeof time === 'string')
    .sort()
    .at(-1);
  return restarts > 0 && last ? `${restarts} (${ageAt(last, now)} ago)` : String(restarts);
}

/** An address of its load balancer, by its name where it has one. */
function addressesOf(ingress: KubernetesObject): string {
  const points = listAt(ingress, ['status', 'loadBalancer', 'ingress']);
  return points.map((point) => stringAt(point, ['ip'], stringAt(point, ['hostname'], ''))).join(',');
}

function hostsOf(ingress: KubernetesObject): string {
  const hosts = listAt(ingress, ['spec', 'rules']).map((rule) => stringAt(rule, ['host'], ''));
  const named = hosts.filter((host) => host !== '');
  if (named.length === 0) return '*';
  const more = named.length > 3 ? ` + ${named.length - 3} more...` : '';
  return `${named.slice(0, 3).join(',')}${more}`;
}

const columns: Record<string, TableColumn[]> = {
  Pod: [
    nameColumn,
    text('Ready', readyOf),
    text('Status', podStatusText),
    text('Restarts', restartsOf),
    ageColumn,
    text('IP', (pod) => stringAt(pod, ['status', 'podIP']), 1),
    text('Node', (pod) => stringAt(pod, ['spec', 'nodeName']), 1),
    text('Nominated Node', (pod) => stringAt(pod, ['status', 'nominatedNodeName']), 1),
    text('Readiness Gates', () => '<none>', 1),
  ],
  Deployment: [
    nameColumn,
    text('Ready', (d) => `${numberAt(d, ['status', 'readyReplicas'])}/${numberAt(d, ['spec', 'replicas'])}`),
    { ...count('Up-to-date', 'status', 'updatedReplicas'), type: 'string' },
    { ...count('Available', 'status', 'availableReplicas'), type: 'string' },
    ageColumn,
    ...containers(templateContainers),
    labelSelector,
  ],
  ReplicaSet: [
    nameColumn,
    count('Desired', 'spec', 'replicas'),
    count('Current', 'status', 'replicas'),
    count('Ready', 'status', 'readyReplicas'),
    ageColumn,
    ...containers(templateContainers),
    labelSelector,
  ],
  Service: [
    nameColumn,
    text('Type', (service) => stringAt(service, ['spec', 'type'])),
    text('Cluster-IP', (service) => stringAt(service, ['spec', 'clusterIP'])),
    text('External-IP', (service) => stringAt(service, ['spec', 'externalName'])),
    text('Port(s)', servicePorts),
    ageColumn,
    text('Selector', (service) => selectorText(valueAt(service, ['spec', 'selector'])), 1),
  ],
  Ingress: [
    nameColumn,
    text('Class', (ingress) => stringAt(ingress, ['spec', 'ingressClassName'])),
    text('Hosts', hostsOf),
    text('Address', addressesOf),
    text('Ports', (ingress) => (listAt(ingress, ['spec', 'tls']).length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  IngressClass: [
    nameColumn,
    text('Controller', (one) => stringAt(one, ['spec', 'controller'])),
    text(
      'Parameters',
      (one) =>
        [['apiGroup'], ['kind'], ['name']]
          .map((key) => stringAt(one, ['spec', 'parameters', ...key], ''))
          .filter((part) => part !== '')
          .join('/') || '<none>',
    ),
    ageColumn,
  ],
  Event: [
    text('Last Seen', eventLastSeen),
    text('Type', (event) => stringAt(event, ['type'], '')),
    text('Reason', (event) => stringAt(event, ['reason'], '')),
    text('Object', eventObject),
    text('Subobject', (event) => stringAt(event, ['involvedObject', 'fieldPath'], ''), 1),
    text('Source', eventSource, 1),
    text('Message', (event) => stringAt(event, ['message'], '').trim()),
    text('First Seen', eventFirstSeen, 1),
    text('Count', (event) => String(numberAt(event, ['series', 'count']) || numberAt(event, ['count']) || 1), 1),
    { ...nameColumn, priority: 1 },
  ],
  Namespace: [nameColumn, text('Status', (namespace) => stringAt(namespace, ['status', 'phase'])), ageColumn],
  Node: [
    nameColumn,
    text('Status', nodeStatus),
    text('Roles', () => '<none>'),
    ageColumn,
    text('Version', (node) => stringAt(node, ['status', 'nodeInfo', 'kubeletVersion'], '')),
  ],
  ConfigMap: [nameColumn, text('Data', (map) => String(Object.keys((map.data ?? {}) as JsonObject).length)), ageColumn],
  Secret: [
    nameColumn,
    text('Type', (secret) => stringAt(secret, ['type'])),
    text('Data', (secret) => String(Object.keys((secret.data ?? {}) as JsonObject).length)),
    ageColumn,
  ],
  ServiceAccount: [nameColumn, text('Secrets', (account) => String(listAt(account, ['secrets']).length)), ageColumn],
  CustomResourceDefinition: [nameColumn, text('Created At', (crd) => crd.metadata.creationTimestamp)],
};

export function columnsOf(kind: string): TableColumn[] | undefined {
  return ownValue(columns, kind);
}
