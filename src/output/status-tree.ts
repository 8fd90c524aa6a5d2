import type { Output } from '../context.ts';
import { diagnosisEntry } from '../lifecycle/diagnosis/entry.ts';
import type { Restarts } from '../lifecycle/overview/pod-status.ts';
import type { UsageOfPods } from '../lifecycle/overview/pod-usage.ts';
import type { StatusReport } from '../lifecycle/overview/status-report.ts';
import type { TreeNode } from '../lifecycle/overview/tree.ts';
import type { ReportedEvent } from '../progress/progress.ts';
import { sharesTraffic, trafficInWords, trafficOf } from '../seldon/traffic.ts';
import { hostUrl, urlOf } from '../seldon/url.ts';
import { age } from '../text/age.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type Paint, plain } from './colours.ts';
import { Columns } from './columns.ts';
import { paintState } from './deployment-table.ts';
import { atTheEnd, type Concession } from './fit.ts';
import { cpuInWords, memoryInWords } from './usage-words.ts';
import { wrapped } from './wrapped.ts';

/** With -o wide. */
export interface Wide {
  /** Undefined: the server does not tell it. */
  usage: UsageOfPods | undefined;
}

function headerOf(wide: Wide | undefined): string[] {
  const more = wide ? ['RESTARTS', ...(wide.usage ? ['CPU', 'MEMORY'] : [])] : [];
  return ['NAME', 'READY', 'STATUS', ...more, 'AGE', 'LAST WARNING'];
}

const concessions: readonly Concession[] = [
  { column: 'LAST WARNING', to: 60, by: atTheEnd },
  { column: 'NAME', to: 44 },
  { column: 'LAST WARNING', to: 30, by: atTheEnd },
  { column: 'RESTARTS', to: 8, by: withoutWhen },
  { column: 'NAME', to: 30 },
  { column: 'LAST WARNING', leaveOut: true },
  { column: 'NAMESPACE', to: 12 },
  // The branches of the tree take half of it.
  { column: 'NAME', to: 22 },
  { column: 'AGE', leaveOut: true },
  { column: 'NAME', to: 16 },
  { column: 'RESTARTS', leaveOut: true },
];

/** The lines of a status: the trees in one table, then what each deployment waits for. `now` is in milliseconds since 1970. */
export function statusLines(
  reports: readonly StatusReport[],
  {
    now,
    withNamespace,
    stdout,
    cut = (table, below) => [...table, ...below],
    paint = plain,
    wide,
  }: {
    now: number;
    withNamespace: boolean;
    stdout?: Output;
    cut?: (table: readonly string[], below: readonly string[]) => string[];
    paint?: Paint;
    wide?: Wide | undefined;
  },
): string[] {
  const rows = reports.flatMap(({ deployment, tree }) =>
    rowsOf(tree, { now, paint, wide, namespace: deployment.metadata.namespace }).map((row) => [
      ...(withNamespace ? [escapeTerminal(deployment.metadata.namespace ?? '')] : []),
      ...row,
    ]),
  );
  const header = [...(withNamespace ? ['NAMESPACE'] : []), ...headerOf(wide)];
  const lines = new Columns([], stdout, { header, concessions }).lines([header, ...rows]).map((line) => line.trimEnd());
  const reasons = reports
    .flatMap((report) => reasonLines(report, reports.length > 1))
    .flatMap((line) => wrapped(line, stdout ?? {}).split('\n'));
  return cut(lines, reasons.length > 0 ? ['', ...reasons] : []);
}

interface RowOptions {
  now: number;
  paint: Paint;
  wide: Wide | undefined;
  namespace: string | undefined;
}

