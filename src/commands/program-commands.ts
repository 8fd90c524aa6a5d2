import type { CommandDeclaration } from './command-declaration.ts';

/**
 * What all subcommands declare of themselves, for which each of them is loaded. The built file has the result of this
 * instead of it (scripts/built-file/declared-commands.ts), since help and completion have to answer at once.
 */
export async function programCommands(): Promise<CommandDeclaration[]> {
  const { declarations } = await import('./declarations.ts');
  const { commandLoaders } = await import('./command-loaders.ts');
  const groups = await Promise.all(
    Object.entries(commandLoaders).map(async ([group, loaders]) => [
      group,
      await Promise.all(Object.values(loaders).map((load) => load())),
    ]),
  );
  return declarations(Object.fromEntries(groups));
}
