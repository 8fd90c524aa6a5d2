import type { CommandDeclaration } from './command-declaration.ts';

/**
 * What all verbs declare of themselves, for which each of them is loaded. The built file has the result of this instead of
 * it (scripts/built-file/declared-commands.ts), since help and completion have to answer at once.
 */
export function programCommands(): Promise<readonly CommandDeclaration[]> {
  declared ??= declare();
  return declared;
}

let declared: Promise<readonly CommandDeclaration[]> | undefined;

async function declare(): Promise<CommandDeclaration[]> {
  const { declarations } = await import('./declarations.ts');
  const { verbTable } = await import('../commands/verb-table.ts');
  const groups = await Promise.all(
    Object.entries(verbTable).map(async ([group, loaders]) => [
      group,
      (await Promise.all(Object.values(loaders).map((load) => load()))).map(({ verb }) => verb),
    ]),
  );
  return declarations(Object.fromEntries(groups));
}