function rowsOf(node: TreeNode, options: RowOptions, lead = '', below = ''): string[][] {
  const { now, paint } = options;
  const created = Date.parse(node.created ?? '');
  const row = [
    `${lead}${escapeTerminal(`${node.kind}/${node.name}${node.part === undefined ? '' : ` (${node.part})`}`)}`,
    node.ready ? `${node.ready.ready}/${node.ready.of}` : '',
    paintState(escapeTerminal(node.status), paint),
    ...wideCells(node, options),
    Number.isNaN(created) ? '' : age(now - created),
    node.lastWarning ? warningText(node.lastWarning, now) : '',
  ];
  const children = node.children.flatMap((child, index) => {
    const last = index === node.children.length - 1;
    return rowsOf(child, options, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
  });
  return [row, ...children];
}

function wideCells({ kind, name, restarts }: TreeNode, { now, wide, namespace }: RowOptions): string[] {
  if (!wide) return [];
  const usage = wide.usage?.(namespace, name);
  const used = kind === 'Pod' ? [cpuInWords(usage), memoryInWords(usage)] : ['', ''];
  return [restarts ? restartsText(restarts, now) : '', ...(wide.usage ? used : [])];
}

/** As kubectl get pods: 3 (5m ago) */
function restartsText({ count, last }: Restarts, now: number): string {
  return count > 0 && last !== undefined ? `${count} (${age(now - Date.parse(last))} ago)` : String(count);
}

function withoutWhen(cell: string): string {
  return cell.split(' ')[0] ?? '';
}

/** Failed 12s ago (x3): why */
function warningText({ reason, message, count, lastTime }: ReportedEvent, now: number): string {
  const when = lastTime === undefined ? '' : ` ${age(now - lastTime)} ago`;
  return escapeTerminal(`${reason}${when}${count > 1 ? ` (x${count})` : ''}: ${message}`);
}

function reasonLines(
  { deployment, waitingFor, cause, diagnosis = [], outside }: StatusReport,
  several: boolean,
): string[] {
  const whose = several ? `${deployment.metadata.name}: ` : '';
  const url = hostUrl(deployment) ?? outside;
  return [
    ...(url === undefined ? [] : [`${whose}url: ${url}`]),
    ...(sharesTraffic(deployment.spec ?? {}) ? [`${whose}traffic: ${trafficInWords(deployment.spec ?? {})}`] : []),
    ...(waitingFor ? [`${whose}waiting for ${waitingFor}`] : []),
    // Often it has been said already, of the pod that is waited for.
    ...(cause && !waitingFor?.includes(cause.why) ? [`${whose}cause: ${cause.why}`] : []),
    ...(cause?.advice ? [`${whose}${cause.advice}`] : []),
    ...diagnosis.slice(1).flatMap(({ why, advice }) => [`${whose}also: ${why}`, `${whose}${advice}`]),
  ].map(escapeTerminal);
}

/** A status as an object of its own, for -o json and the like. */
export function statusObject(report: StatusReport<unknown>) {
  const { deployment, tree, waitingFor, cause, diagnosis, metricsPath, outside } = report;
  const { metadata } = deployment;
  const { name, namespace, uid } = metadata;
  return {
    apiVersion: 'seldon-lifecycle.io/v1',
    kind: 'SeldonDeploymentStatus',
    metadata: { name, namespace, uid },
    state: tree.status,
    ready: tree.ready && { available: tree.ready.ready, desired: tree.ready.of },
    url: hostUrl(deployment) ?? outside ?? urlOf(deployment),
    traffic: sharesTraffic(deployment.spec ?? {}) ? trafficOf(deployment.spec ?? {}) : undefined,
    metricsPath,
    waitingFor,
    cause,
    diagnosis: diagnosis?.map(diagnosisEntry),
    tree: nodeObject(tree),
  };
}

function nodeObject({
  kind,
  name,
  part,
  uid,
  ready,
  status,
  created,
  lastWarning,
  restarts,
  children,
}: TreeNode): object {
  return {
    kind,
    name,
    part,
    uid,
    ready: ready && { ready: ready.ready, desired: ready.of },
    status: status || undefined,
    restarts: restarts?.count,
    created,
    lastWarning: lastWarning && {
      reason: lastWarning.reason,
      message: lastWarning.message,
      count: lastWarning.count,
      lastTime: lastWarning.lastTime === undefined ? undefined : new Date(lastWarning.lastTime).toISOString(),
    },
    children: children.map(nodeObject),
  };
}
