import { Command, Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { relaxedJsonPath } from '../jsonpath/jsonpath.ts';
import type { StatusReport } from '../lifecycle/overview/status-report.ts';
import { type Goal, parseGoals } from '../lifecycle/waits/goals.ts';
import {
  OBJECT_FORMAT_WORDS,
  OBJECT_FORMATS,
  type ObjectFormat,
  objectFormat,
  objectStream,
} from '../output/object-format.ts';
import { choices, timeout } from './flag-values.ts';
import * as flags from './flags.ts';
import { type Chosen, inNamespace, ReadingCommand } from './reading-command.ts';
import { takesWords } from './takes-words.ts';

/** Changes come in bursts. */
const GATHER_MS = 100;

export class StatusCommand extends ReadingCommand {
  static override paths = [['status']];
  static override usage = Command.Usage({
    description: 'Show deployments with everything that they own, what they wait for and why',
    details: `
      Shows each SeldonDeployment as a tree of its predictors, their Deployments, ReplicaSets and pods, with ready counts and
      the last warning of each; below it what it waits for, what keeps it from that, and what you could do. The states are
      those of list. Without names, all SeldonDeployments in the namespace are shown.

      With --watch it shows them anew whenever something changes, until you end it or --until is met: then it ends with 0, with
      5 as soon as that cannot happen any more, or with 4 after --timeout.
    `,
    examples: [
      ['Why the model iris is not available', '$0 status iris'],
      ['Watch it until it is', '$0 status iris --watch --until=available --timeout=10m'],
      ['With the events of the deployment itself, as kubectl describe shows them', '$0 status iris --show-events'],
      ['For a script: what it waits for', `$0 status iris -o jsonpath='{.waitingFor}'`],
    ],
  });

  watch = Option.Boolean('-w,--watch', false, { description: 'Show them anew whenever something changes' });
  until = takesWords(
    choices.waitFor,
    Option.String('--until', {
      description: 'With --watch, end when all are: available, scaled=N, deleted, or whatever else wait --for takes',
    }),
  );
  timeout = flags.timeout('-1s');
  showEvents = Option.Boolean('--show-events', false, {
    description: 'Show the events of each deployment itself too, in the table of kubectl describe',
  });
  output = takesWords(
    OBJECT_FORMAT_WORDS,
    Option.String('-o,--output', { description: `Output format: ${OBJECT_FORMATS}` }),
  );

  async execute(): Promise<number> {
    const targets = this.targets();
    const format = this.output === undefined ? undefined : objectFormat(this.output);
    if (this.until !== undefined && !this.watch) throw new BadInput('--until needs --watch');
    const until = this.until === undefined ? undefined : parseGoals(this.until);
    for (const one of until ?? []) {
      if (one.kind === 'jsonpath') relaxedJsonPath(one.path);
      if (one.kind === 'event')
        throw new BadInput('--until takes no event', { hint: `Use wait --for=event=${one.reason}` });
    }
    const timeoutMs = timeout('--timeout', this.timeout);
    const goneIsGood = until?.some(({ kind }) => kind === 'deleted') ?? false;
    const chosen = await this.find(targets, await this.place(), { tellMissing: !goneIsGood });
    const exitCode = goneIsGood ? exitCodes.done : chosen.exitCode;
    const mayCome = targets.by === 'selector' && this.watch && until === undefined;
    if (chosen.found.length === 0 && !mayCome) {
      if (exitCode === exitCodes.done && !goneIsGood) this.say(`No resources found${inNamespace(chosen.namespace)}.`);
      return exitCode;
    }
    if (this.watch) return (await this.#watch(chosen, format, until, timeoutMs)) || exitCode;
    await this.#once(chosen, format);
    return exitCode;
  }

  async #once(chosen: Chosen, format: ObjectFormat | undefined): Promise<void> {
    const { readStatus } = await import('../lifecycle/overview/read-status.ts');
    const { stdout } = this.context.program;
    const { reports, events } = await readStatus(this.#asked(chosen), {
      withEvents: this.showEvents && !format,
    });
    if (format) {
      const { writtenList, writtenObject } = await import('../output/object-format.ts');
      const { statusObject } = await import('../output/status-tree.ts');
      const objects = reports.map((report) => statusObject(this.#withCommands(report)));
      const isOne = chosen.targets.by === 'name' && chosen.targets.names.length === 1;
      const [first] = objects;
      stdout.write(
        isOne && first ? writtenObject(first, format, { to: stdout }) : writtenList(objects, format, { to: stdout }),
      );
      return;
    }
    stdout.write(await this.#text(chosen, reports));
    if (!this.showEvents) return;
    const { describedEvents } = await import('../output/event-list.ts');
    const { ages } = await import('../output/event-table.ts');
    const { inOrder } = await import('../events/own-events.ts');
    for (const { deployment } of reports) {
      const own = inOrder(events).filter(({ involvedObject }) => involvedObject.uid === deployment.metadata.uid);
      const lines = describedEvents(own, ages(this.context.program.clock.now()));
      const whose = reports.length > 1 ? [`${deployment.metadata.name}:`] : [];
      stdout.write(`\n${[...whose, ...lines].join('\n')}\n`);
    }
  }

  async #watch(
    chosen: Chosen,
    format: ObjectFormat | undefined,
    until: readonly Goal[] | undefined,
    timeoutMs: number,
  ): Promise<number> {
    const { StatusWatch } = await import('../lifecycle/overview/read-status.ts');
    const { waitUntil } = await import('../lifecycle/overview/wait-until.ts');
    const { statusObject } = await import('../output/status-tree.ts');
    const { Screen } = await import('../output/screen.ts');
    const { clock, signal, stdout } = this.context.program;
    const ended = this.untilInterrupted();
    const stop = new AbortController();
    const object = format && objectStream((text) => stdout.write(text), format, { to: stdout });
    const screen = new Screen(stdout);
    let shown = '';
    const show = async () => {
      const reports = watch.reports();
      const alike = await this.#text(chosen, reports, 0);
      if (!object) screen.show(await this.#text(chosen, reports), alike);
      else if (alike !== shown) for (const report of reports) object(statusObject(this.#withCommands(report)));
      shown = alike;
    };
    let cancel: (() => void) | undefined;
    const soon = () => {
      cancel ??= clock.after(GATHER_MS, () => {
        cancel = undefined;
        void show();
      });
    };
    const options = { clock, signal: AbortSignal.any([signal, stop.signal]) };
    const watch = new StatusWatch(this.#asked(chosen), soon, options);
    try {
      await watch.open();
      await show();
      if (!until) return await ended;
      await waitUntil(until, watch.watched, { ...options, timeoutMs });
      return exitCodes.done;
    } catch (error) {
      if (signal.aborted) return await ended;
      throw error;
    } finally {
      cancel?.();
      if (until && !signal.aborted) await show();
      stop.abort();
    }
  }

  #asked(chosen: Chosen) {
    const { cluster, found, namespaces, targets } = chosen;
    const all = targets.by === 'selector' && targets.selector === undefined;
    return { cluster, found, namespaces, all, tell: (text: Advice) => this.warn(text) };
  }

  #withCommands({ cause, ...report }: StatusReport<Advice>): StatusReport {
    const advice = cause?.advice && this.written(cause.advice);
    return { ...report, cause: cause && { why: this.written(cause.why), advice } };
  }

  async #text(
    { namespaces }: Chosen,
    reports: readonly StatusReport<Advice>[],
    now = this.context.program.clock.now(),
  ) {
    const { statusLines } = await import('../output/status-tree.ts');
    const { Columns } = await import('../output/columns.ts');
    const { paintFor } = await import('../output/colours.ts');
    const { program } = this.context;
    const withNamespace = this.allNamespaces || namespaces.length > 1;
    const columns = new Columns([], program.stdout);
    const paint = paintFor(program.stdout, program);
    const told = reports.map((report) => this.#withCommands(report));
    return `${statusLines(told, { now, withNamespace, columns, paint }).join('\n')}\n`;
  }
}
