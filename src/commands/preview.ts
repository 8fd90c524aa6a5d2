import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput, ClusterNotReady, exitCodes, type Failure } from '../failures.ts';
import type { Manifests } from '../manifests/manifest.ts';
import type { Preview } from '../preview/preview.ts';
import { compareFiles, comparingFlags } from './compare-files.ts';
import { say } from './say.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...comparingFlags,
  output: takesWords(
    ['json', 'yaml'],
    Option.String('-o,--output', {
      description: 'Output format: json (the table) or yaml (the objects themselves)',
    }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['preview'],
  description: 'Show which objects the operator would create, and whether the cluster would admit them',
  details: `
    Lists the Deployments, Services, autoscalers and PodDisruptionBudgets that the Seldon operator would create from
    the files, with names, replicas and containers. Then it asks the server, with dry runs, whether it would admit
    each of them, and the pods of each Deployment: a cluster may admit a Deployment and then refuse its pods because
    of quotas, limit ranges, Pod Security or webhooks. Nothing is changed.

    The operator's images and limits are read from its Deployment and from the ConfigMap seldon-config. If you have no
    access to these, the values of Seldon Core 1.18.2 are used, and a line on standard error says so.

    The exit code is 0 if everything is admitted or cannot be checked, 3 if the cluster refuses something, 2 if no
    cluster would accept the file, and otherwise the same as for apply.
  `,
  examples: [
    ['Show what the operator would create from model.yaml', '$0 preview -f model.yaml'],
    ['Print these Deployments, Services and so on as YAML', '$0 preview -f model.yaml -o yaml'],
    [
      'For a script: list the objects that the namespace would refuse',
      "$0 preview -R -f models/ -n models -o json | jq '.deployments[].objects[] | select(.admitted == false)'",
    ],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const { stdout } = program;
  const { output } = given;
  if (output !== undefined && output !== 'json' && output !== 'yaml') {
    throw new BadInput(`unable to match a printer suitable for the output format "${output}"`, {
      hint: 'allowed formats are: json,yaml',
    });
  }
  const { explain } = await import('../lifecycle/errors/api-errors.ts');
  const { operatorSettings } = await import('../cluster/operator-settings.ts');
  const { previewAll } = await import('../preview/preview.ts');
  const isTold = (text: string) => !OF_THE_OPERATOR.test(text);
  const { cluster, manifests, compared, warn } = await compareFiles(given, program, isTold);
  const { settings, assumed } = await operatorSettings(cluster.api).catch((error) =>
    explain(error, 'read the settings of the operator'),
  );
  if (assumed !== undefined) say(program, `${ASSUMED}: ${assumed}`);
  const applied = compared.flatMap(({ live, merged }) =>
    merged?.kind === 'SeldonDeployment' ? [{ live, deployment: merged }] : [],
  );
  const { objects } = cluster;
  const previews = await previewAll(applied, settings, { objects, madeAccounts: madeAccounts(manifests) }).catch(
    (error) => explain(error, 'check whether the cluster would admit it'),
  );
  stdout.write(await written(previews, output));
  const failure = await failureOf(previews, warn);
  if (output === 'json' && failure) return failure.exitCode;
  if (failure) throw failure;
  return exitCodes.done;
}

/** The ports of the orchestrator have the names of the model's: no file can change that. */
const OF_THE_OPERATOR = /: duplicate port (name|definition) /;

const ASSUMED = 'Using the images and limits of Seldon Core 1.18.2 for what the operator adds';

/** ServiceAccounts in the files, as namespace/name. */
function madeAccounts({ others }: Manifests): Set<string> {
  return new Set(
    others.flatMap(({ object: { apiVersion, kind, metadata } }) =>
      apiVersion === 'v1' && kind === 'ServiceAccount' ? [`${metadata.namespace}/${metadata.name}`] : [],
    ),
  );
}

async function written(previews: readonly Preview[], output: string | undefined): Promise<string> {
  if (output === 'json') {
    const { previewReport } = await import('../output/preview-report.ts');
    const { harmlessJson } = await import('../text/escape.ts');
    const exitCode = (await failureOf(previews))?.exitCode ?? exitCodes.done;
    return `${harmlessJson(JSON.stringify({ ...previewReport(previews), exitCode }, undefined, 4))}\n`;
  }
  if (output === 'yaml') {
    const { objectStream } = await import('../output/object-format.ts');
    const texts: string[] = [];
    const write = objectStream((text) => texts.push(text), { is: 'yaml' });
    for (const { objects } of previews) write(objects.map(({ object }) => object));
    return texts.join('');
  }
  const { previewLines } = await import('../output/preview-table.ts');
  return previewLines(previews)
    .map((line) => `${line}\n`)
    .join('');
}

/** What is refused, in one; what cannot be asked is only told to `warn`. */
async function failureOf(
  previews: readonly Preview[],
  warn: (message: string) => void = () => {},
): Promise<Failure | undefined> {
  const { fullName } = await import('../output/object-format.ts');
  const refused: string[] = [];
  let isInvalid = true;
  for (const { name, namespace, givenUp, objects } of previews) {
    if (givenUp !== undefined) refused.push(`the operator cannot process seldondeployment "${name}": ${givenUp}`);
    for (const { object, admission } of objects) {
      const which = `${fullName(object)} in namespace "${namespace}"`;
      if (admission.admitted === 'unknown') warn(`cannot check whether ${which} would be admitted: ${admission.why}`);
      if (admission.admitted !== 'no') continue;
      refused.push(`${admission.refused === 'it' ? '' : 'pods of '}${which}: ${admission.why}`);
      isInvalid &&= admission.invalid;
    }
  }
  if (refused.length === 0) return undefined;
  const message = isInvalid ? 'the operator could not create these objects' : 'the cluster would refuse these objects';
  return isInvalid
    ? new BadInput(message, { details: refused })
    : new ClusterNotReady(message, {
        details: refused,
        hint: 'Change the file, or ask for a larger quota: doctor shows what the namespace allows',
      });
}
