import { advice, kubectl } from '../advice/advice.ts';
import type { InspectedNamespace, LimitRange, LimitRangeItem, ResourceQuota } from '../cluster/namespace-inspection.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { ONE, writtenQuantity } from '../kubernetes/quantity.ts';
import { EXECUTOR } from '../operator/executor-container.ts';
import type { Deployment } from '../operator/kubernetes-objects.ts';
import type { MadeObject, MadeReplicas } from '../operator/made-objects.ts';
import { ownValue, setOwnValue } from '../own-values.ts';
import { type Finding, missing, ok, warning } from './judge.ts';
import { demanded, ENFORCE_LABEL, isForSomePods } from './judge-namespace.ts';
import { type Amounts, amountsOf, type ContainerDemand, containerDemands, podTotal } from './pod-demand.ts';
import { violations } from './pod-security.ts';

/** What the operator would make of one SeldonDeployment of the files. */
export interface FileDemand {
  name: string;
  made: { objects: readonly MadeObject[] } | { givenUp: string };
}

/** A Deployment that is there already, with its number of pods. */
export type LiveDeployment = KubernetesObject & { status?: { replicas?: number } };

/** What the namespace has already; what may not be read is taken not to be there. */
export interface ThereAlready {
  deployments: readonly LiveDeployment[];
  services: readonly KubernetesObject[];
}

export interface FilesContext {
  inspected: InspectedNamespace;
  there: ThereAlready;
  /** Why the operator's settings are taken to be the chart's; undefined where they were read. */
  assumed: string | undefined;
}

/** Pods that the files would add to a namespace. */
interface AddedPods {
  /** As kubectl names their Deployment: deployment.apps/x */
  of: string;
  deployment: Deployment;
  containers: readonly ContainerDemand[];
  /** How many there are to be beyond those that are there. */
  count: number;
  /** The same once an autoscaler has gone as far as it may; `count` without one. */
  most: number;
}

const CHECK = { files: 'files', quota: 'files: quota', limits: 'files: limit range', security: 'files: pod security' };

/**
 * What a namespace would refuse of all that the operator makes of the files that go into it: by how much, and what to do.
 * What cannot be read of the namespace is told elsewhere.
 */
export function judgeFiles(
  namespace: string,
  files: readonly FileDemand[],
  { inspected, there, assumed }: FilesContext,
): Finding[] {
  const { namespace: itself, quotas, limitRanges } = inspected;
  if ('unknown' in itself && itself.missing) {
    return [warning(CHECK.files, `namespace "${namespace}" does not exist yet: cannot check what it refuses`)];
  }
  const ranges = 'known' in limitRanges ? limitRanges.known : [];
  const objects = files.flatMap(({ made }) => ('objects' in made ? made.objects : []));
  const added = objects.flatMap((one) => addedPods(one, there.deployments, ranges));
  const level = 'known' in itself ? itself.known.metadata.labels?.[ENFORCE_LABEL] : undefined;
  const refused = [
    ...files.flatMap(({ name, made }) =>
      'givenUp' in made
        ? [
            missing(
              CHECK.files,
              `the operator cannot process seldondeployment "${name}": ${made.givenUp}`,
              'Correct the file',
            ),
          ]
        : [],
    ),
    ...(level === 'baseline' || level === 'restricted'
      ? added.flatMap((pods) => judgeSecurity(pods, level, namespace))
      : []),
    ...added.flatMap((pods) => ranges.flatMap((range) => judgeLimits(pods, range))),
    ...('known' in quotas ? quotas.known.flatMap((quota) => judgeQuota(quota, added, objects, there, namespace)) : []),
  ];
  if (refused.length > 0) return refused;
  for (const read of [quotas, limitRanges]) {
    if ('unknown' in read && !read.missing) {
      return [warning(CHECK.files, `cannot check how much room namespace "${namespace}" has: ${read.unknown}`)];
    }
  }
  const pods = added.reduce((sum, { count }) => sum + count, 0);
  const adds = assumed === undefined ? '' : ', including what the operator of Seldon Core 1.18.2 adds';
  return [ok(CHECK.files, `namespace "${namespace}" has room for their ${pods} ${pods === 1 ? 'pod' : 'pods'}${adds}`)];
}

/** None of a Deployment that is there with as many already: whether the change makes new ones only the server knows. */
function addedPods(
  { pods }: MadeObject,
  there: readonly LiveDeployment[],
  limitRanges: readonly LimitRange[],
): AddedPods[] {
  if (!pods) return [];
  const { of: deployment, replicas } = pods;
  const { name } = deployment.metadata;
  const live = there.find(({ metadata }) => metadata.name === name);
  const now = live?.status?.replicas ?? 0;
  const { least, most } = numbersOf(replicas, live ? now : 1);
  const containers = containerDemands(deployment.spec.template.spec, limitRanges);
  const beyond = (wanted: number) => Math.max(0, wanted - now);
  if (most === 0) return [];
  return [{ of: `deployment.apps/${name}`, deployment, containers, count: beyond(least), most: beyond(most) }];
}

