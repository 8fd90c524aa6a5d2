import { type Advice, advice, kubectl } from '../advice/advice.ts';
import type { Learned } from '../cluster/inspection.ts';
import type {
  InspectedNamespace,
  LimitRange,
  OperatorContainer,
  OperatorDeployment,
  ResourceQuota,
} from '../cluster/namespace-inspection.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { ownValue } from '../own-values.ts';
import { type Finding, missing, ok, warning } from './judge.ts';

/** Of an object, the CONTROLLER_ID of the operator that it is for; of a namespace, that it has an operator of its own. */
const CONTROLLER_LABEL = 'seldon.io/controller-id';
export const ENFORCE_LABEL = 'pod-security.kubernetes.io/enforce';

/** Whom an operator serves. */
interface Scope {
  /** 'namespace/name' of its Deployment. */
  operator: string;
  /** Undefined: all of them. */
  namespace: string | undefined;
  /** It serves what is labelled with this, and nothing else. */
  controllerId: string | undefined;
}

/** What a namespace says of who serves it, and which pods it refuses. */
export function judgeNamespace(name: string, inspected: InspectedNamespace): Finding[] {
  const { namespace, operators, quotas, limitRanges } = inspected;
  if ('unknown' in namespace && namespace.missing) {
    return [
      warning(
        'namespace',
        `namespace "${name}" does not exist`,
        advice`Create it: ${kubectl(['create', 'namespace', name])}`,
      ),
    ];
  }
  return [
    ...judgeServed(name, namespace, operators),
    judgePodSecurity(name, namespace),
    ...judgeQuotas(name, quotas, limitRanges),
    ...judgeLimitRanges(limitRanges),
  ];
}

/**
 * Whether one of the operators looks after the namespace: one of all namespaces passes over those with the label, one
 * of a single namespace stays in that. Operator 1.18.2, operator/main.go and controllers/seldondeployment_controller.go.
 */
function judgeServed(
  name: string,
  namespace: Learned<KubernetesObject>,
  operators: Learned<readonly OperatorDeployment[]>,
): Finding[] {
  const check = 'served by';
  const label = 'known' in namespace ? namespace.known.metadata.labels?.[CONTROLLER_LABEL] || undefined : undefined;
  const ofItsOwn = `it has the label ${CONTROLLER_LABEL}=${label}, so cluster-wide operators ignore it`;
  const unlabel = advice`Run an operator in it, or remove the label: ${kubectl(['label', 'namespace', name, `${CONTROLLER_LABEL}-`])}`;
  if (!('known' in operators)) {
    const seen = label === undefined ? '' : `; ${ofItsOwn}`;
    return [warning(check, `cannot find out which namespaces the operator serves: ${operators.unknown}${seen}`)];
  }
  if (operators.known.length === 0) {
    // Whether there is one at all is told elsewhere.
    return label === undefined ? [] : [warning(check, `namespace "${name}": ${ofItsOwn}`, unlabel)];
  }
  const scopes = operators.known.map(scopeOf);
  const serving = scopes.filter((scope) =>
    scope.namespace === undefined ? label === undefined : scope.namespace === name,
  );
  const unread = 'unknown' in namespace ? `; the labels of namespace "${name}" cannot be read` : '';
  if (serving.length > 0) {
    const message = `${serving.map(inWords).join('; ')}${unread}`;
    const ids = serving.flatMap(({ controllerId }) => controllerId ?? []);
    if (ids.length < serving.length) return [unread ? warning(check, message) : ok(check, message)];
    return [warning(check, message, `Label deployments in their metadata.labels: ${CONTROLLER_LABEL}: ${ids[0]}`)];
  }
  const all = scopes.map(inWords).join('; ');
  const why = label === undefined ? all : `${ofItsOwn}; ${all}`;
  const ways: Advice =
    label === undefined ? `Use a namespace that it serves, or run an operator that serves "${name}"` : unlabel;
  return [missing(check, `no operator serves namespace "${name}": ${why}`, ways)];
}

function inWords({ operator, namespace, controllerId }: Scope): string {
  const where = namespace === undefined ? 'all namespaces' : `namespace "${namespace}" only`;
  const which = controllerId === undefined ? '' : `, only deployments labelled ${CONTROLLER_LABEL}=${controllerId}`;
  return `${operator} serves ${where}${which}`;
}

/** Flags before the environment, as the operator has it. */
function scopeOf({ metadata, spec }: OperatorDeployment): Scope {
  const containers = spec?.template?.spec?.containers ?? [];
  const first = <T>(of: (container: OperatorContainer) => T | undefined) =>
    containers.map(of).find((value) => value !== undefined);
  const env = (container: OperatorContainer, name: string) => valueIn(container, name, metadata.namespace);
  const flag = (container: OperatorContainer) => {
    const words = [...(container.command ?? []), ...(container.args ?? [])];
    const value = flagIn(words, ['namespace', 'watch-namespace']);
    return value?.replace(/\$\(([^)]+)\)/g, (whole, name) => env(container, name) ?? whole) || undefined;
  };
  return {
    operator: `${metadata.namespace}/${metadata.name}`,
    namespace: first(flag) ?? first((container) => env(container, 'WATCH_NAMESPACE')),
    controllerId: first((container) => env(container, 'CONTROLLER_ID')),
  };
}

/** '-namespace=x', '--namespace x': Go's flags have one hyphen or two. */
function flagIn(words: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const [, name = '', value] = /^--?([a-z-]+)(?:=(.*))?$/.exec(word) ?? [];
    if (names.includes(name)) return value ?? words[index + 1];
  }
  return undefined;
}

