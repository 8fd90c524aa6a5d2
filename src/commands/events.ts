import { Command, Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import { BadInput } from '../failures.ts';
import type { KubernetesEvent } from '../kubernetes/objects.ts';
import { ages, timestamps } from '../output/event-table.ts';
import { OBJECT_FORMAT_WORDS, OBJECT_FORMATS, objectFormat } from '../output/object-format.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import { type Chosen, inNamespace, ReadingCommand } from './reading-command.ts';
import { takesWords } from './takes-words.ts';

export class EventsCommand extends ReadingCommand {
  static override paths = [['events']];
  static override usage = Command.Usage({
    description: 'Show the Kubernetes Events of deployments and of everything that they own',
    details: `
      Shows the Kubernetes Events of SeldonDeployments and of everything that they own: their Deployments, ReplicaSets, pods,
      Services and autoscalers, found by who owns whom, so that an earlier object of the same name stays out. The table is
      that of kubectl events, and with -o wide that of kubectl get events -o wide.

      With --watch it goes on to show new ones, and repetitions of old ones, until you end it. Without names, those of all
      SeldonDeployments in the namespace are shown.
    `,
    examples: [
      ['What happened to the model iris, the latest last', '$0 events iris'],
      ['Follow the warnings of all models in the namespace', '$0 events --watch --types=Warning'],
      ['For a log: absolute times, of the last 10 minutes only', '$0 events iris --since=10m --timestamps'],
      ['For a script: the reasons of all warnings', `$0 events -o jsonpath='{.items[?(@.type=="Warning")].reason}'`],
    ],
  });

  watch = Option.Boolean('-w,--watch', false, {
    description: 'After those that there are, show new ones as they come',
  });
  types = takesWords(
    ['Normal', 'Warning'],
    Option.String('--types', { description: 'Show only Events of these types: Normal, Warning' }),
  );
  since = Option.String('--since', { description: 'Show only Events that happened in this time, for example 5m' });
  timestamps = Option.Boolean('--timestamps', false, {
    description: 'Write times as they are, instead of how long ago',
  });
  noHeaders = Option.Boolean('--no-headers', false, { description: 'Leave out the header of the table' });
  showManagedFields = Option.Boolean('--show-managed-fields', false, {
    description: 'Keep managedFields in JSON and YAML',
  });
  output = takesWords(
    ['wide', ...OBJECT_FORMAT_WORDS],
    Option.String('-o,--output', { description: `Output format: wide, ${OBJECT_FORMATS}` }),
  );

  async execute(): Promise<number> {
    const { program } = this.context;
    const targets = this.targets();
    const sinceMs = this.since === undefined ? undefined : since(this.since);
    const types = this.types === undefined ? undefined : eventTypes(this.types);
    const format = this.output === undefined ? undefined : objectFormat(this.output, ['wide']);
    const { readEvents, watchEvents } = await import('../lifecycle/read-events.ts');
    const { EventWriter } = await import('../output/event-writer.ts');
    const chosen = await this.find(targets, await this.place());
    const isAsked = ({ type = '' }: KubernetesEvent) => types === undefined || types.includes(type);
    const from = sinceMs === undefined ? undefined : program.clock.now() - sinceMs;
    const writer = new EventWriter(program.stdout, format, {
      times: () => (this.timestamps ? timestamps : ages(program.clock.now())),
      withNamespace: this.allNamespaces || chosen.namespaces.length > 1,
      withHeader: !this.noHeaders,
      showManagedFields: this.showManagedFields,
      colours: program,
    });
    const asked = { ...chosen, all: isAll(chosen), from, isAsked, tell: (text: Advice) => this.warn(text) };
    if (chosen.found.length === 0 && chosen.exitCode !== 0) return chosen.exitCode;
    if (!this.watch) {
      const events = await readEvents(asked);
      if (events.length === 0) this.say(`No events found${inNamespace(chosen.namespace)}.`);
      writer.list(events);
      return chosen.exitCode;
    }
    const stop = new AbortController();
    const ended = this.untilInterrupted();
    const signal = AbortSignal.any([program.signal, stop.signal]);
    await watchEvents({ ...asked, clock: program.clock, signal }, writer).catch((error) => {
      stop.abort();
      if (!program.signal.aborted) throw error;
    });
    return await ended;
  }
}

function isAll({ targets }: Chosen): boolean {
  return targets.by === 'selector' && targets.selector === undefined;
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
