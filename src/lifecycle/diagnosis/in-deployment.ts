import type { Deployment, Pod } from '../../kubernetes/objects.ts';
import { advice } from './advice.ts';
import type { Finding, Reason } from './finding.ts';

/** What the API server says where it makes no pod, most telling first: quotas, admission plugins and webhooks. */
const REFUSALS: readonly [
  pattern: RegExp,
  reason: Reason,
  fails: Finding['fails'],
  whatToDo: (said: string) => string,
][] = [
  [/exceeded quota/, 'QuotaExceeded', 'no', advice.QuotaExceeded.less],
  [
    /failed quota: .*must specify|must specify (limits|requests)/,
    'QuotaRequires',
    'after-grace',
    (said) => advice.QuotaRequires.set({ resources: askedBy(said) }),
  ],
  [/violates PodSecurity/, 'PodSecurity', 'after-grace', advice.PodSecurity.context],
  // Each namespace gets it by itself, a moment later: a busy control plane takes its time.
  [/serviceaccount "default" not found/, 'ServiceAccountMissing', 'no', advice.ServiceAccountMissing.wait],
  [
    /serviceaccount "[^"]+" not found|error looking up service account/,
    'ServiceAccountMissing',
    'after-grace',
    (said) => {
      const [, name = 'of the pod'] =
        /serviceaccount "([^"]+)" not found|service account [^/]+\/([\w.-]+)/.exec(said) ?? [];
      return advice.ServiceAccountMissing.create({ name });
    },
  ],
  [
    /admission webhook "[^"]+" denied|denied the request/,
    'WebhookDenied',
    'after-grace',
    (said) => advice.WebhookDenied.ask({ name: /webhook "([^"]+)"/.exec(said)?.[1] ?? '' }),
  ],
  [
    /failed calling webhook/,
    'WebhookUnreachable',
    'no',
    (said) => advice.WebhookUnreachable.look({ name: /webhook "([^"]+)"/.exec(said)?.[1] ?? '' }),
  ],
  [/because it is being terminated/, 'FailedCreate', 'after-grace', advice.FailedCreate.namespace],
  [
    /(maximum|minimum) (cpu|memory|[\w-]+) (usage|limit)|limit to request ratio/,
    'LimitRange',
    'after-grace',
    advice.LimitRange.resources,
  ],
  [/is forbidden|is invalid|unsupported value|must be/i, 'FailedCreate', 'after-grace', advice.FailedCreate.correct],
];

/** 'must specify limits.cpu for: a,b; limits.memory for: a' or, from older servers, 'must specify limits.cpu,limits.memory'. */
function askedBy(said: string): string {
  const [, all = ''] = /must specify (.*)$/s.exec(said) ?? [];
  const asked = all.split(/;\s*/).map((part) => part.replace(/ for:.*$/s, '').trim());
  return asked.join(', ') || 'requests and limits';
}

/** That a Deployment's pods are not made. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment */
export function refusedPods({ metadata, status }: Deployment): Finding | undefined {
  const refused = status?.conditions?.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True');
  if (!refused) return undefined;
  const { reason: word = 'FailedCreate', message: said = '' } = refused;
  const about = {
    key: `${metadata.name}: refused`,
    why: `deployment "${metadata.name}": ${word}: ${said}`,
  };
  for (const [pattern, reason, fails, whatToDo] of REFUSALS) {
    if (pattern.test(said)) return { ...about, key: `${about.key} ${reason}`, reason, fails, advice: whatToDo(said) };
  }
  return { ...about, reason: 'FailedCreate', fails: 'no', advice: advice.FailedCreate.other() };
}

/** So many pods of one Deployment have ended in the same way that the next will. */
const ENDED_THAT_SUFFICE = 3;

/**
 * Pods that have ended as a whole: evicted, refused by their node. What stands in their containers is only what was left of
 * them. One may be chance: another is made in its place.
 */
export function endedPods({ metadata }: Deployment, pods: readonly Pod[]): Finding | undefined {
  const ended = pods.filter(({ status }) => status?.phase === 'Failed');
  const [last] = ended.toSorted((a, b) => (b.status?.startTime ?? '').localeCompare(a.status?.startTime ?? ''));
  if (!last) return undefined;
  const { reason: word = 'Failed', message = '' } = last.status ?? {};
  const { name, uid = '' } = last.metadata;
  const many = ended.length > 1 ? ` (${ended.length} pods so far)` : '';
  const isEvicted = word === 'Evicted';
  return {
    reason: isEvicted ? 'Evicted' : 'PodFailed',
    key: `${metadata.name}: ended`,
    fails: ended.length >= ENDED_THAT_SUFFICE ? 'after-grace' : 'no',
    why: `pod ${name}: ${word}${message ? `: ${message.trim()}` : ''}${many}`,
    advice: isEvicted ? evictionAdvice(message) : endedAdvice(word, last),
    pod: { name, uid, container: undefined, log: undefined },
  };
}

function endedAdvice(word: string, { spec }: Pod): string {
  const { deadline, requests, affinity, device, shutdown, preempted, node: look } = advice.PodFailed;
  const node = spec?.nodeName ?? '';
  if (word === 'DeadlineExceeded') return deadline();
  if (/^(OutOf|TopologyAffinityError)/.test(word)) return requests();
  if (/^(NodeAffinity|NodeSelector|MatchNodeSelector)/.test(word)) return affinity();
  if (word === 'UnexpectedAdmissionError') return device({ node });
  if (/^(NodeShutdown|Shutdown|Terminated)$/.test(word)) return shutdown({ node });
  return word === 'Preempting' ? preempted() : look({ node });
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/ */
function evictionAdvice(message: string): string {
  const { disk, nodeDisk, emptyDir, memory, other } = advice.Evicted;
  if (/low on resource: (ephemeral-storage|inodes)|DiskPressure/.test(message)) return nodeDisk();
  if (/ephemeral/.test(message)) return disk();
  if (/emptyDir|volume/i.test(message)) return emptyDir();
  return /memory/i.test(message) ? memory() : other();
}
