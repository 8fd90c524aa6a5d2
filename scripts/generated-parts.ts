import { commonOptionList, exitCodeTable, optionList } from '../src/commands/help.ts';
import { programCommands } from '../src/commands/program-commands.ts';

/** The documents that say what stands in the code as well, by their file: from the text as it is to that which the code has. */
export const generatedParts: Readonly<Record<string, (text: string) => string | Promise<string>>> = {
  'README.md': (text) => replacePart(text, 'exit codes', exitCodeTable()),
  'docs/commands.md': async (text) => {
    const commands = await programCommands();
    let written = replacePart(text, 'common options', asCode(commonOptionList(commands)));
    for (const command of commands) {
      const options = optionList(command);
      if (options) written = replacePart(written, `options: ${command.name}`, asCode(options));
    }
    return written;
  },
};

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
