import { Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import type { Context } from '../context.ts';
import type { Overview } from '../lifecycle/overview/overview.ts';
import { readDeployments } from '../lifecycle/overview/read-deployments.ts';
import { isDown } from '../lifecycle/overview/state-word.ts';
import { paintFor } from '../output/colours.ts';
import type { DeploymentColumns } from '../output/deployment-table.ts';
import {
  OBJECT_FORMAT_WORDS,
  OBJECT_FORMATS,
  type ObjectFormat,
  objectFormat,
  objectStream,
  writtenList,
  writtenObject,
} from '../output/object-format.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { withOwner } from '../sync/ownership.ts';
import {
  type Chosen,
  connectToRead,
  findToRead,
  inNamespace,
  namespaceOf,
  readingFlags,
  untilInterrupted,
} from './find-to-read.ts';
import * as flags from './flags.ts';
import { loadMeanwhile } from './load-meanwhile.ts';
import { say, warn } from './say.ts';
import { IGNORED_WHILE_WATCHING, sorting, sortingFirst } from './sort-flag.ts';
import { targetsOf } from './targets.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...readingFlags,
  watch: Option.Boolean('-w,--watch', false, {
    description: 'After the list, keep watching: print a row for each change',
  }),
  noHeaders: Option.Boolean('--no-headers', false, { description: 'Do not print the header of the table' }),
  showLabels: Option.Boolean('--show-labels', false, { description: 'Show the labels in an extra column' }),
  showManagedFields: Option.Boolean('--show-managed-fields', false, {
    description: 'Show managedFields in JSON and YAML',
  }),
  owner: flags.owner(),
  sortBy: flags.sortBy(),
  output: takesWords(
    ['wide', ...OBJECT_FORMAT_WORDS],
    Option.String('-o,--output', { description: `Output format: wide, ${OBJECT_FORMATS}` }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['list', 'ls'],
  description: 'List deployments with their state, ready replicas and URL',
  details: `
    Lists SeldonDeployments. READY shows the available and the desired replicas of all Deployments that a model owns,
    and REPLICAS the number of existing pods, including old ones.

    STATE is the real state, checked against the pods. Available, Creating and Failed are the operator's words, but
    Available is shown only if everything in the spec runs. Otherwise the state is Updating, because the operator
    keeps saying Available after a change. Pending means that no operator has touched the deployment yet, Terminating
    that it is being deleted, and Scaled to 0 that it has no replicas because the spec asks for none: it cannot answer.

    REASON says in one word why a deployment is not available; diagnose says more. With --watch, REASON is shown only with
    -o wide.

    -o json and yaml print the objects as kubectl get does, with the operator's own status. For the state that is shown
    here, use status -o json; it takes the same names, -l and -A.

    With -o wide, IMAGES also shows the storage location of models in Seldon's own servers.

    URL is the address of the deployment's Ingress or of its host in Seldon's Istio routing, and otherwise the address
    in the cluster.
  `,
  examples: [
    ['List the models in the current namespace', '$0 list'],
    ['List the models of one team in all namespaces, with their predictors', '$0 list -A -l team=vision -o wide'],
    ['List the models that sync created for one owner', '$0 list -A --owner=team-vision'],
    ['List the oldest models first', '$0 list --sort-by=.metadata.creationTimestamp'],
    [
      'Choose your own columns, with kubectl’s JSONPath',
      '$0 list -o custom-columns=NAME:.metadata.name,MODEL:.spec.predictors[*].graph.modelUri',
    ],
    ['Watch for changes', '$0 ls --watch'],
    ['Copy all models of a namespace to another one', '$0 list -o json | jq ... | kubectl apply -n other -f -'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const { owner } = given;
  const selector = owner === undefined ? given.selector : withOwner(given.selector, owner);
  const targets = targetsOf({ ...given, selector });
  const format = given.output === undefined ? undefined : objectFormat(given.output, ['wide']);
  const sort = sorting(given.sortBy, (one: SeldonDeployment) => one);
  const place = await connectToRead(given, program);
  const find = async () => {
    const chosen = await findToRead(targets, place, given, program);
    return { ...chosen, found: isOneByName(chosen) ? chosen.found : sort(chosen.found) };
  };
  if (given.watch && given.sortBy) warn(program, IGNORED_WHILE_WATCHING);
  if (given.watch) return await watch(await findToRead(targets, place, given, program), format, given, program);
  if (typeof format === 'object') {
    const chosen = await find();
    writeObjects(chosen, format, given, program);
    return chosen.exitCode;
  }
  // Told only once it is known that there is something to list.
  const warnings: Advice[] = [];
  const read = (namespace: string | undefined) =>
    readDeployments(place.cluster, namespace, (text) => warnings.push(text));
  // Only files say by themselves in which namespaces their deployments are.
  const beside = targets.by === 'file' ? undefined : read(namespaceOf(place)).then((found) => [found]);
  // What goes wrong there is told only where nothing goes wrong here.
  beside?.catch(() => {});
  const [chosen, table, { overviewsOf }] = await loadMeanwhile(
    find(),
    () => import('../output/deployment-table.ts'),
    () => import('../lifecycle/overview/read-overviews.ts'),
  );
  const parts = (await beside) ?? (await Promise.all(chosen.namespaces.map(read)));
  for (const warning of warnings) warn(program, warning);
  const deployments = parts.includes(undefined) ? undefined : parts.flatMap((some) => some ?? []);
  const overviews = overviewsOf(chosen.found, deployments);
  if (overviews.length === 0 && chosen.exitCode === 0) {
    say(program, noResources(chosen));
    if (await isNoNamespace(chosen)) say(program, `There is no namespace "${chosen.namespace}".`);
  }
  if (overviews.length > 0) {
    const reasons = await readReasons(overviews, chosen, (text) => {
      if (format === 'wide') warn(program, text);
    });
    const now = place.cluster.serverClock.now();
    writeTable(table, overviews, { ...columnsOf(chosen, format, given), reasons }, given, now, program);
  }
  return chosen.exitCode;
}

/** Of those that are not available, the worst that is found of each: by uid. Nothing is asked where all are. */
async function readReasons(
  overviews: readonly Overview[],
  { cluster, namespaces }: Chosen,
  tell: (text: Advice) => void,
): Promise<ReadonlyMap<string, string>> {
  const found = overviews.filter(({ state }) => isDown(state)).map(({ deployment }) => deployment);
  if (found.length === 0) return new Map();
  const { readStatus } = await import('../lifecycle/overview/read-status.ts');
  const asked = { cluster, found, namespaces, all: false, tell };
  const { reports } = await readStatus(asked, { everyEvent: true, onlyPods: true });
  return new Map(
    reports.map(({ deployment, diagnosis }) => [deployment.metadata.uid ?? '', diagnosis?.[0]?.reason ?? '<none>']),
  );
}

function writeTable(
  { deploymentHeader, deploymentLines, deploymentRow }: typeof import('../output/deployment-table.ts'),
  overviews: readonly Overview[],
  columns: DeploymentColumns,
  { noHeaders }: Given,
  now: number,
  program: Context,
): void {
  const paint = paintFor(program.stdout, program);
  const rows = overviews.map((overview) => deploymentRow(overview, columns, now, paint));
  const lines = deploymentLines(columns, program.stdout).lines(noHeaders ? rows : [deploymentHeader(columns), ...rows]);
  writeLines(lines, program);
}

function writeObjects(
  { targets, found }: Chosen,
  format: ObjectFormat,
  { showManagedFields, noHeaders }: Given,
  { stdout }: Context,
): void {
  const options = { showManagedFields, noHeaders, to: stdout };
  const [first] = found;
  if (!isOneByName({ targets })) stdout.write(writtenList(found, format, options));
  else if (first) stdout.write(writtenObject(first, format, options));
}

async function watch(
  chosen: Chosen,
  format: ObjectFormat | 'wide' | undefined,
  given: Given,
  program: Context,
): Promise<number> {
  const { watchOverviews } = await import('../lifecycle/overview/read-overviews.ts');
  const { ChangedRows } = await import('../output/deployment-table.ts');
  const { stdout, clock, signal } = program;
  const { showManagedFields, noHeaders } = given;
  const ended = untilInterrupted(program);
  const object =
    typeof format === 'object' &&
    objectStream((text) => stdout.write(text), format, { showManagedFields, noHeaders, to: stdout });
  const reasons = format === 'wide' ? new Map<string, string>() : undefined;
  const asked = { ...columnsOf(chosen, format, given), reasons };
  const rows = new ChangedRows(asked, !noHeaders, stdout, paintFor(stdout, program));
  const see = (overviews: readonly Overview[]) => {
    if (object) object(overviews.map(({ deployment }) => deployment));
    else writeLines(rows.of(overviews, cluster.serverClock.now()), program);
  };
  const { cluster } = chosen;
  const isMeant = (deployment: SeldonDeployment) => isAmong(deployment, chosen);
  const tell = (text: Advice) => warn(program, text);
  await Promise.all(
    chosen.namespaces.map(async (namespace) => {
      const sort = sortingFirst(given.sortBy, ({ deployment }: Overview) => deployment);
      const asked = { cluster, namespace, isMeant, tell, clock, signal, reasons };
      await watchOverviews(asked, (overviews) => see(sort(overviews))).catch((error) => {
        if (!signal.aborted) throw error;
      });
    }),
  );
  return await ended;
}

/** One object is written as itself, and not as a list of one. */
function isOneByName({ targets }: Pick<Chosen, 'targets'>): boolean {
  return targets.by === 'name' && targets.names.length === 1;
}

function columnsOf(
  { namespaces }: Chosen,
  format: ObjectFormat | 'wide' | undefined,
  { allNamespaces, showLabels }: Given,
): DeploymentColumns {
  return { namespace: allNamespaces || namespaces.length > 1, wide: format === 'wide', labels: showLabels };
}

function writeLines(lines: readonly string[], { stdout }: Context): void {
  if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
}

/** By name, where names were given, so that one made anew comes along; a selector was answered by the server once. */
function isAmong({ metadata }: SeldonDeployment, { targets, found }: Chosen): boolean {
  if (targets.by === 'selector' && targets.selector === undefined) return true;
  return found.some(
    ({ metadata: other }) =>
      metadata.uid === other.uid ||
      (targets.by !== 'selector' && metadata.name === other.name && metadata.namespace === other.namespace),
  );
}

/** In kubectl's words, which end differently for all namespaces. */
/** Asked only where nothing was found in it; few may read namespaces, and nothing is said to the others. */
async function isNoNamespace({ cluster, namespace }: Chosen): Promise<boolean> {
  if (namespace === undefined) return false;
  const { resourceKinds } = await import('../cluster/resource-kinds.ts');
  return await cluster.objects.read({ ...resourceKinds.namespace, metadata: { name: namespace } }).then(
    (found) => found === undefined,
    () => false,
  );
}

function noResources({ namespace }: Chosen): string {
  return namespace === undefined ? 'No resources found' : `No resources found${inNamespace(namespace)}.`;
}
