import { advice, kubectl } from '../advice/advice.ts';
import type { Clock } from '../clock.ts';
import { deniedAccess } from '../cluster/access-review.ts';
import type { ClusterInspection } from '../cluster/inspection.ts';
import { inspectNamespace } from '../cluster/namespace-inspection.ts';
import { Failure } from '../failures.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { explainConnecting, explained } from '../lifecycle/errors/api-errors.ts';
import { accessOf, type CommandWithNeeds } from '../lifecycle/rights/needs.ts';
import { examineFiles } from './examine-files.ts';
import {
  type Finding,
  judgeAutoscalers,
  judgeClock,
  judgeOperator,
  judgeResource,
  judgeRights,
  judgeWebhooks,
  missing,
  ok,
  warning,
} from './judge.ts';
import { judgeNamespace } from './judge-namespace.ts';

export interface Examination {
  namespace: string;
  /** Whose rights are looked at. */
  commands: readonly CommandWithNeeds[];
  clock: Clock;
  /** The SeldonDeployments of the files that are meant; none if it is not asked about files. */
  deployments: readonly KubernetesObject[];
}

/** All checks, most of them at the same time; where the server cannot be reached that is all that can be found. */
export async function examine(
  cluster: ClusterInspection,
  { namespace, commands, clock, deployments: ofFiles }: Examination,
): Promise<Finding[]> {
  const version = await cluster.version(clock).catch((error: unknown) => unreachable(error));
  if (!('version' in version)) return [version];
  const findings = await Promise.all([
    told('crd', async () => judgeResource(await cluster.seldonResource())),
    told('operator', async () => {
      const [pods, deployments] = await Promise.all([cluster.operatorPods(), cluster.deployments(namespace)]);
      return [judgeOperator(pods, deployments, cluster.api.serverClock.now())];
    }),
    told('namespace', async () => judgeNamespace(namespace, await inspectNamespace(cluster.api, namespace))),
    told('files', () => examineFiles(cluster.api, ofFiles)),
    told('webhooks', async () => judgeWebhooks(await cluster.webhooks())),
    told('rights', async () =>
      judgeRights(commands, await deniedAccess(cluster.api, accessOf(commands, namespace)), namespace),
    ),
    told('autoscalers', async () => judgeAutoscalers(await cluster.autoscalers(namespace), namespace)),
  ]);
  const reached = ok('cluster', `${cluster.server} answers, Kubernetes ${version.version.gitVersion}`);
  return [reached, ...findings.flat(), judgeClock(version.skewMs)];
}

/** That one check fails does not keep the others from being told. */
async function told(check: string, find: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await find();
  } catch (error) {
    if (!(explained(error, '') instanceof Failure)) throw error;
    return [warning(check, `cannot be checked: ${(error as Error).message}`)];
  }
}

function unreachable(error: unknown): Finding {
  try {
    return explainConnecting(error, 'ask the server for its version');
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return missing(
      'cluster',
      failure.message,
      failure.hint ?? advice`Check your kubeconfig: ${kubectl(['cluster-info'])}`,
    );
  }
}
