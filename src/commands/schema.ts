import type { Context } from '../context.ts';
import { exitCodes } from '../failures.ts';
import { commonFlags, verbOf } from './verb.ts';

const declared = {
  ...commonFlags,
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['schema'],
  description: 'Print the JSON Schema of what commands print as JSON, for scripts',
  details: `
    Prints the JSON Schema (draft 2020-12) of every line and document that a command prints with -o json, of the lines of
    predict --inputs, and of a file of --report FILE.ndjson: the fields, their meaning, and which of them are
    optional. Objects of Kubernetes are printed as the API server has them; the schema names only their apiVersion, kind
    and metadata. The answers of models to predict are not described.

    plan schema prints the schema of plan files.
  `,
  examples: [
    ['List all kinds of lines and documents', `$0 schema | jq '."$defs" | map_values(.description)'`],
    ['List the fields of the summary of run', `$0 schema | jq '."$defs".summary.properties | keys'`],
    ['Save it, to generate types from it', '$0 schema > output.schema.json'],
  ],
  flags: declared,
  run,
});

async function run(_: Given, { stdout }: Context): Promise<number> {
  const { outputSchema } = await import('../output/schema/output-schema.ts');
  stdout.write(`${JSON.stringify(outputSchema(), undefined, 2)}\n`);
  return exitCodes.done;
}
