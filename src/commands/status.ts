import { Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { advised } from '../lifecycle/diagnosis/advised.ts';
import { fieldChanges } from '../lifecycle/field-changes.ts';
import type { UsageOfPods } from '../lifecycle/overview/pod-usage.ts';
import type { BegunReading } from '../lifecycle/overview/read-status.ts';
import type { StatusReport } from '../lifecycle/overview/status-report.ts';
import type { Goal } from '../lifecycle/waits/goals.ts';
import { paintFor } from '../output/colours.ts';
import { fieldLine } from '../output/field-line.ts';
import {
  OBJECT_FORMAT_WORDS,
  OBJECT_FORMATS,
  type ObjectFormat,
  objectFormat,
  objectStream,
} from '../output/object-format.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { escapeTerminal } from '../text/escape.ts';
import {
  type Chosen,
  connectToRead,
  findToRead,
  inNamespace,
  namespaceOf,
  readingFlags,
  untilInterrupted,
} from './find-to-read.ts';
import { timeout } from './flag-values.ts';
import * as flags from './flags.ts';
import { loadMeanwhile } from './load-meanwhile.ts';
import { say, warn, written } from './say.ts';
import { targetsOf } from './targets.ts';
import { untilFlag, untilGoals } from './until.ts';
import { takesWords, verbOf } from './verb.ts';

/** Changes come in bursts. */
const GATHER_MS = 100;
/** Ages grow by the second, on a terminal. */
const TICK_MS = 1_000;

const declared = {
  ...readingFlags,
  watch: Option.Boolean('-w,--watch', false, { description: 'Keep watching: redraw whenever something changes' }),
  until: untilFlag('--watch'),
  timeout: flags.timeout('-1s'),
  diff: flags.diff(),
  showEvents: Option.Boolean('--show-events', false, {
    description: 'Also show the events of each deployment itself, in the table of kubectl describe',
  }),
  output: takesWords(
    ['wide', ...OBJECT_FORMAT_WORDS],
    Option.String('-o,--output', { description: `Output format: wide, ${OBJECT_FORMATS}` }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['status'],
  description: 'Show deployments with everything they own, what they wait for and why',
  details: `
    Shows each SeldonDeployment as a tree of its predictors, their Deployments, ReplicaSets and pods, and of its
    Ingress, with ready counts and the last warning of each. Below the tree it shows the URL from outside the cluster,
    what the deployment waits for, why, and what to do. The states are those of list. Without names, it shows all
    SeldonDeployments in the namespace.

    With -o wide it also shows how often the containers of each pod restarted, and the CPU and memory that each pod
    uses, if the cluster serves metrics.k8s.io, as metrics-server does. With --watch these are read every 15 seconds.

    With --watch it keeps running and redraws the tree on each change, until you stop it, the deployments that you
    named are gone, or --until is met. The exit code is then 0; it is 5 as soon as --until cannot be met any more, and
    4 after --timeout.
  `,
  examples: [
    ['Show the model iris, what it waits for and why', '$0 status iris'],
    ['Watch it until it is available', '$0 status iris --watch --until=available --timeout=10m'],
    ['Also show restarts, CPU and memory of its pods', '$0 status iris -o wide'],
    ['Also show the events of the deployment itself, as kubectl describe does', '$0 status iris --show-events'],
    ['For a script: print what it waits for', `$0 status iris -o jsonpath='{.waitingFor}'`],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const targets = targetsOf(given);
  const isWide = given.output === 'wide';
  const format = given.output === undefined || isWide ? undefined : objectFormat(given.output);
  if (given.until !== undefined && !given.watch) throw new BadInput('--until needs --watch');
  if (given.diff && (!given.watch || given.output !== undefined)) throw new BadInput('--diff needs --watch, and no -o');
  const until = given.until === undefined ? undefined : untilGoals(given.until);
  const timeoutMs = timeout('--timeout', given.timeout);
  const goneIsGood = until?.some(({ kind }) => kind === 'deleted') ?? false;
  const place = await connectToRead(given, program);
  const [chosen, begun] = await loadMeanwhile(
    findToRead(targets, place, given, program, { tellMissing: !goneIsGood }),
    async () => {
      const { beginReading } = await import('../lifecycle/overview/read-status.ts');
      // Only files say by themselves in which namespaces their deployments are.
      return given.watch || targets.by === 'file' ? undefined : beginReading(place.cluster, namespaceOf(place));
    },
    () => import('../output/status-tree.ts'),
  );
  const exitCode = goneIsGood ? exitCodes.done : chosen.exitCode;
  const mayCome = targets.by === 'selector' && given.watch && until === undefined;
  if (chosen.found.length === 0 && !mayCome) {
    if (exitCode === exitCodes.done && !goneIsGood) {
      say(program, `No resources found${inNamespace(chosen.namespace)}.`);
    }
    return exitCode;
  }
  if (given.watch) return (await watch(chosen, format, until, timeoutMs, given, program)) || exitCode;
  await showOnce(chosen, begun, format, given, program);
  return exitCode;
}

async function showOnce(
  chosen: Chosen,
  begun: BegunReading | undefined,
  format: ObjectFormat | undefined,
  given: Given,
  program: Context,
): Promise<void> {
  const { readStatus } = await import('../lifecycle/overview/read-status.ts');
  const { stdout } = program;
  const { showEvents } = given;
  const withUsage = given.output === 'wide';
  const { reports, events, usage } = await readStatus(asked(chosen, program), {
    begun,
    withEvents: showEvents && !format,
    withUsage,
  });
  if (format) {
    const { writtenList, writtenObject } = await import('../output/object-format.ts');
    const { statusObject } = await import('../output/status-tree.ts');
    const objects = reports.map((report) => statusObject(withCommands(report, program)));
    const isOne = chosen.targets.by === 'name' && chosen.targets.names.length === 1;
    const [first] = objects;
    stdout.write(
      isOne && first ? writtenObject(first, format, { to: stdout }) : writtenList(objects, format, { to: stdout }),
    );
    return;
  }
  stdout.write(await statusText(chosen, reports, given, program, { usage }));
  if (!showEvents) return;
  const { describedEvents } = await import('../output/event-list.ts');
  const { ages } = await import('../output/event-table.ts');
  const { inOrder } = await import('../events/own-events.ts');
  for (const { deployment } of reports) {
    const own = inOrder(events).filter(({ involvedObject }) => involvedObject.uid === deployment.metadata.uid);
    const lines = describedEvents(own, ages(chosen.cluster.serverClock.now()));
    const whose = reports.length > 1 ? [`${deployment.metadata.name}:`] : [];
    stdout.write(`\n${[...whose, ...lines].join('\n')}\n`);
  }
}

async function watch(
  chosen: Chosen,
  format: ObjectFormat | undefined,
  until: readonly Goal[] | undefined,
  timeoutMs: number,
  given: Given,
  program: Context,
): Promise<number> {
  const { StatusWatch } = await import('../lifecycle/overview/status-watch.ts');
  const { PolledUsage } = await import('../lifecycle/overview/polled-usage.ts');
  const { waitUntil } = await import('../lifecycle/overview/wait-until.ts');
  const { statusObject } = await import('../output/status-tree.ts');
  const { cutToScreen, Screen } = await import('../output/screen.ts');
  const { clock, signal, stdout } = program;
  const ended = untilInterrupted(program);
  const stop = new AbortController();
  const object = format && objectStream((text) => stdout.write(text), format, { to: stdout });
  const screen = new Screen(stdout);
  const cut: Cut = (table, below) => cutToScreen(table, below, stdout);
  const gone = Promise.withResolvers<number>();
  let shown = '';
  let last = new Map<string | undefined, SeldonDeployment>();
  let isOpen = false;
  const show = async () => {
    // Nothing that is half known is shown.
    if (!isOpen) return;
    const reports = watched.reports();
    const alike = await statusText(chosen, reports, given, program, { now: 0 });
    if (given.diff && shown !== '') tellFields(reports, last, program);
    else if (!object)
      screen.show(await statusText(chosen, reports, given, program, { usage: usage.known, cut }), alike);
    else if (alike !== shown) object(reports.map((report) => statusObject(withCommands(report, program))));
    shown = alike;
    last = new Map(reports.map(({ deployment }) => [deployment.metadata.uid, deployment]));
    const isGone = ({ tree, waitingFor }: StatusReport<Advice>) =>
      tree.status === 'Deleted' && waitingFor === undefined;
    if (chosen.targets.by !== 'selector' && reports.every(isGone)) gone.resolve(exitCodes.done);
  };
  let cancel: (() => void) | undefined;
  let cancelTick: (() => void) | undefined;
  const soon = () => {
    cancel ??= clock.after(GATHER_MS, () => {
      cancel = undefined;
      void show();
    });
  };
  const tick = () => {
    cancelTick = clock.after(TICK_MS, () => {
      void show();
      tick();
    });
  };
  const options = { clock, signal: AbortSignal.any([signal, stop.signal]) };
  const watched = new StatusWatch(asked(chosen, program), soon, options);
  const told = { changed: () => void show(), tell: (text: string) => warn(program, text) };
  const usage = new PolledUsage((tell) => watched.usage(tell), told, options);
  try {
    await watched.open();
    if (given.output === 'wide') await usage.open();
    isOpen = true;
    await show();
    if (stdout.isTTY && !object && !given.diff) tick();
    if (!until) return await Promise.race([ended, gone.promise]);
    await waitUntil(until, watched.watched, { ...options, timeoutMs });
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted) return await ended;
    throw error;
  } finally {
    cancel?.();
    cancelTick?.();
    if (until && !signal.aborted) await show();
    stop.abort();
  }
}

type Cut = (table: readonly string[], below: readonly string[]) => string[];

/** A line for each field that is other than it was. */
function tellFields(
  reports: readonly StatusReport<Advice>[],
  last: ReadonlyMap<string | undefined, SeldonDeployment>,
  program: Context,
): void {
  const paint = paintFor(program.stdout, program);
  for (const { deployment } of reports) {
    const whose = reports.length > 1 ? `${deployment.metadata.name}: ` : '';
    const before = last.get(deployment.metadata.uid) ?? deployment;
    for (const change of fieldChanges(before, deployment)) {
      program.stdout.write(`${escapeTerminal(whose)}${fieldLine(change, paint)}\n`);
    }
  }
}

function asked({ cluster, found, namespaces, targets }: Chosen, program: Context) {
  const all = targets.by === 'selector' && targets.selector === undefined;
  return { cluster, found, namespaces, all, tell: (text: Advice) => warn(program, text) };
}

function withCommands({ cause, diagnosis, ...report }: StatusReport<Advice>, program: Context): StatusReport {
  const advice = cause?.advice && written(program, cause.advice);
  return {
    ...report,
    cause: cause && { why: written(program, cause.why), advice },
    ...(diagnosis && {
      diagnosis: diagnosis.map((one) => ({
        ...one,
        advice: written(program, advised(one, report.deployment.metadata)),
      })),
    }),
  };
}

async function statusText(
  { cluster, namespaces }: Chosen,
  reports: readonly StatusReport<Advice>[],
  { allNamespaces, output }: Given,
  program: Context,
  { now = cluster.serverClock.now(), usage, cut }: { now?: number; usage?: UsageOfPods | undefined; cut?: Cut } = {},
): Promise<string> {
  const { statusLines } = await import('../output/status-tree.ts');
  const withNamespace = allNamespaces || namespaces.length > 1;
  const paint = paintFor(program.stdout, program);
  const told = reports.map((report) => withCommands(report, program));
  const wide = output === 'wide' ? { usage } : undefined;
  const how = { now, withNamespace, stdout: program.stdout, paint, wide, ...(cut && { cut }) };
  return `${statusLines(told, how).join('\n')}\n`;
}
