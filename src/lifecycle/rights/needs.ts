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
  otherwise: 'a crash is told without its last lines',
};
const scalable: Need = {
  group: SELDON,
  resource: SCALE_SUBRESOURCE,
  verbs: ['patch'],
  otherwise: '--scale-through=subresource cannot be used',
};

/** What shows whether a deployment is available, scaled or gone. */
const watching: readonly Need[] = [
  readable('apps', 'deployments'),
  readable('apps', 'replicasets', 'its pods are not seen'),
  readable('', 'pods', 'nobody sees what keeps pods from running, or whether they are gone'),
  readable('', 'services', 'events of its Services are not shown'),
  readable('autoscaling', 'horizontalpodautoscalers', 'events of its autoscalers are not shown'),
  readable('policy', 'poddisruptionbudgets', 'events of its disruption budgets are not shown'),
];
const events = readable('', 'events', 'no events are shown');

/** What each command needs in the namespace it works in. README, `doctor`, `--print-role` and `run` go by this table. */
export const needs = {
  run: [deployments('get', 'list', 'watch', 'create', 'patch', 'delete'), scalable, ...watching, events, loggable],
  apply: [deployments('get', 'list', 'watch', 'create', 'patch'), ...watching, events, loggable],
  wait: [deployments('get', 'list', 'watch'), ...watching, loggable],
  scale: [deployments('get', 'list', 'watch', 'patch'), scalable, ...watching, loggable],
  delete: [deployments('get', 'list', 'watch', 'delete'), ...watching],
  // A dry run needs the rights of what it tries.
  diff: [deployments('get', 'create', 'patch')],
  predict: [deployments('get'), { group: '', resource: 'services/proxy', verbs: ['create'] }],
  create: [deployments('create', 'patch')],
  list: [
    deployments('get', 'list', 'watch'),
    readable('apps', 'deployments', "STATE is the operator's word alone, without ready replicas"),
  ],
  status: [deployments('get', 'list', 'watch'), ...watching, events],
  events: [deployments('get', 'list', 'watch'), ...watching, readable('', 'events')],
  logs: [
    deployments('get', 'list'),
    readable('apps', 'deployments'),
    readable('apps', 'replicasets'),
    readable('', 'pods'),
    { group: '', resource: 'pods/log', verbs: ['get'] },
  ],
} satisfies Record<string, readonly Need[]>;

export type CommandWithNeeds = keyof typeof needs;

export const commandsWithNeeds = Object.keys(needs) as CommandWithNeeds[];

/** What several commands need together: each resource once, with all their verbs; needed, if one of them needs it. */
export function needsOf(commands: readonly CommandWithNeeds[]): Need[] {
  const together = new Map<string, Need>();
  for (const need of commands.flatMap((command): readonly Need[] => needs[command])) {
    const key = `${need.resource}.${need.group}`;
    const before = together.get(key);
    const verbs = inOrder([...(before?.verbs ?? []), ...need.verbs]);
    const otherwise = before === undefined || before.otherwise !== undefined ? need.otherwise : undefined;
    const { group, resource } = need;
    together.set(key, { group, resource, verbs, ...(otherwise !== undefined && { otherwise }) });
  }
  return [...together.values()];
}

const VERBS = ['get', 'list', 'watch', 'create', 'patch', 'delete'];

function inOrder(verbs: readonly string[]): string[] {
  return VERBS.filter((verb) => verbs.includes(verb));
}

/** The same as questions to the server. */
export function accessOf(commands: readonly CommandWithNeeds[], namespace: string): Access[] {
  return needsOf(commands).flatMap(({ group, resource, verbs }) =>
    verbs.map((verb) => ({ verb, group, resource, namespace })),
  );
}
