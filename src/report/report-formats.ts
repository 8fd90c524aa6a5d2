import path from 'node:path';
import { BadInput } from '../failures.ts';
import { ownValue } from '../own-values.ts';
import type { Chronicle } from './chronicle.ts';

/** The suffixes of what can be made of a chronicle when all has happened, and who makes it: each is loaded when it is asked for. */
const WRITERS: Readonly<Record<string, () => Promise<(chronicle: Chronicle) => string>>> = {
  '.html': async () => (await import('./timeline-html.ts')).timelineHtml,
  '.svg': async () => (await import('./timeline-svg.ts')).timelineSvg,
  '.xml': async () => (await import('./junit.ts')).junitXml,
};

/** Reports as they come, a line each. */
const STREAM = '.ndjson';

export function isStream(file: string): boolean {
  return suffixOf(file) === STREAM;
}

/** Throws BadInput for a file whose suffix says nothing that can be made. */
export async function writerFor(file: string): Promise<(chronicle: Chronicle) => string> {
  const load = ownValue(WRITERS, suffixOf(file));
  if (load) return await load();
  throw new BadInput(`cannot tell from its name what report "${file}" is to be`, {
    hint: `It has to end in ${Object.keys(WRITERS).join(', ')} or ${STREAM}: a timeline as a page or as a picture, JUnit XML, or every report as a line`,
  });
}

function suffixOf(file: string): string {
  return path.extname(file).toLowerCase();
}
