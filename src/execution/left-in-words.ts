/** So many are named. */
const MOST_NAMED = 3;

/**
 * What is left of a deployment, by names as kubectl takes them (pod/x, deployment.apps/y): a few by their names; of many the
 * deployment itself, by which all of them are found, and how many of each kind it owns.
 */
export function leftInWords(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return names.join(', ');
  const itself = names.filter((name) => name.startsWith('seldondeployment.'));
  const owned = names.filter((name) => !itself.includes(name));
  const kinds = Map.groupBy(owned, (name) => name.split(/[./]/)[0] ?? '');
  const counts = [...kinds].map(([kind, { length }]) => `${length} ${kind}${length === 1 ? '' : plural(kind)}`);
  return [...itself, counts.join(', ')].join(' and what it owns: ');
}

function plural(kind: string): string {
  return kind.endsWith('s') ? 'es' : 's';
}
