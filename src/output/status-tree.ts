import type { StatusReport } from '../lifecycle/overview/status-report.ts';
import type { TreeNode } from '../lifecycle/overview/tree.ts';
import type { ReportedEvent } from '../progress/progress.ts';
import { age } from '../text/age.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type Paint, plain } from './colours.ts';
import { Columns } from './columns.ts';
import { paintState } from './deployment-table.ts';
import { table } from './table.ts';

const HEADER = ['NAME', 'READY', 'STATUS', 'AGE', 'LAST WARNING'];

/** The lines of a status: the trees in one table, then what each deployment waits for. `now` is in milliseconds since 1970. */
export function statusLines(
  reports: readonly StatusReport[],
  {
    now,
    withNamespace,
    columns,
    paint = plain,
  }: { now: number; withNamespace: boolean; columns?: Columns; paint?: Paint },
): string[] {
  const rows = reports.flatMap(({ deployment, tree }) =>
    rowsOf(tree, now, paint).map((row) => [
      ...(withNamespace ? [escapeTerminal(deployment.metadata.namespace ?? '')] : []),
      ...row,
    ]),
  );
  const header = [...(withNamespace ? ['NAMESPACE'] : []), ...HEADER];
  const lines = table([header, ...rows], columns ?? new Columns()).map((line) => line.trimEnd());
  const reasons = reports.flatMap((report) => reasonLines(report, reports.length > 1));
  return reasons.length > 0 ? [...lines, '', ...reasons] : lines;
}

function rowsOf(node: TreeNode, now: number, paint: Paint, lead = '', below = ''): string[][] {
  const created = Date.parse(node.created ?? '');
  const row = [
    `${lead}${escapeTerminal(`${node.kind}/${node.name}`)}`,
    node.ready ? `${node.ready.ready}/${node.ready.of}` : '',
    paintState(escapeTerminal(node.status), paint),
    Number.isNaN(created) ? '' : age(now - created),
    node.lastWarning ? warningText(node.lastWarning, now) : '',
  ];
  const children = node.children.flatMap((child, index) => {
    const last = index === node.children.length - 1;
    return rowsOf(child, now, paint, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
  });
  return [row, ...children];
}

/** Failed 12s ago (x3): why */
function warningText({ reason, message, count, lastTime }: ReportedEvent, now: number): string {
  const when = lastTime === undefined ? '' : ` ${age(now - lastTime)} ago`;
  return escapeTerminal(`${reason}${when}${count > 1 ? ` (x${count})` : ''}: ${message}`);
}

function reasonLines({ deployment, waitingFor, cause }: StatusReport, several: boolean): string[] {
  const whose = several ? `${deployment.metadata.name}: ` : '';
  return [
    ...(waitingFor ? [`${whose}waiting for ${waitingFor}`] : []),
    // Often it has been said already, of the pod that is waited for.
    ...(cause && !waitingFor?.includes(cause.why) ? [`${whose}cause: ${cause.why}`] : []),
    ...(cause?.advice ? [`${whose}${cause.advice}`] : []),
  ].map(escapeTerminal);
}

/** A status as an object of its own, for -o json and the like. */
export function statusObject({ deployment, tree, waitingFor, cause, metricsPath }: StatusReport): object {
  const { metadata, status } = deployment;
  const { name, namespace, uid } = metadata;
  return {
    apiVersion: 'seldon-lifecycle.io/v1',
    kind: 'SeldonDeploymentStatus',
    metadata: { name, namespace, uid },
    state: tree.status,
    ready: tree.ready && { available: tree.ready.ready, desired: tree.ready.of },
    url: status?.address?.url,
    metricsPath,
    waitingFor,
    cause,
    tree: nodeObject(tree),
  };
}

function nodeObject({ kind, name, uid, ready, status, created, lastWarning, children }: TreeNode): object {
  return {
    kind,
    name,
    uid,
    ready: ready && { ready: ready.ready, desired: ready.of },
    status: status || undefined,
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
