import type { Access } from '../../cluster/access-review.ts';

/** Rights on one resource that a command uses. */
export interface Need {
  /** '' for the core group. */
  group: string;
  /** With its subresource, as in Roles: pods, pods/log */
  resource: string;
  verbs: readonly string[];
  /** What goes missing without it; undefined: the command cannot do without. */
  otherwise?: string;
}

const SELDON = 'machinelearning.seldon.io';
export const SCALE_SUBRESOURCE = 'seldondeployments/scale';

const deployments = (...verbs: string[]): Need => ({ group: SELDON, resource: 'seldondeployments', verbs });
const readable = (group: string, resource: string, otherwise?: string): Need => ({
  group,
  resource,
  verbs: ['list', 'watch'],
  ...(otherwise !== undefined && { otherwise }),
});
const loggable: Need = {
  group: '',
  resource: 'pods/log',
  verbs: ['get'],
  otherwise: 'crashes are reported without log lines',
};
const scalable: Need = {
  group: SELDON,
  resource: SCALE_SUBRESOURCE,
  verbs: ['patch'],
  otherwise: '--scale-through=subresource cannot be used',
};

const listable = (group: string, resource: string): Need => ({ group, resource, verbs: ['list'] });
const usage = listable('metrics.k8s.io', 'pods');

/** What shows whether a deployment is available, scaled or gone. */
const watching: readonly Need[] = [
  readable('apps', 'deployments'),
  readable('apps', 'replicasets', 'pods are not watched'),
  readable('', 'pods', 'problems of pods and the end of their deletion are not reported'),
  readable('', 'services', 'events of Services are not shown'),
  readable('autoscaling', 'horizontalpodautoscalers', 'events of autoscalers are not shown'),
  readable('policy', 'poddisruptionbudgets', 'events of PodDisruptionBudgets are not shown'),
];
const events = readable('', 'events', 'no events are shown');

/** What may be left out, and what is then missing; a need that says so itself keeps its words. */
const orElse = (otherwise: string, ...needs: Need[]): Need[] => needs.map((need) => ({ otherwise, ...need }));

const triable = (group: string, resource: string, ...verbs: string[]): Need => ({ group, resource, verbs });

const predictable: Need = { group: '', resource: 'services/proxy', verbs: ['create'] };
const leases = (...verbs: string[]): Need => ({ group: 'coordination.k8s.io', resource: 'leases', verbs });

const HISTORY = 'undo cannot restore earlier states';
const revisions = (...verbs: string[]): Need => ({ group: 'apps', resource: 'controllerrevisions', verbs });
const recordable = revisions('list', 'create', 'patch', 'delete');

/** A plan may have every step. */
const life = [
  deployments('get', 'list', 'watch', 'create', 'patch', 'delete'),
  scalable,
  ...watching,
  events,
  loggable,
];

/**
 * What each command needs in the namespace it works in, with all its flags. README, `doctor`, `--print-role` and `run` go by
 * this table. doctor and version are not in it: they look at the whole cluster, and say what they may not see.
 */
