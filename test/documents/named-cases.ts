import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** A case that a document names as “the name of a case” (`file`); files are under test/. */
export interface NamedCase {
  name: string;
  file: string;
}

export function namedCases(markdown: string): NamedCase[] {
  return [...markdown.matchAll(/“([^”]+)” \(`([^`]+)`\)/g)].map(([, name = '', file = '']) => ({ name, file }));
}

/** Why there is no such case; undefined: there is one. */
export function whatIsWrongWith({ name, file }: NamedCase): string | undefined {
  const full = path.join(root, 'test', file);
  if (!existsSync(full)) return `there is no test/${file}`;
  const text = readFileSync(full, 'utf8');
  return text.includes(`'${name}'`) || text.includes(`\`${name}\``)
    ? undefined
    : `test/${file} has no case of that name`;
}
