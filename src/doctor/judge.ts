import { type Advice, advice, kubectl, ourCommand } from '../advice/advice.ts';
import type { Access } from '../cluster/access-review.ts';
import type { Autoscaler, Learned, SeldonResource, Webhook } from '../cluster/inspection.ts';
import type { Pod } from '../kubernetes/objects.ts';
import { type CommandWithNeeds, needs } from '../lifecycle/rights/needs.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { age } from '../text/age.ts';

/** What one check of `doctor` found: with Advice until the commands in it are written out. */
export interface Finding<Words = Advice> {
  /** A word or two: cluster, crd, rights of run */
  check: string;
  state: 'ok' | 'warning' | 'missing';
  message: string;
  /** What to do about it. */
  advice?: Words;
}

export function ok(check: string, message: string): Finding {
  return { check, state: 'ok', message };
}

export function warning(check: string, message: string, advice?: Advice): Finding {
  return { check, state: 'warning', message, ...(advice !== undefined && { advice }) };
}

/** Something without which nothing, or what was asked about, can be run here. */
export function missing(check: string, message: string, advice: Advice): Finding {
  return { check, state: 'missing', message, advice };
}

/** Each is a pure function from what could be read to what is to be said of it. */

const INSTALL =
  'Install Seldon Core: https://docs.seldon.io/projects/seldon-core/en/latest/workflow/install.html; or try the sandbox, which needs no cluster: run --sandbox';

export function judgeResource(resource: Learned<SeldonResource>): Finding[] {
  if (!('known' in resource)) {
    return [
      resource.missing
        ? missing('crd', 'there are no seldondeployments.machinelearning.seldon.io', INSTALL)
        : warning('crd', `cannot be read: ${resource.unknown}`),
    ];
  }
  const { versions, scalable } = resource.known;
  return [
    ok('crd', `seldondeployments.machinelearning.seldon.io in ${versions.join(', ')}`),
    scalable
      ? ok('scale subresource', 'served')
      : warning('scale subresource', 'not served', 'Leave --scale-through=spec as it is; kubectl scale cannot be used'),
  ];
}

/** So long ago may a status have been written that shows the operator to be alive. */
const LATELY_MS = 3_600_000;

export function judgeOperator(
  pods: Learned<readonly Pod[]>,
  deployments: Learned<readonly SeldonDeployment[]>,
  now: number,
): Finding {
  const look = advice`Check the operator: ${kubectl(['get', 'pods', '-A', '-l', 'control-plane=seldon-controller-manager'])}`;
  if ('known' in pods && pods.known.length > 0) {
    const ready = pods.known.filter(isReady);
    const names = pods.known.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
    return ready.length > 0
      ? ok('operator', `${ready.length} of ${pods.known.length} pods ready: ${names}`)
      : missing('operator', `none of its pods is ready: ${names}`, look);
  }
  const wrote = 'known' in deployments ? lastStatus(deployments.known) : undefined;
  if (wrote && now - wrote.time <= LATELY_MS) {
    return ok('operator', `wrote the status of seldondeployment "${wrote.name}" ${age(now - wrote.time)} ago`);
  }
  const seen = wrote ? `, and last wrote a status ${age(now - wrote.time)} ago` : '';
  return 'known' in pods
    ? warning('operator', `no namespace has a pod labelled control-plane=seldon-controller-manager${seen}`, look)
    : warning(
        'operator',
        `cannot be seen: ${pods.unknown}${seen}`,
        advice`Ask somebody who has this right to run: ${kubectl(['get', 'pods', '-A'])}`,
      );
}

function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
  return ready && !metadata.deletionTimestamp;
}

/** The newest status, by the time that the API server notes for whoever manages it. */
function lastStatus(deployments: readonly SeldonDeployment[]): { name: string; time: number } | undefined {
  const written = deployments.flatMap(({ metadata: { name, managedFields = [] } }) =>
    managedFields
      .filter(({ subresource, time }) => subresource === 'status' && time !== undefined)
      .map(({ time = '' }) => ({ name, time: Date.parse(time) })),
  );
  return written.sort((a, b) => b.time - a.time)[0];
}

