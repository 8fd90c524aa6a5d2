/** What a shell hands to each program of a line such as `cat x | p run -f - -o json | jq '.[0]'`. */
export function commandsIn(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [, operator, word] of line.matchAll(/([|&;<>()]+)|((?:'[^']*'|"[^"]*"|[^\s|&;<>()'"])+)/g)) {
    if (operator !== undefined) commands.push([]);
    else if (word?.startsWith('#')) break;
    else commands.at(-1)?.push(unquoted(word ?? ''));
  }
  return commands.filter((words) => words.length > 0);
}

function unquoted(word: string): string {
  return word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double);
}

const NAMES = /^(?:kubectl-seldon[-_]lifecycle|kubectl_complete-seldon_lifecycle)$/;

/** The arguments of each call of this program in a document's code and tables, wherever it stands in a line. */
export function callsIn(markdown: string): string[][] {
  return [...codeIn(markdown, 'sh|console|yaml'), ...inTables(markdown)].flatMap((line) =>
    commandsIn(line.replace(/^\s*(?:\$ |- )/, '')).flatMap((words) => {
      const at = words.findIndex(
        (word, index) => NAMES.test(word) || (word === 'seldon-lifecycle' && words[index - 1] === 'kubectl'),
      );
      // Not where it is written about: a path, or an argument of another program.
      return at < 0 || !['kubectl', 'npx', undefined].includes(at === 0 ? undefined : words[0])
        ? []
        : [words.slice(at + 1)];
    }),
  );
}

/** The calls of all other programs that a reader is told to type. */
export function otherCommandsIn(markdown: string): string[] {
  return [...codeIn(markdown, 'sh'), ...codeIn(markdown, 'console').filter((line) => line.startsWith('$ '))].flatMap(
    (line) =>
      commandsIn(line.replace(/^\$ /, '').replaceAll(/>\s*\S+/g, ''))
        .filter(
          ([program = '', argument]) =>
            !NAMES.test(program) && !(program === 'kubectl' && argument === 'seldon-lifecycle'),
        )
        .map((words) => words.join(' ')),
  );
}

/** Calls with arguments: a name alone is what a table is about. A pipe is escaped in there. */
function inTables(markdown: string): string[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
  const calls = rows.flatMap((row) => [...row.matchAll(/`(kubectl seldon-lifecycle [^`…]+)`/g)]);
  return calls.map(([, call = '']) => call.replaceAll('\\|', '|'));
}

function codeIn(markdown: string, languages: string): string[] {
  const code = [...markdown.matchAll(new RegExp(`^\`\`\`(?:${languages})\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
  return code.flatMap(([, text = '']) => text.replaceAll('\\\n', ' ').split('\n'));
}
