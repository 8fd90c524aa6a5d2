import { Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import type { Context } from '../context.ts';
import { BadInput, exitCodes, Interrupted } from '../failures.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import { connect, connectionFlags } from './connection.ts';
import { oneOf, timeout, trueOrFalse } from './flag-values.ts';
import * as flags from './flags.ts';
import { written } from './say.ts';
import { targetsOf } from './targets.ts';
import { untilFlag, untilGoals, untilMet } from './until.ts';
import { takes, takesWords, verbOf } from './verb.ts';

const declared = {
  ...connectionFlags,
  names: Option.Rest({ name: 'NAME' }),
  selector: Option.String('-l,--selector', { description: 'Label selector, instead of names' }),
  container: takes(
    'containers',
    Option.String('-c,--container', { description: 'Only show containers with this name' }),
  ),
  follow: Option.Boolean('-f,--follow', false, { description: 'Keep following: print new lines as they are written' }),
  until: untilFlag('--follow'),
  timeout: flags.timeout('-1s'),
  previous: Option.Boolean('-p,--previous', false, {
    description: 'Show the logs of the previous run of each container',
  }),
  tail: Option.String('--tail', '-1', { description: 'Number of lines from the end of each log; -1 means all' }),
  since: Option.String('--since', { description: 'Only show lines newer than this, for example 5s, 2m or 3h' }),
  sinceTime: Option.String('--since-time', { description: 'Only show lines after this time (RFC 3339)' }),
  timestamps: Option.Boolean('--timestamps', false, { description: 'Start each line with its timestamp' }),
  include: Option.Array('--include', [], {
    description: 'Only show lines that match this regular expression; if repeated, any of them',
  }),
  exclude: Option.Array('--exclude', [], {
    description: 'Do not show lines that match this regular expression; repeatable',
  }),
  prefix: Option.String('--prefix', 'true', {
    tolerateBoolean: true,
    description: 'Start each line with its pod and container',
  }),
  output: takesWords(
    ['json'],
    Option.String('-o,--output', { description: 'Output format: json, one object per line' }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['logs'],
  description: 'Print the logs of all pods of a deployment',
  details: `
    Prints the logs of all containers in all pods of a SeldonDeployment; each line starts with its pod and container.
    On a terminal each pod has a color. Pods are found by their owner references, not by labels. With -f it keeps running, and includes pods that start
    later and containers that restart, until the deployment is gone, you stop it, or --until is met. The exit code is
    then 0; it is 5 as soon as --until cannot be met any more, and 4 after --timeout.
  `,
  examples: [
    ['Print the logs of all pods of the model iris', '$0 logs iris'],
    [
      'Follow only the model’s container, without the orchestrator, from now on',
      '$0 logs iris -c classifier -f --tail=0',
    ],
    ['Show only errors, without those of the health check', "$0 logs iris --include='[Ee]rror' --exclude=/health"],
    [
      'For jq: print each line with its time, pod and container',
      `$0 logs iris -o json | jq -r '"\\(.time) \\(.line)"'`,
    ],
    ['In CI: follow until the model is available', '$0 logs iris -f --until=available --timeout=10m'],
    ['After a crash: show the logs of the previous run', '$0 logs iris --previous --tail=20'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const { stdout, stderr, clock, signal } = program;
  const { names, selector, container, namespace: flag } = given;
  if (names.length === 0 && selector === undefined) {
    throw new BadInput('logs needs the NAME of a deployment, or a selector (-l)');
  }
  const targets = targetsOf({ names, filename: [], selector });
  const asJson = given.output !== undefined && oneOf('--output', given.output, ['json']) === 'json';
  const query = logQuery(given, asJson);
  const filter = {
    include: given.include.map((text) => pattern('--include', text)),
    exclude: given.exclude.map((text) => pattern('--exclude', text)),
    timestamps: query.timestamps,
  };
  if (given.until !== undefined && !given.follow) throw new BadInput('--until needs --follow');
  const until = given.until === undefined ? undefined : untilGoals(given.until);
  const timeoutMs = timeout('--timeout', given.timeout);
  const { findTargets } = await import('./find-targets.ts');
  const { filtered, logJson, logPrinter } = await import('../logs/log-printer.ts');
  const { paintNames } = await import('../output/colours.ts');
  const { escapeTerminal } = await import('../text/escape.ts');
  const look = { prefix: trueOrFalse('--prefix', given.prefix), paint: paintNames(stdout, program) };
  const print = filtered(asJson ? logJson(stdout) : logPrinter(stdout, look), filter);
  const notice = (message: Advice) => stderr.write(`${escapeTerminal(written(program, message))}\n`);
  const { cluster, namespace } = await connect(given, program);
  const place = { cluster, flag, namespace, allNamespaces: false, recursive: false, override: false, program };
  const { found, missing, namespaces } = await findTargets(targets, place);
  if (missing[0] && until?.some(({ kind }) => kind === 'deleted')) return exitCodes.done;
  if (missing[0]) throw missing[0];
  if (found.length === 0) notice(`No resources found in ${flag || namespace} namespace.`);
  const options = { container, query };
  const deps = { cluster, print, notice, signal, clock };
  const { followLogs } = await import('../logs/follow-logs.ts');
  const { readLogs } = await import('../logs/read-logs.ts');
  try {
    if (until && found.length > 0) {
      const stop = new AbortController();
      const followed = followLogs(found, options, { ...deps, signal: AbortSignal.any([signal, stop.signal]) });
      const asked = { cluster, found, namespaces, all: false, tell: notice };
      const met = untilMet(until, asked, timeoutMs, program).finally(() => stop.abort());
      await Promise.all([met, followed.catch((error) => stop.signal.aborted || Promise.reject(error))]);
    } else if (given.follow) await followLogs(found, options, deps);
    else if ((await readLogs(found, options, deps)) === 0 && found.length > 0) {
      throw new BadInput(container === undefined ? 'no pods found' : `no container "${container}" found in any pod`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  // Stopping is the usual end of following: nothing is said of it.
  return signal.reason instanceof Interrupted ? signal.reason.exitCode : exitCodes.done;
}

/** Throws BadInput. */
function pattern(flag: string, text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    throw new BadInput(`invalid argument "${text}" for "${flag}": not a regular expression: ${why}`);
  }
}

/** Throws BadInput. */
function logQuery(given: Given, asJson: boolean) {
  const { since: sinceText, sinceTime, tail: tailText, previous } = given;
  const timestamps = given.timestamps || asJson;
  if (sinceText !== undefined && sinceTime !== undefined) {
    throw new BadInput('at most one of --since and --since-time may be given');
  }
  const tail = /^-?\d+$/.test(tailText) ? Number(tailText) : Number.NaN;
  if (!(tail >= -1)) {
    throw new BadInput(`invalid argument "${tailText}" for "--tail": expected a whole number from 0, or -1 for all`);
  }
  const since = sinceText === undefined ? undefined : parseGoDuration(sinceText);
  if (sinceText !== undefined && !(since !== undefined && since > 0)) {
    throw new BadInput(`invalid argument "${sinceText}" for "--since": expected a duration such as 5s, 2m or 3h`);
  }
  if (sinceTime !== undefined && Number.isNaN(Date.parse(sinceTime))) {
    throw new BadInput(`invalid argument "${sinceTime}" for "--since-time": expected a time as RFC 3339`);
  }
  return {
    previous,
    timestamps,
    tailLines: tail < 0 ? undefined : tail,
    // Whole seconds, rounded up as kubectl does.
    sinceSeconds: since === undefined ? undefined : Math.ceil(since / 1_000),
    sinceTime,
  };
}
