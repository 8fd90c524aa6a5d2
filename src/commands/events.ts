import { Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import type { KubernetesEvent } from '../kubernetes/objects.ts';
import { ages, timestamps } from '../output/event-table.ts';
import { OBJECT_FORMAT_WORDS, OBJECT_FORMATS, objectFormat } from '../output/object-format.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import { connectToRead, findToRead, inNamespace, readingFlags, untilInterrupted } from './find-to-read.ts';
import { timeout } from './flag-values.ts';
import * as flags from './flags.ts';
import { say, warn } from './say.ts';
import { IGNORED_WHILE_WATCHING, sorting, sortingFirst } from './sort-flag.ts';
import { targetsOf } from './targets.ts';
import { untilFlag, untilGoals, untilMet } from './until.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...readingFlags,
  watch: Option.Boolean('-w,--watch', false, {
    description: 'After the existing events, keep watching and show new ones',
  }),
  until: untilFlag('--watch'),
  timeout: flags.timeout('-1s'),
  types: takesWords(
    ['Normal', 'Warning'],
    Option.String('--types', { description: 'Only show Events of these types: Normal, Warning' }),
  ),
  since: Option.String('--since', { description: 'Only show Events newer than this, for example 5m' }),
  timestamps: Option.Boolean('--timestamps', false, {
    description: 'Show timestamps instead of ages',
  }),
  noHeaders: Option.Boolean('--no-headers', false, { description: 'Do not print the header of the table' }),
  showManagedFields: Option.Boolean('--show-managed-fields', false, {
    description: 'Show managedFields in JSON and YAML',
  }),
  sortBy: flags.sortBy(),
  output: takesWords(
    ['wide', ...OBJECT_FORMAT_WORDS],
    Option.String('-o,--output', { description: `Output format: wide, ${OBJECT_FORMATS}` }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['events'],
  description: 'Show the Events of deployments and of everything they own',
  details: `
    Shows the Events of SeldonDeployments and of everything they own: Deployments, ReplicaSets, pods, Services and
    autoscalers. The objects are found by their owner references, so that events of an earlier object with the same
    name are not shown. The table has the columns of kubectl events, and with -o wide those of kubectl get
    events -o wide.

    With --watch it keeps running and shows new events, and repetitions of old ones, until you stop it or --until is
    met. The exit code is then 0; it is 5 as soon as --until cannot be met any more, and 4 after --timeout. Without
    names, it shows the events of all SeldonDeployments in the namespace.
  `,
  examples: [
    ['Show the events of the model iris, latest last', '$0 events iris'],
    ['Follow the warnings of all models in the namespace', '$0 events --watch --types=Warning'],
    ['In CI: follow until the model is available', '$0 events iris --watch --until=available --timeout=10m'],
    ['For a log: print timestamps, for the last 10 minutes only', '$0 events iris --since=10m --timestamps'],
    ['For a script: list the reasons of all warnings', `$0 events -o jsonpath='{.items[?(@.type=="Warning")].reason}'`],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const { clock, stdout } = program;
  const targets = targetsOf(given);
  if (given.until !== undefined && !given.watch) throw new BadInput('--until needs --watch');
  const until = given.until === undefined ? undefined : untilGoals(given.until);
  const timeoutMs = timeout('--timeout', given.timeout);
  const goneIsGood = until?.some(({ kind }) => kind === 'deleted') ?? false;
  const sinceMs = given.since === undefined ? undefined : since(given.since);
  const types = given.types === undefined ? undefined : eventTypes(given.types);
  const format = given.output === undefined ? undefined : objectFormat(given.output, ['wide']);
  const sort = sorting(given.sortBy, (event: KubernetesEvent) => event);
  const sortFirst = sortingFirst(given.sortBy, (event: KubernetesEvent) => event);
  if (given.watch && given.sortBy) warn(program, IGNORED_WHILE_WATCHING);
  const { readEvents, watchEvents } = await import('../lifecycle/read-events.ts');
  const { EventWriter } = await import('../output/event-writer.ts');
  const chosen = await findToRead(targets, await connectToRead(given, program), given, program, {
    tellMissing: !goneIsGood,
  });
  const { cluster } = chosen;
  const isAsked = ({ type = '' }: KubernetesEvent) => types === undefined || types.includes(type);
  const from = sinceMs === undefined ? undefined : cluster.serverClock.now() - sinceMs;
  const writer = new EventWriter(stdout, format, {
    times: () => (given.timestamps ? timestamps : ages(cluster.serverClock.now())),
    withNamespace: given.allNamespaces || chosen.namespaces.length > 1,
    withHeader: !given.noHeaders,
    showManagedFields: given.showManagedFields,
    colours: program,
  });
  const all = targets.by === 'selector' && targets.selector === undefined;
  const asked = { ...chosen, all, from, isAsked, tell: (text: Advice) => warn(program, text) };
  if (chosen.found.length === 0 && goneIsGood) return exitCodes.done;
  if (chosen.found.length === 0 && chosen.exitCode !== 0) return chosen.exitCode;
  if (!given.watch) {
    const events = await readEvents(asked);
    if (events.length === 0) say(program, `No events found${inNamespace(chosen.namespace)}.`);
    writer.list(sort(events));
    return chosen.exitCode;
  }
  const stop = new AbortController();
  const ended = untilInterrupted(program);
  const signal = AbortSignal.any([program.signal, stop.signal]);
  const more = (events: readonly KubernetesEvent[]) => writer.more(sortFirst(events));
  await watchEvents({ ...asked, clock, signal }, { more }).catch((error) => {
    stop.abort();
    if (!program.signal.aborted) throw error;
  });
  if (!until || signal.aborted) return await ended;
  try {
    await untilMet(until, { ...asked, all: false }, timeoutMs, program);
    return goneIsGood ? exitCodes.done : chosen.exitCode;
  } catch (error) {
    if (program.signal.aborted) return await ended;
    throw error;
  } finally {
    stop.abort();
  }
}

/** In milliseconds. */
function since(text: string): number {
  const milliseconds = parseGoDuration(text);
  if (milliseconds === undefined || milliseconds <= 0) {
    throw new BadInput(`invalid argument "${text}" for "--since": expected a duration such as 90s, 5m or 1h30m`);
  }
  return milliseconds;
}

/** Normal, Warning, in any case of letters, as kubectl takes them. */
function eventTypes(text: string): string[] {
  return text.split(',').map((word) => {
    const type = ['Normal', 'Warning'].find((known) => known.toLowerCase() === word.trim().toLowerCase());
    if (type === undefined) throw new BadInput('valid --types are Normal or Warning');
    return type;
  });
}
