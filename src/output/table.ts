import { Columns } from './columns.ts';

/** The lines of a table that is known as a whole: every column is as wide as its widest cell from the first line on. */
export function table(rows: readonly (readonly string[])[], columns: Columns = new Columns()): string[] {
  for (const row of rows) columns.line(row);
  return rows.map((row) => columns.line(row));
}
