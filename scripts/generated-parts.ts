import type { CommandDeclaration } from '../src/cli/command-declaration.ts';
import { commonOptionList, exitCodeTable, optionParagraphs } from '../src/cli/help.ts';
import { programCommands } from '../src/cli/program-commands.ts';
import { advice, type Named } from '../src/lifecycle/diagnosis/advice.ts';
import { reasons } from '../src/lifecycle/diagnosis/finding.ts';
import { described } from '../src/output/schema/output-schema.ts';
import { type OptionsOfCommand, sharedOptions } from './shared-options.ts';

/** The documents that say what stands in the code as well, by their file: from the text as it is to that which the code has. */
export const generatedParts: Readonly<Record<string, (text: string) => string | Promise<string>>> = {
  'README.md': (text) => replacePart(text, 'exit codes', exitCodeTable()),
  'docs/debugging.md': (text) => replacePart(text, 'reasons', reasonTable()),
  'docs/commands.md': async (text) => {
    const commands = await programCommands();
    const { shared, optionsOf } = sharedOptions(commands);
    let written = replacePart(text, 'common options', asCode(commonOptionList(commands)));
    written = replacePart(written, 'shared options', asCode(optionParagraphs(shared)));
    written = replacePart(written, 'json', jsonTable());
    for (const command of commands) {
      const options = writtenOptions(optionsOf(command), command);
      if (options) written = replacePart(written, `options: ${command.name}`, options);
    }
    return written;
  },
};

/** What stands for the names of a model in the documents. */
const placeholders: Omit<Named, 'probe'> = {
  container: 'CONTAINER',
  image: 'IMAGE',
  name: 'NAME',
  kind: 'Secret or ConfigMap',
  node: 'NODE',
  resources: 'REQUESTS',
  key: 'KEY',
};

function reasonTable(): string {
  const rows = Object.entries(reasons).map(([reason, meaning]) => {
    const says: readonly ((named: Named) => string)[] = Object.values(advice[reason as keyof typeof reasons]);
    const texts = says.map((say) => say({ ...placeholders, probe: reason.replace('ProbeFailed', '').toLowerCase() }));
    return `| ${reason} | ${meaning} | ${texts.join('<br>')} |`;
  });
  return ['| reason | what it means | what to do |', '|---|---|---|', ...rows].join('\n');
}

/** A command's own options in full, and one line that names the others; empty where it has none but --color and -v. */
function writtenOptions({ own, shared }: OptionsOfCommand, { usesCluster }: CommandDeclaration): string {
  const names = shared.map((flag) => flag.names.map((name) => `\`${name}\``).join('/')).join(', ');
  const others = [
    ...(names === '' ? [] : [`${names} ([options of several commands](#options-of-several-commands))`]),
    ...(usesCluster ? ['the [options of every command](#options-of-every-command)'] : []),
  ].join(', and ');
  return [own.length > 0 ? asCode(optionParagraphs(own)) : '', others && `Also ${others}.`]
    .filter(Boolean)
    .join('\n\n');
}

function jsonTable(): string {
  const rows = Object.entries(described).map(([name, { description }]) => `| \`${name}\` | ${description} |`);
  return ['| name | what it is |', '|---|---|', ...rows].join('\n');
}

function asCode(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}

function replacePart(text: string, name: string, content: string): string {
  const start = `<!-- ${name} -->\n`;
  const end = `<!-- /${name} -->`;
  const [before, rest] = split(text, start);
  const [, after] = split(rest, end);
  return `${before}${start}${content}\n${end}${after}`;
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  if (index < 0) throw new Error(`there is no ${at}`);
  return [text.slice(0, index), text.slice(index + at.length)];
}
