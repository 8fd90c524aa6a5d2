import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import type { Report } from '../lifecycle/progress.ts';
import { jsonReader } from '../output/json.ts';
import { TextReader } from '../output/text.ts';

/** Who tells the user what happens, by the value of -o. Throws BadInput for a format that there is not. */
export function progressReader(format: string | undefined, context: Context): Report {
  if (format === 'json') return jsonReader(context.stdout);
  if (format === undefined) {
    const text = new TextReader(context);
    return (report) => text.read(report);
  }
  throw new BadInput(`unable to match a printer suitable for the output format "${format}"`, {
    hint: 'allowed formats are: json',
  });
}
