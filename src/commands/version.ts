import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import type { Versions } from '../output/versions.ts';
import { builtFrom, version } from '../version.ts';
import { connectionFlags, inspect } from './connection.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...connectionFlags,
  client: Option.Boolean('--client', false, {
    description: 'Only print the version of this plugin, without asking the server',
  }),
  output: takesWords(['json', 'yaml'], Option.String('-o,--output', { description: 'Output format: json or yaml' })),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['version'],
  description: 'Print the versions of this plugin, the server, the Seldon operator and its resource',
  details: `
    Prints the version of this plugin and the commit that it was built from, and the versions of the API server, of
    the Seldon operator (from the image of its Deployment, if you may read that) and of the SeldonDeployment resource.
  `,
  examples: [
    ['Print all versions', '$0 version'],
    ['Print only the version of the plugin, without asking a cluster', '$0 version --client'],
    ['For a script: print one version', '$0 version -o json | jq -r .serverVersion.gitVersion'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const { userAgent, clock } = program;
  const { output } = given;
  if (output !== undefined && output !== 'json' && output !== 'yaml') {
    throw new BadInput(`--output must be 'yaml' or 'json'`);
  }
  const [, platform = ''] = /\((.*)\)$/.exec(userAgent) ?? [];
  const client = { ...builtFrom, gitVersion: `v${version}`, platform };
  if (given.client) {
    await write({ client }, output, program);
    return exitCodes.done;
  }
  const { explainConnecting } = await import('../lifecycle/errors/api-errors.ts');
  const { clusterVersions } = await import('../doctor/versions.ts');
  const { inspection } = await inspect(given, program);
  const known = await clusterVersions(inspection, clock).catch(async (error: unknown) => {
    // As kubectl: what is known is told before the error.
    if (output === undefined) await write({ client }, output, program);
    return explainConnecting(error, 'ask the server for its version');
  });
  await write({ client, ...known }, output, program);
  return exitCodes.done;
}

async function write(versions: Versions, output: 'json' | 'yaml' | undefined, { stdout }: Context): Promise<void> {
  const { goYaml } = await import('../text/go-yaml.ts');
  const { harmlessJson } = await import('../text/escape.ts');
  const { versionDocument, versionLines } = await import('../output/versions.ts');
  if (output === undefined) {
    for (const line of versionLines(versions)) stdout.write(`${line}\n`);
    return;
  }
  const document = versionDocument(versions);
  if (output === 'json') stdout.write(`${harmlessJson(JSON.stringify(document, undefined, 2))}\n`);
  else stdout.write(`${goYaml(document)}\n`);
}