export const needs = {
  run: life,
  apply: [
    deployments('get', 'list', 'watch', 'create', 'patch'),
    ...orElse(HISTORY, recordable),
    ...watching,
    events,
    loggable,
  ],
  wait: [deployments('get', 'list', 'watch'), ...watching, events, loggable],
  scale: [deployments('get', 'list', 'watch', 'patch'), scalable, ...watching, events, loggable],
  restart: [
    deployments('get', 'list', 'watch', 'patch'),
    ...orElse(HISTORY, recordable),
    ...watching,
    events,
    loggable,
  ],
  traffic: [
    deployments('get', 'list', 'watch', 'patch'),
    ...orElse(HISTORY, recordable),
    ...watching,
    events,
    loggable,
  ],
  promote: [
    deployments('get', 'list', 'watch', 'patch'),
    ...orElse(HISTORY, recordable),
    ...watching,
    events,
    loggable,
  ],
  delete: [deployments('get', 'list', 'watch', 'delete'), ...watching, events],
  // A dry run needs the rights of what it tries.
  diff: [deployments('get', 'create', 'patch')],
  preview: [
    deployments('get', 'create', 'patch'),
    ...orElse(
      'admission by the cluster is not checked',
      triable('apps', 'deployments', 'get', 'create', 'update'),
      triable('', 'services', 'get', 'create', 'update'),
      triable('', 'pods', 'create'),
      triable('autoscaling', 'horizontalpodautoscalers', 'get', 'create', 'update'),
      triable('policy', 'poddisruptionbudgets', 'get', 'create', 'update'),
    ),
  ],
  predict: [
    deployments('get'),
    ...orElse('deployments are found by name only, not by ID', deployments('list')),
    predictable,
  ],
  create: [
    deployments('create', 'patch'),
    ...orElse('ID and URL are not printed', deployments('get')),
    ...orElse('--wait cannot be used', deployments('list', 'watch'), ...watching),
    events,
    loggable,
  ],
  list: [
    deployments('get', 'list', 'watch'),
    readable('apps', 'deployments', 'STATE is what the operator reports, without ready replicas'),
    ...orElse('REASON stays empty', readable('apps', 'replicasets'), readable('', 'pods'), readable('', 'events')),
  ],
  sync: [
    deployments('get', 'list', 'watch', 'create', 'patch'),
    ...orElse('--prune cannot be used', deployments('delete')),
    readable('apps', 'deployments'),
    readable('apps', 'replicasets', 'pods are not watched'),
    readable('', 'pods', 'problems of pods are not reported'),
    loggable,
    ...orElse('--leader-elect cannot be used', leases('get', 'create', 'update')),
  ],
  plan: [...life, ...orElse('its steps cannot predict', predictable), ...orElse(HISTORY, recordable)],
  undo: [deployments('get', 'list', 'watch', 'patch'), recordable, ...watching, events, loggable],
  history: [deployments('get', 'list'), revisions('list'), ...watching, events],
  status: [
    deployments('get', 'list', 'watch'),
    ...watching,
    events,
    ...orElse('-o wide shows no CPU and memory', usage),
  ],
  top: [
    deployments('get', 'list'),
    listable('apps', 'deployments'),
    listable('apps', 'replicasets'),
    listable('', 'pods'),
    // Many a Role and cluster has none of it, and all other commands do without.
    ...orElse('top cannot be used', usage),
  ],
  diagnose: [deployments('get', 'list'), ...watching, events, loggable],
  events: [deployments('get', 'list', 'watch'), ...watching, readable('', 'events')],
  logs: [
    deployments('get', 'list'),
    ...orElse('-f cannot be used', deployments('watch')),
    readable('apps', 'deployments'),
    readable('apps', 'replicasets'),
    readable('', 'pods'),
    { group: '', resource: 'pods/log', verbs: ['get'] },
    ...orElse('--until works without them', ...watching.slice(3), events),
  ],
  agent: [leases('list')],
} satisfies Record<string, readonly Need[]>;

/** What commands need of each kind that stands in their files beside the deployments. */
export const needsOfOthers: Readonly<Partial<Record<CommandWithNeeds, readonly string[]>>> = {
  run: ['create', 'patch', 'delete'],
  plan: ['create', 'patch', 'delete'],
  apply: ['create', 'patch'],
  diff: ['get', 'create', 'patch'],
  preview: ['get', 'create', 'patch'],
  delete: ['get', 'delete'],
};

/** Those with --create-namespace. */
export const namespaceMakers: readonly CommandWithNeeds[] = ['run', 'apply', 'create', 'plan'];

const MADE_AND_WATCHED = ['get', 'list', 'watch', 'create', 'patch', 'delete'];

/** What commands need of Ingresses that they make. Few deployments have one, so that it is not among what everybody is to be given. */
export const needsOfIngresses: Readonly<Partial<Record<CommandWithNeeds, readonly string[]>>> = {
  run: MADE_AND_WATCHED,
  plan: MADE_AND_WATCHED,
  apply: MADE_AND_WATCHED,
  sync: MADE_AND_WATCHED,
  create: ['get', 'list', 'watch', 'create', 'patch'],
  diff: ['get', 'create', 'patch'],
  preview: ['get', 'create', 'patch'],
};

export type CommandWithNeeds = keyof typeof needs;

export const commandsWithNeeds = Object.keys(needs) as CommandWithNeeds[];

/**
 * What several commands need together: each resource once, with all their verbs, and once more for each reason to leave
 * verbs out. What one of them needs is needed.
 */
export function needsOf(commands: readonly CommandWithNeeds[]): Need[] {
  const all = commands.flatMap((command): readonly Need[] => needs[command]);
  const together = new Map<string, Need>();
  for (const need of all) {
    const { group, resource, otherwise } = need;
    const key = `${resource}.${group} ${otherwise}`;
    const others = all.filter((one) => one.group === group && one.resource === resource);
    const needed = others.filter((one) => one.otherwise === undefined).flatMap(({ verbs }) => verbs);
    const ours = others.filter((one) => one.otherwise === otherwise).flatMap(({ verbs }) => verbs);
    const verbs = sortedVerbs(otherwise === undefined ? needed : ours.filter((verb) => !needed.includes(verb)));
    if (verbs.length > 0) together.set(key, { ...need, verbs });
  }
  return [...together.values()];
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

export function sortedVerbs(verbs: readonly string[]): string[] {
  return VERBS.filter((verb) => verbs.includes(verb));
}

/** The same as questions to the server. */
export function accessOf(commands: readonly CommandWithNeeds[], namespace: string): Access[] {
  return needsOf(commands).flatMap(({ group, resource, verbs }) =>
    verbs.map((verb) => ({ verb, group, resource, namespace })),
  );
}