function numbersOf(replicas: MadeReplicas, unset: number): { least: number; most: number } {
  if (replicas.by === 'autoscaler') return { least: Math.max(1, replicas.least), most: replicas.most };
  const count = replicas.by === 'field' ? replicas.count : unset;
  return { least: count, most: count };
}

function judgeSecurity({ of, deployment }: AddedPods, level: 'baseline' | 'restricted', namespace: string): Finding[] {
  const found = violations(deployment.spec.template.spec, level);
  if (found.length === 0) return [];
  const containers = [...new Set(found.map(({ container }) => container))];
  const needs = containers.map((container) => {
    const those = found.filter((one) => one.container === container).map((one) => one.needs);
    return `${container === undefined ? 'the pod' : `container "${container}"`} needs ${those.join(', ')}`;
  });
  const message = `${level} refuses the pods of ${of}: ${needs.join('; ')}`;
  const byOperator = containers.filter((container) => container !== undefined && isAddedByOperator(container));
  const relabel = kubectl(['label', 'namespace', namespace, `${ENFORCE_LABEL}=baseline`, '--overwrite']);
  return [
    byOperator.length > 0 && level === 'restricted'
      ? missing(
          CHECK.security,
          message,
          advice`No file can change ${byOperator.join(' and ')}, which the operator adds: use another namespace, or ${relabel}`,
        )
      : missing(
          CHECK.security,
          message,
          'Set them in the securityContext of componentSpecs[].spec and of each container',
        ),
  ];
}

/** The orchestrator, and what fetches a model. */
function isAddedByOperator(container: string): boolean {
  return container === EXECUTOR || container.endsWith(INITIALIZER);
}

const INITIALIZER = '-model-initializer';

/** Where its resources are set. */
function fieldOf(container: string): string {
  if (container === EXECUTOR) return 'svcOrchSpec.resources of the predictor';
  if (container.endsWith(INITIALIZER)) return 'storageInitializer in the ConfigMap seldon-config of the operator';
  return `resources of container "${container}" in componentSpecs`;
}

/** Source of the rules: plugin/pkg/admission/limitranger/admission.go in Kubernetes. */
function judgeLimits({ of, containers }: AddedPods, { metadata, spec }: LimitRange): Finding[] {
  const whose = `limitrange "${metadata.name}"`;
  return (spec?.limits ?? []).flatMap((item) => {
    if (item.type === 'Container') {
      return containers.flatMap((one) =>
        beyondLimits(one, item).map(({ says, allows }) =>
          missing(
            CHECK.limits,
            `container "${one.name}" of ${of} ${says}, and ${whose} ${allows}`,
            `Set the ${fieldOf(one.name)}`,
          ),
        ),
      );
    }
    if (item.type !== 'Pod') return [];
    const pod = { requests: podTotal(containers, 'requests'), limits: podTotal(containers, 'limits') };
    return beyondLimits(pod, item).map(({ says, allows }) =>
      missing(CHECK.limits, `a pod of ${of} ${says}, and ${whose} ${allows}`, 'Set the resources of its containers'),
    );
  });
}

function beyondLimits(
  { requests, limits }: Pick<ContainerDemand, 'requests' | 'limits'>,
  { type, min, max }: LimitRangeItem,
): { says: string; allows: string }[] {
  const kind = type.toLowerCase();
  const tooLittle = Object.entries(amountsOf(min)).flatMap(([resource, least]) => {
    const allows = `asks for at least ${writtenQuantity(least, resource)}`;
    const [request, limit] = [ownValue(requests, resource), ownValue(limits, resource)];
    if (request === undefined) return [{ says: `requests no ${resource}`, allows }];
    if (request < least) return [{ says: `requests ${writtenQuantity(request, resource)} ${resource}`, allows }];
    if (limit === undefined || limit >= least) return [];
    return [{ says: `is limited to ${writtenQuantity(limit, resource)} ${resource}`, allows }];
  });
  const tooMuch = Object.entries(amountsOf(max)).flatMap(([resource, most]) => {
    const allows = `lets a ${kind} have at most ${writtenQuantity(most, resource)}`;
    const [request, limit] = [ownValue(requests, resource), ownValue(limits, resource)];
    if (limit === undefined) return [{ says: `sets no limit of ${resource}`, allows }];
    if (limit > most) return [{ says: `has a limit of ${writtenQuantity(limit, resource)} ${resource}`, allows }];
    if (request === undefined || request <= most) return [];
    return [{ says: `requests ${writtenQuantity(request, resource)} ${resource}`, allows }];
  });
  return [...tooLittle, ...tooMuch];
}