export function judgeWebhooks(webhooks: Learned<readonly Webhook[]>): Finding[] {
  const none = ok('webhooks', 'no webhook for seldondeployments');
  if (!('known' in webhooks)) {
    return [webhooks.missing ? none : warning('webhooks', `cannot be read: ${webhooks.unknown}`)];
  }
  if (webhooks.known.length === 0) return [none];
  return webhooks.known.map(judgeWebhook);
}

function judgeWebhook({ name, kind, configuration, failurePolicy, service, readyEndpoints }: Webhook): Finding {
  if (!service) return ok('webhook', `${name} has a URL, which only the API server can check`);
  const where = `service ${service.namespace}/${service.name}`;
  if (readyEndpoints === undefined) return warning('webhook', `${name}: the endpoints of ${where} cannot be read`);
  if (readyEndpoints > 0) return ok('webhook', `${name} is served by ${where}, which has ${readyEndpoints} ready`);
  const remove = kubectl(['delete', kind, configuration]);
  const ways = advice`Start the operator; or, if the webhook is left over from another one: ${remove}`;
  return failurePolicy === 'Ignore'
    ? warning('webhook', `${name} is skipped: ${where} has no ready endpoint`, ways)
    : missing('webhook', `${name} refuses every change: ${where} has no ready endpoint`, ways);
}

export function judgeAutoscalers(autoscalers: Learned<readonly Autoscaler[]>, namespace: string): Finding[] {
  if (!('known' in autoscalers)) return [warning('autoscalers', `cannot be read: ${autoscalers.unknown}`)];
  if (autoscalers.known.length === 0) return [ok('autoscalers', `none sets replicas in namespace "${namespace}"`)];
  return autoscalers.known.map(({ name, owner }) =>
    warning(
      'autoscaler',
      `${name} sets the replicas of seldondeployment "${owner}"`,
      'Scale with its minimum, or remove hpaSpec or kedaSpec from the file',
    ),
  );
}

/** One for each command: what it may not do that it has to, or goes without. */
export function judgeRights(
  commands: readonly CommandWithNeeds[],
  denied: readonly Access[],
  namespace: string,
): Finding[] {
  return commands.map((command) => {
    const lost = needs[command].map(({ group, resource, verbs, otherwise }) => ({
      rights: verbs
        .filter((verb) => denied.some((one) => one.verb === verb && one.group === group && one.resource === resource))
        .map((verb) => `${verb} ${inFull(resource, group)}`),
      otherwise,
    }));
    const needed = lost.filter(({ otherwise }) => otherwise === undefined).flatMap(({ rights }) => rights);
    const useful = lost.filter(({ otherwise, rights }) => otherwise !== undefined && rights.length > 0);
    const check = `rights of ${command}`;
    const role = ourCommand(['doctor', '--print-role', `--for=${command}`], { namespace });
    const ask = advice`Ask for these rights: ${role}`;
    if (needed.length > 0) return missing(check, `not allowed: ${needed.join(', ')}`, ask);
    if (useful.length === 0) return ok(check, `all granted in namespace "${namespace}"`);
    const without = useful.map(({ rights, otherwise }) => `${rights.join(', ')} (${otherwise})`);
    return warning(check, `works without: ${without.join('; ')}`, ask);
  });
}

/** As kubectl names it: deployments.apps, seldondeployments.machinelearning.seldon.io/scale */
function inFull(resource: string, group: string): string {
  const [plural, subresource] = resource.split('/');
  return `${plural}${group ? `.${group}` : ''}${subresource ? `/${subresource}` : ''}`;
}

/** More than this is more than a request takes. */
const BEARABLE_SKEW_MS = 5_000;

export function judgeClock(skewMs: number | undefined): Finding {
  if (skewMs === undefined) return warning('clock', 'the server does not send its time');
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  if (Math.abs(skewMs) <= BEARABLE_SKEW_MS)
    return ok('clock', `the clocks of the server and of this machine agree within ${seconds + 1} s`);
  return warning(
    'clock',
    `the clock of the server is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine`,
    'Synchronize both with NTP: tokens and certificates may be refused; ages use the server’s clock',
  );
}
