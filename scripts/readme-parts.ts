import { commonOptionList, exitCodeTable, optionList } from '../src/commands/help.ts';
import { programCommands } from '../src/commands/program-commands.ts';

/** The README with what stands in the code as well, options and exit codes, as the code has it. */
export async function withGeneratedParts(readme: string): Promise<string> {
  const commands = await programCommands();
  let text = replacePart(readme, 'exit codes', exitCodeTable());
  text = replacePart(text, 'common options', asCode(commonOptionList(commands)));
  for (const command of commands) {
    const options = optionList(command);
    if (options) text = replacePart(text, `options: ${command.name}`, asCode(options));
  }
  return text;
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
  if (index < 0) throw new Error(`README.md has no ${at}`);
  return [text.slice(0, index), text.slice(index + at.length)];
}