/** Empty is not set. */
function valueIn({ env = [] }: OperatorContainer, name: string, namespace: string | undefined): string | undefined {
  const found = env.find((one) => one.name === name);
  if (found?.valueFrom?.fieldRef?.fieldPath === 'metadata.namespace') return namespace;
  return found?.value || undefined;
}

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const REFUSES: Readonly<Record<string, string>> = {
  baseline: 'pods that are privileged, or use the network, the processes or the files of their node, are refused',
  restricted:
    'pods are refused whose containers do not all set runAsNonRoot, seccompProfile, allowPrivilegeEscalation: false and capabilities.drop: [ALL]',
};

function judgePodSecurity(name: string, namespace: Learned<KubernetesObject>): Finding {
  const check = 'pod security';
  if (!('known' in namespace))
    return warning(check, `the labels of namespace "${name}" cannot be read: ${namespace.unknown}`);
  const level = namespace.known.metadata.labels?.[ENFORCE_LABEL];
  const refuses = level === undefined ? undefined : ownValue(REFUSES, level);
  if (refuses === undefined) return ok(check, `namespace "${name}" enforces no level that refuses pods`);
  const message = `${level} is enforced: ${refuses}`;
  if (level === 'baseline') return ok(check, message);
  return warning(
    check,
    message,
    'Set them in the securityContext of componentSpecs[].spec and of each container, and for the orchestrator in the operator’s own settings',
  );
}

function judgeQuotas(
  name: string,
  quotas: Learned<readonly ResourceQuota[]>,
  limitRanges: Learned<readonly LimitRange[]>,
): Finding[] {
  const check = 'quota';
  if (!('known' in quotas)) return quotas.missing ? [] : [warning(check, `cannot be read: ${quotas.unknown}`)];
  if (quotas.known.length === 0) return [ok(check, `none in namespace "${name}"`)];
  return quotas.known.flatMap((quota) => {
    const { hard = quota.spec?.hard ?? {}, used = {} } = quota.status ?? {};
    const whose = `resourcequota "${quota.metadata.name}"`;
    const full = Object.keys(hard).filter((resource) => isUsedUp(ownValue(used, resource), ownValue(hard, resource)));
    const amounts = full.map((resource) => `${resource} ${ownValue(used, resource)} of ${ownValue(hard, resource)}`);
    const asked = isForSomePods(quota) ? [] : Object.keys(hard).flatMap(demanded);
    const lacking = asked.filter((resource) => !hasDefault(limitRanges, resource));
    const findings = [
      ...(full.length > 0
        ? [
            warning(
              check,
              `${whose} is used up: ${amounts.join(', ')}`,
              advice`Free some of it, or ask for a larger quota: ${kubectl(['describe', 'resourcequota', quota.metadata.name], { namespace: name })}`,
            ),
          ]
        : []),
      ...(lacking.length > 0
        ? [
            warning(
              check,
              `${whose} requires all containers to set ${[...new Set(lacking)].join(', ')}, and no LimitRange sets them`,
              'Set resources of each container in componentSpecs, and of the orchestrator in svcOrchSpec.resources',
            ),
          ]
        : []),
    ];
    return findings.length > 0 ? findings : [ok(check, `${whose} leaves room`)];
  });
}

/** Which of them only the server knows. */
export function isForSomePods({ spec }: ResourceQuota): boolean {
  return (spec?.scopes?.length ?? 0) > 0 || spec?.scopeSelector !== undefined;
}

/** The server writes both alike, so that equal amounts are equal texts; numbers of objects may also be more. */
function isUsedUp(used: string | undefined, hard: string | undefined): boolean {
  if (used === undefined || hard === undefined) return false;
  return used === hard || (/^\d+$/.test(used) && /^\d+$/.test(hard) && Number(used) >= Number(hard));
}

/** What a container has to set under such a quota: https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
export function demanded(resource: string): string[] {
  if (resource === 'cpu' || resource === 'memory') return [`requests.${resource}`];
  return /^(requests|limits)\.(cpu|memory)$/.test(resource) ? [resource] : [];
}

/** A default limit is a default request too. */
function hasDefault(limitRanges: Learned<readonly LimitRange[]>, resource: string): boolean {
  const [kind = '', what = ''] = resource.split('.');
  const items = 'known' in limitRanges ? limitRanges.known.flatMap(({ spec }) => spec?.limits ?? []) : [];
  return items.some((item) => {
    if (item.type !== 'Container') return false;
    const sources = kind === 'requests' ? [item.defaultRequest, item.default, item.max] : [item.default, item.max];
    return sources.some((source) => source && ownValue(source, what) !== undefined);
  });
}

function judgeLimitRanges(limitRanges: Learned<readonly LimitRange[]>): Finding[] {
  const check = 'limit range';
  if (!('known' in limitRanges)) {
    return limitRanges.missing ? [] : [warning(check, `cannot be read: ${limitRanges.unknown}`)];
  }
  return limitRanges.known.flatMap(({ metadata, spec }) =>
    (spec?.limits ?? []).flatMap(({ type, min, max }) => {
      const bounds = [boundsInWords('at least', min), boundsInWords('at most', max)].filter((one) => one !== '');
      if (type === 'PersistentVolumeClaim' || bounds.length === 0) return [];
      return [ok(check, `limitrange "${metadata.name}" lets a ${type.toLowerCase()} have ${bounds.join(' and ')}`)];
    }),
  );
}

function boundsInWords(word: string, amounts: Readonly<Record<string, string>> = {}): string {
  const each = Object.entries(amounts).map(([resource, amount]) => `${amount} ${resource}`);
  return each.length === 0 ? '' : `${word} ${each.join(', ')}`;
}
