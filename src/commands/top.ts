import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { exitCodes } from '../failures.ts';
import {
  OBJECT_FORMAT_WORDS,
  OBJECT_FORMATS,
  objectFormat,
  writtenList,
  writtenObject,
} from '../output/object-format.ts';
import { usageLines, usageObject, usageOrders } from '../output/usage-table.ts';
import { connectToRead, findToRead, inNamespace, readingFlags } from './find-to-read.ts';
import { oneOf } from './flag-values.ts';
import { say } from './say.ts';
import { targetsOf } from './targets.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...readingFlags,
  containers: Option.Boolean('--containers', false, { description: 'Show a row for each container' }),
  sortBy: takesWords(usageOrders, Option.String('--sort-by', { description: 'Sort by cpu or memory, highest first' })),
  sum: Option.Boolean('--sum', false, { description: 'Show the sum of all pods below the table' }),
  noHeaders: Option.Boolean('--no-headers', false, { description: 'Do not print the header of the table' }),
  output: takesWords(
    OBJECT_FORMAT_WORDS,
    Option.String('-o,--output', { description: `Output format: ${OBJECT_FORMATS}` }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['top'],
  description: 'Show the CPU and memory that the pods of deployments use',
  details: `
    Shows the CPU and memory that each pod of a SeldonDeployment uses, by predictor, in the units of kubectl top. Without
    names, it shows all SeldonDeployments in the namespace. A new pod shows \`<unknown>\` for about half a minute,
    until its first metrics arrive.

    The cluster must serve metrics.k8s.io, as metrics-server does. Otherwise the exit code is 3.
  `,
  examples: [
    ['Show what the pods of the model iris use', '$0 top iris'],
    ['Show each container, to tell the model from the service orchestrator', '$0 top iris --containers'],
    ['Sort the pods of all namespaces by memory, highest first', '$0 top -A --sort-by=memory'],
    ['Also show the sum for all models of one team', '$0 top -l team=vision --sum'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const targets = targetsOf(given);
  const sortBy = given.sortBy === undefined ? undefined : oneOf('--sort-by', given.sortBy, usageOrders);
  const format = given.output === undefined ? undefined : objectFormat(given.output);
  const chosen = await findToRead(targets, await connectToRead(given, program), given, program);
  const { cluster, found, namespaces, namespace, exitCode } = chosen;
  if (found.length === 0) {
    if (exitCode === exitCodes.done) say(program, `No resources found${inNamespace(namespace)}.`);
    return exitCode;
  }
  const { readUsage } = await import('../lifecycle/overview/read-usage.ts');
  const usages = await readUsage(cluster, found, namespaces);
  const { stdout } = program;
  if (format) {
    const objects = usages.map(usageObject);
    const [first] = objects;
    const isOne = targets.by === 'name' && targets.names.length === 1;
    stdout.write(
      isOne && first ? writtenObject(first, format, { to: stdout }) : writtenList(objects, format, { to: stdout }),
    );
    return exitCode;
  }
  if (usages.every(({ pods }) => pods.length === 0)) {
    say(program, 'No pods found.');
    return exitCode;
  }
  const { containers, noHeaders, sum, allNamespaces } = given;
  const columns = { namespace: allNamespaces || namespaces.length > 1, containers, noHeaders, sum, sortBy, stdout };
  stdout.write(`${usageLines(usages, columns).join('\n')}\n`);
  return exitCode;
}
