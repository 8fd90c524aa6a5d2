import { Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { OBJECT_FORMAT_WORDS, OBJECT_FORMATS, objectFormat } from '../output/object-format.ts';
import { wrapped } from '../output/wrapped.ts';
import { connectToRead, findToRead, inNamespace, readingFlags } from './find-to-read.ts';
import { say, warn, written } from './say.ts';
import { targetsOf } from './targets.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...readingFlags,
  output: takesWords(
    OBJECT_FORMAT_WORDS,
    Option.String('-o,--output', { description: `Output format: ${OBJECT_FORMATS}` }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['diagnose'],
  description: 'Explain why a deployment is not available, and what to do',
  details: `
    Checks each SeldonDeployment once, and says what keeps it from being available: what is wrong and where, the event
    and the lines of the log that show why, and what to do, with the worst problem first. status shows the whole tree. wait and
    run print the same explanation when they fail.

    The exit code is 0 if all deployments are available, and 5 if one is not.
  `,
  examples: [
    ['Explain why the model iris is not available', '$0 diagnose iris'],
    [
      'For a script: list the reasons of all models in a namespace',
      `$0 diagnose -n models -o json | jq -r '.items[].diagnosis[].reason'`,
    ],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const { stdout } = program;
  const targets = targetsOf(given);
  const format = given.output === undefined ? undefined : objectFormat(given.output);
  const chosen = await findToRead(targets, await connectToRead(given, program), given, program);
  if (chosen.found.length === 0) {
    if (chosen.exitCode === exitCodes.done) say(program, `No resources found${inNamespace(chosen.namespace)}.`);
    return chosen.exitCode;
  }
  const { readStatus } = await import('../lifecycle/overview/read-status.ts');
  const { cluster, found, namespaces } = chosen;
  const all = targets.by === 'selector' && targets.selector === undefined;
  const asked = { cluster, found, namespaces, all, tell: (text: Advice) => warn(program, text) };
  const { reports, seen } = await readStatus(asked, { everyEvent: true });
  const isDown = reports.some(({ waitingFor, cause }) => waitingFor !== undefined || cause !== undefined);
  const exitCode = chosen.exitCode || (isDown ? exitCodes.deploymentFailed : exitCodes.done);
  if (format) {
    const { statusObject } = await import('../output/status-tree.ts');
    const { writtenList, writtenObject } = await import('../output/object-format.ts');
    const objects = reports.map((report) => {
      const { metadata, state, ready, waitingFor, diagnosis = [] } = statusObject(report);
      return { ...metadata, state, ready, waitingFor, diagnosis };
    });
    // One that is named is an object, several are a List, as from kubectl.
    const isOne = targets.by === 'name' && targets.names.length === 1;
    const [first] = objects;
    stdout.write(isOne && first ? writtenObject(first, format) : writtenList(objects, format));
    return exitCode;
  }
  const { diagnosisLines } = await import('../output/diagnosis-lines.ts');
  const { causeOf } = await import('../lifecycle/failing/cause.ts');
  for (const report of reports) {
    const { diagnosis = [], deployment } = report;
    const cause = (one: (typeof diagnosis)[number]) => causeOf([one], deployment.metadata, { cluster, events: seen });
    const details = (await Promise.all(diagnosis.map(cause))).map((one) => ({
      details: one.details.map((line) => written(program, line)),
      hint: one.hint && written(program, one.hint),
    }));
    const why = report.cause && diagnosis.length === 0 ? written(program, report.cause.why) : undefined;
    const lines = diagnosisLines(report, details, why).map((line) => wrapped(line, stdout));
    stdout.write(`${lines.join('\n')}\n`);
  }
  return exitCode;
}
