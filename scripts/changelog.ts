/** A file of a release. */
export interface ReleasedFile {
  name: string;
  bytes: number;
}

/** How large each file is, as a table for the release's page. */
export function sizesOf(files: readonly ReleasedFile[]): string {
  const rows = files.map(({ name, bytes }) => `| ${name} | ${size(bytes)} |`);
  return ['## Sizes', '', '| file | size |', '|---|---:|', ...rows, ''].join('\n');
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** What CHANGELOG.md says of a version, for the release's page. Throws where it says nothing. */
export function notesOf(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${version} `) || text.startsWith(`${version}\n`));
  const notes = section?.replace(/^.*\n/, '').trim();
  if (!notes) throw new Error(`CHANGELOG.md says nothing of ${version}`);
  return `${notes}\n`;
}
