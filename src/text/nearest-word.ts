/** Each is compared letter by letter. */
const MOST_WORDS = 1_000;

/** The word that somebody may have meant, if one is near enough: a letter or two off, or begun alike. */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const [letters, allowed] = [typed.toLowerCase(), Math.max(1, Math.min(2, Math.floor(typed.length / 3)))];
  // What is much longer or shorter is not near, and could be a whole file.
  const alike = words.filter((word) => Math.abs(word.length - typed.length) <= allowed).slice(0, MOST_WORDS);
  const distances = alike.map((word) => ({ word, distance: editDistance(letters, word.toLowerCase()) }));
  const nearest = distances.toSorted((a, b) => a.distance - b.distance)[0];
  if (nearest && nearest.distance <= allowed) return nearest.word;
  // The dashes of a flag are no beginning.
  if (letters.replace(/^-+/, '').length < 2) return undefined;
  return words.find((word) => word.toLowerCase().startsWith(letters));
}

/** How many letters to insert, leave out, replace or swap with their neighbour. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row++) {
    const [above, above2] = [rows[row - 1] ?? [], rows[row - 2] ?? []];
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (above2[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    rows.push(current);
  }
  return rows[from.length]?.[to.length] ?? 0;
}
