/** Writes rows under their head, in columns as wide as what is in them. */
export function printTable(rows: readonly (readonly string[])[], remark?: string): void {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0)) + 3;
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('')
      .trimEnd(),
  );
  process.stdout.write(`${lines.join('\n')}\n${remark === undefined ? '' : `  (${remark})\n`}\n`);
}
