import { Option } from 'clipanion';
import type { Advice } from '../advice/advice.ts';
import type { Context } from '../context.ts';
import { BadInput, exitCodes, Failure } from '../failures.ts';
import type { HistoryEntry } from '../lifecycle/history/history.ts';
import {
  OBJECT_FORMAT_WORDS,
  OBJECT_FORMATS,
  objectFormat,
  writtenList,
  writtenObject,
} from '../output/object-format.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { connectToRead, findToRead, inNamespace, readingFlags } from './find-to-read.ts';
import { wholeNumber } from './flag-values.ts';
import { say, warn } from './say.ts';
import { targetsOf } from './targets.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...readingFlags,
  revision: Option.String('--revision', '0', {
    description: 'Show this revision in full, as undo --to-revision would restore it',
  }),
  output: takesWords(
    ['wide', ...OBJECT_FORMAT_WORDS],
    Option.String('-o,--output', { description: `Output format: wide, ${OBJECT_FORMATS}` }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['history'],
  description: 'List the revisions of a deployment that undo can roll back to',
  details: `
    Lists the revisions of a SeldonDeployment, oldest first; the last line is the current state. apply, restart,
    traffic, promote, undo and the steps of plans record the previous state as a revision when they change a
    deployment, even if somebody else created that state. Revisions are ControllerRevisions in the deployment's
    namespace, owned by it, and are deleted with it. A change of replicas only, such as by scale, creates no revision.

    AGE is the time since the deployment changed to the revision. AVAILABLE says whether it became available: true if one of these
    commands waited for it successfully, or if it is available now; unknown if no command waited.
  `,
  examples: [
    ['List the revisions of the model iris', '$0 history iris'],
    ['Show revision 3 in full', '$0 history iris --revision=3'],
    ['Also show the traffic weights, and the annotation kubernetes.io/change-cause', '$0 history iris -o wide'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const targets = targetsOf(given);
  const isWide = given.output === 'wide';
  const format = given.output === undefined || isWide ? undefined : objectFormat(given.output);
  const number = wholeNumber('--revision', given.revision);
  const chosen = await findToRead(targets, await connectToRead(given, program), given, program);
  const { cluster, found, namespaces } = chosen;
  if (found.length === 0) {
    if (chosen.exitCode === exitCodes.done) say(program, `No resources found${inNamespace(chosen.namespace)}.`);
    return chosen.exitCode;
  }
  if (number > 0 && found.length > 1) throw new BadInput('--revision needs the name of one deployment');
  const { readStatus } = await import('../lifecycle/overview/read-status.ts');
  const { listAllRevisions, listRevisions, revisionsOfEach } = await import('../lifecycle/history/keep-history.ts');
  const { historyOf } = await import('../lifecycle/history/history.ts');
  const { explain } = await import('../lifecycle/errors/api-errors.ts');
  const all = targets.by === 'selector' && targets.selector === undefined;
  const asked = { cluster, found, namespaces, all, tell: (text: Advice) => warn(program, text) };
  const { reports } = await readStatus(asked, {});
  const [only] = found;
  const listed =
    found.length === 1 && only
      ? [listRevisions(cluster, only)]
      : namespaces.map((namespace) => listAllRevisions(cluster, namespace));
  const revisions = (await Promise.all(listed).catch((error) => explain(error, 'list revisions'))).flat();
  const revisionsOf = revisionsOfEach(revisions);
  const reportOf = new Map(reports.map((one) => [one.deployment.metadata.uid, one]));
  const histories = found.map((deployment) => {
    const { uid = '' } = deployment.metadata;
    const report = reportOf.get(uid);
    const isAvailable = report !== undefined && report.waitingFor === undefined && report.cause === undefined;
    const entries = historyOf(revisionsOf(uid), deployment);
    return {
      deployment,
      entries: entries.map((one) => (one.current && isAvailable ? { ...one, available: true } : one)),
    };
  });
  const { historyLines, historyObject } = await import('../output/history-table.ts');
  const objects = histories.flatMap(({ deployment, entries }) => {
    const shown = number > 0 ? [ofNumber(entries, number, deployment)] : entries;
    return shown.map((one) => historyObject(deployment, one));
  });
  const { stdout } = program;
  const [first] = objects;
  if (number > 0 && first) stdout.write(writtenObject(first, format ?? { is: 'yaml' }, { to: stdout }));
  else if (format) stdout.write(writtenList(objects, format, { to: stdout }));
  else {
    const how = { now: cluster.serverClock.now(), isWide, isEverywhere: given.allNamespaces, stdout };
    const texts = histories.map((one) => `${historyLines(one.deployment, one.entries, how).join('\n')}\n`);
    stdout.write(texts.join('\n'));
  }
  return chosen.exitCode;
}

/** As kubectl says it. Throws Failure. */
function ofNumber(entries: readonly HistoryEntry[], number: number, { metadata }: SeldonDeployment): HistoryEntry {
  const found = entries.find(({ revision }) => revision === number);
  if (found) return found;
  throw new Failure(exitCodes.failed, `unable to find the specified revision ${number} in history`, {
    hint: `seldondeployment "${metadata.name}" has: ${entries.map(({ revision }) => revision).join(', ')}`,
  });
}