function judgeQuota(
  quota: ResourceQuota,
  added: readonly AddedPods[],
  objects: readonly MadeObject[],
  there: ThereAlready,
  namespace: string,
): Finding[] {
  const { hard = quota.spec?.hard ?? {}, used = {} } = quota.status ?? {};
  const whose = `quota "${quota.metadata.name}"`;
  const look = kubectl(['describe', 'resourcequota', quota.metadata.name], { namespace });
  const allowed = amountsOf(hard);
  const taken = amountsOf(used);
  // Which pods it counts only the server knows; other objects have no scopes.
  const counted = isForSomePods(quota) ? [] : added;
  const asked = askedOf(counted, 'count');
  const askedAtMost = askedOf(counted, 'most');
  for (const [resource, count] of Object.entries(objectCounts(objects, there))) {
    for (const amounts of [asked, askedAtMost]) setOwnValue(amounts, resource, count);
  }
  const unset = counted.flatMap((pods) => unsetUnder(whose, Object.keys(hard), pods));
  if (unset.length > 0) return unset;
  return Object.entries(allowed).flatMap(([resource, most]) => {
    const left = most - (ownValue(taken, resource) ?? 0n);
    const words = `${whose} leaves ${writtenQuantity(left > 0n ? left : 0n, resource)} of ${resource}`;
    const wanted = ownValue(asked, resource) ?? 0n;
    if (wanted > left) {
      return [
        missing(
          CHECK.quota,
          `${words}, and the file asks for ${writtenQuantity(wanted, resource)}${shares(counted, resource)}`,
          advice`Lower replicas or resources in the file, free some of the quota, or ask for a larger one: ${look}`,
        ),
      ];
    }
    const atMost = ownValue(askedAtMost, resource) ?? 0n;
    if (atMost <= left) return [];
    return [
      warning(
        CHECK.quota,
        `${words}, and the file asks for ${writtenQuantity(wanted, resource)}, but for up to ${writtenQuantity(atMost, resource)} when its autoscalers reach their maximum`,
        advice`Lower maxReplicas, or ask for a larger quota: ${look}`,
      ),
    ];
  });
}

/** A quota of cpu or memory takes no pod whose containers do not say what they need of it. */
function unsetUnder(whose: string, resources: readonly string[], { of, containers }: AddedPods): Finding[] {
  const asked = [...new Set(resources.flatMap(demanded))];
  return containers.flatMap((container) => {
    const lacking = asked.filter((name) => {
      const [kind, resource = ''] = name.split('.');
      return ownValue(kind === 'limits' ? container.limits : container.requests, resource) === undefined;
    });
    if (lacking.length === 0) return [];
    return [
      missing(
        CHECK.quota,
        `${whose} requires all containers to set ${asked.join(', ')}, and container "${container.name}" of ${of} does not set ${lacking.join(', ')}`,
        `Set the ${fieldOf(container.name)}`,
      ),
    ];
  });
}

/** Of pods, under the names that a quota has for it. */
function askedOf(added: readonly AddedPods[], number: 'count' | 'most'): Amounts {
  const asked: Amounts = {};
  const add = (resource: string, amount: bigint) =>
    setOwnValue(asked, resource, (ownValue(asked, resource) ?? 0n) + amount);
  for (const pods of added) {
    const count = BigInt(pods[number]);
    for (const [resource, amount] of Object.entries(quotaNames(pods))) add(resource, count * amount);
    for (const resource of ['pods', 'count/pods']) add(resource, count * ONE);
  }
  return asked;
}

/** cpu and requests.cpu are the same: https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
function quotaNames({ containers }: AddedPods): Amounts {
  const names: Amounts = {};
  for (const [resource, amount] of Object.entries(podTotal(containers, 'requests'))) {
    setOwnValue(names, `requests.${resource}`, amount);
    if (/^(cpu|memory|ephemeral-storage)$/.test(resource)) setOwnValue(names, resource, amount);
  }
  for (const [resource, amount] of Object.entries(podTotal(containers, 'limits'))) {
    setOwnValue(names, `limits.${resource}`, amount);
  }
  return names;
}

/** Whose it is, where there are several: (2 × 1 of deployment.apps/a, 1 × 500m of deployment.apps/b). */
function shares(added: readonly AddedPods[], resource: string): string {
  const each = added.flatMap((pods) => {
    const amount = ownValue(quotaNames(pods), resource);
    if (pods.count === 0 || !amount) return [];
    return [`${pods.count} × ${writtenQuantity(amount, resource)} of ${pods.of}`];
  });
  return each.length === 0 ? '' : ` (${each.join(', ')})`;
}

/** Of objects that are not there yet, by the names that a quota has for them. Each Deployment has a ReplicaSet. */
function objectCounts(objects: readonly MadeObject[], there: ThereAlready): Amounts {
  const counts: Amounts = {};
  for (const { object } of objects) {
    const { kind, metadata } = object;
    const known = kind === 'Deployment' ? there.deployments : kind === 'Service' ? there.services : undefined;
    if (!known || known.some((one) => one.metadata.name === metadata.name)) continue;
    for (const resource of ownValue(COUNTED_AS, kind) ?? []) {
      setOwnValue(counts, resource, (ownValue(counts, resource) ?? 0n) + ONE);
    }
  }
  return counts;
}

const COUNTED_AS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['count/deployments.apps', 'count/replicasets.apps'],
  Service: ['count/services', 'services'],
};
