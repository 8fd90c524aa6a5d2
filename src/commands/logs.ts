import { Command, Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import { BadInput, exitCodes, Interrupted } from '../failures.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import { ClusterCommand } from './cluster-command.ts';
import { trueOrFalse } from './flag-values.ts';
import { targetsOf } from './targets.ts';

export class LogsCommand extends ClusterCommand {
  static override paths = [['logs']];
  static override usage = Command.Usage({
    description: 'Print the logs of all pods of a deployment',
    details: `
      Prints what all containers of all pods of a SeldonDeployment have written, each line with whose it is. Pods are found
      by their owners, not by labels. With -f it goes on, with pods that come later and containers that restart too, until
      the deployment is gone or you stop it.
    `,
    examples: [
      ['What all pods of a deployment have written', '$0 logs iris'],
      ['Follow the model alone, without its orchestrator, from now on', '$0 logs iris -c classifier -f --tail=0'],
      ['Why it crashed: the run before this one', '$0 logs iris --previous --tail=20'],
    ],
  });

  names = Option.Rest({ name: 'NAME' });
  selector = Option.String('-l,--selector', { description: 'The deployments with these labels, instead of names' });
  container = Option.String('-c,--container', { description: 'Only containers of this name' });
  follow = Option.Boolean('-f,--follow', false, { description: 'Go on with what is written from now on' });
  previous = Option.Boolean('-p,--previous', false, { description: "The containers' runs before these" });
  tail = Option.String('--tail', '-1', { description: 'How many of the last lines of each container; -1: all' });
  since = Option.String('--since', { description: 'Only what is newer than this, for example 5s, 2m or 3h' });
  sinceTime = Option.String('--since-time', { description: 'Only what is newer than this time, as RFC 3339' });
  timestamps = Option.Boolean('--timestamps', false, { description: 'Begin each line with its time' });
  prefix = Option.String('--prefix', 'true', {
    tolerateBoolean: true,
    description: 'Begin each line with its pod and container',
  });

  async execute(): Promise<number> {
    const { program } = this.context;
    const { stdout, stderr, stdin, clock, signal } = program;
    if (this.names.length === 0 && this.selector === undefined) {
      throw new BadInput('logs needs the NAME of a deployment, or a selector (-l)');
    }
    const { names, selector, container } = this;
    const wanted = targetsOf({ names, filenames: [], selector, all: false, allNamespaces: false });
    const query = this.#query();
    const { findTargets } = await import('./find-targets.ts');
    const { logPrinter } = await import('../logs/log-printer.ts');
    const { escapeTerminal } = await import('../text/escape.ts');
    const print = logPrinter(stdout, { prefix: trueOrFalse('--prefix', this.prefix) });
    const notice = (message: Advice) => stderr.write(`${escapeTerminal(this.written(message))}\n`);
    const { cluster, namespace } = await this.connect();
    const { env } = this.context.program;
    const place = { cluster, flag: this.namespace, namespace, allNamespaces: false, stdin, env, recursive: false };
    const { found, missing } = await findTargets(wanted, place);
    if (missing[0]) throw missing[0];
    if (found.length === 0) notice(`No resources found in ${this.namespace || namespace} namespace.`);
    const options = { container, query };
    const environment = { cluster, print, notice, signal, clock };
    try {
      if (this.follow) await this.#followAll(found, options, environment);
      else await this.#readAll(found, options, environment);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    // Stopping is the usual end of following: nothing is said of it.
    return signal.reason instanceof Interrupted ? signal.reason.exitCode : exitCodes.done;
  }

  async #followAll(...args: Parameters<typeof import('../logs/follow-logs.ts').followLogs>): Promise<void> {
    const { followLogs } = await import('../logs/follow-logs.ts');
    await followLogs(...args);
  }

  async #readAll(...args: Parameters<typeof import('../logs/read-logs.ts').readLogs>): Promise<void> {
    const { readLogs } = await import('../logs/read-logs.ts');
    const [targets, { container }] = args;
    if ((await readLogs(...args)) > 0 || targets.length === 0) return;
    throw new BadInput(container === undefined ? 'no pods found' : `no container "${container}" found in any pod`);
  }

  #query() {
    if (this.since !== undefined && this.sinceTime !== undefined) {
      throw new BadInput('at most one of --since and --since-time may be given');
    }
    const tail = /^-?\d+$/.test(this.tail) ? Number(this.tail) : Number.NaN;
    if (!(tail >= -1)) {
      throw new BadInput(`invalid argument "${this.tail}" for "--tail": expected a whole number from 0, or -1 for all`);
    }
    const since = this.since === undefined ? undefined : parseGoDuration(this.since);
    if (this.since !== undefined && !(since !== undefined && since > 0)) {
      throw new BadInput(`invalid argument "${this.since}" for "--since": expected a duration such as 5s, 2m or 3h`);
    }
    if (this.sinceTime !== undefined && Number.isNaN(Date.parse(this.sinceTime))) {
      throw new BadInput(`invalid argument "${this.sinceTime}" for "--since-time": expected a time as RFC 3339`);
    }
    const { previous, timestamps, sinceTime } = this;
    return {
      previous,
      timestamps,
      tailLines: tail < 0 ? undefined : tail,
      // Whole seconds, rounded up as kubectl does.
      sinceSeconds: since === undefined ? undefined : Math.ceil(since / 1_000),
      sinceTime,
    };
  }
}
