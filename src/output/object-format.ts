import type { Output } from '../context.ts';
import { BadInput } from '../failures.ts';
import { JsonPath } from '../jsonpath/jsonpath.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { escapeTerminal, harmlessText } from '../text/escape.ts';
import { goJson } from '../text/go-json.ts';
import { goYaml } from '../text/go-yaml.ts';
import { Columns } from './columns.ts';
import { type CustomColumn, customColumns, customColumnsIn, customRow } from './custom-columns.ts';

/** How -o says that objects are to be written. */
export type ObjectFormat =
  | { is: 'json' }
  | { is: 'yaml' }
  | { is: 'name' }
  | { is: 'jsonpath'; template: JsonPath }
  | { is: 'custom-columns'; columns: readonly CustomColumn[] };

/** How -o is described in the help of a command that writes objects. */
export const OBJECT_FORMATS =
  'json, yaml, name, jsonpath=TEMPLATE, custom-columns=HEADER:PATH,… or custom-columns-file=FILE';
/** The same for completion. */
export const OBJECT_FORMAT_WORDS = [
  'json',
  'yaml',
  'name',
  'jsonpath=',
  'custom-columns=',
  'custom-columns-file=',
] as const;

/**
 * The value of -o. `others` are formats of the command's own, such as wide, which are handed back as they are. Throws
 * BadInput, in kubectl's words, for a format that there is not.
 */
export function objectFormat(text: string): ObjectFormat;
export function objectFormat<T extends string>(text: string, others: readonly T[]): ObjectFormat | T;
export function objectFormat<T extends string>(text: string, others: readonly T[] = []): ObjectFormat | T {
  const own = others.find((other) => other === text);
  if (own !== undefined) return own;
  if (text === 'json' || text === 'yaml' || text === 'name') return { is: text };
  const [, template] = /^jsonpath(?:=(.*))?$/s.exec(text) ?? [];
  if (template) return { is: 'jsonpath', template: new JsonPath(template) };
  if (/^jsonpath=?$/.test(text)) throw new BadInput('template format specified but no template given');
  const [, fromFile, columns = ''] = /^custom-columns(-file)?(?:=(.*))?$/s.exec(text) ?? [];
  if (/^custom-columns(-file)?(=|$)/.test(text)) {
    return { is: 'custom-columns', columns: fromFile ? customColumnsIn(columns) : customColumns(columns) };
  }
  const allowed = ['custom-columns', 'custom-columns-file', 'json', 'jsonpath', 'name', 'yaml', ...others].sort();
  throw new BadInput(
    `unable to match a printer suitable for the output format "${text}", allowed formats are: ${allowed.join(',')}`,
  );
}

export interface WritingOptions {
  showManagedFields?: boolean;
  /** Of a table. */
  noHeaders?: boolean;
  /** Where it is written to: raw text goes to a file or a pipe, but not to a terminal. */
  to?: Output;
}

/** The text of one object, ended as kubectl ends it: in a template by the template alone. */
export function writtenObject(object: object, format: ObjectFormat, options: WritingOptions = {}): string {
  switch (format.is) {
    case 'json':
      return `${goJson(shown(object, options), 4)}\n`;
    case 'yaml':
      return goYaml(shown(object, options));
    case 'name':
      return `${escapeTerminal(fullName(object as KubernetesObject))}\n`;
    case 'jsonpath':
      // Managed fields are left out only where nobody has asked for something in particular.
      return options.to?.isTTY
        ? harmlessText(jsonPathText(format.template, object))
        : jsonPathText(format.template, object);
    case 'custom-columns':
      return tableOf([object], format.columns, new Columns(), !options.noHeaders);
  }
}

/** A line for each object. */
function tableOf(
  objects: readonly object[],
  columns: readonly CustomColumn[],
  lined: Columns,
  withHeader: boolean,
): string {
  const rows = objects.map((object) => customRow(columns, object));
  const lines = lined.lines(withHeader ? [columns.map(({ header }) => escapeTerminal(header)), ...rows] : rows);
  return lines.map((line) => `${line}\n`).join('');
}

/** The text of several objects: by name or in a table a line each, else one List. */
export function writtenList(objects: readonly object[], format: ObjectFormat, options: WritingOptions = {}): string {
  if (format.is === 'name') return objects.map((object) => writtenObject(object, format)).join('');
  if (format.is === 'custom-columns') return tableOf(objects, format.columns, new Columns(), !options.noHeaders);
  const items = format.is === 'jsonpath' ? objects : objects.map((object) => shown(object, options));
  return writtenObject({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }, format, options);
}

/** Writes objects as they come: JSON as a run of documents, YAML with --- between, a table with its header first. */
export function objectStream(
  write: (text: string) => unknown,
  format: ObjectFormat,
  options: WritingOptions = {},
): (objects: readonly object[]) => void {
  let first = true;
  const columns = new Columns();
  return (objects) => {
    if (objects.length === 0) return;
    if (format.is === 'custom-columns') {
      write(tableOf(objects, format.columns, columns, first && !options.noHeaders));
      first = false;
      return;
    }
    for (const object of objects) {
      write(`${!first && format.is === 'yaml' ? '---\n' : ''}${writtenObject(object, format, options)}`);
      first = false;
    }
  };
}

/** seldondeployment.machinelearning.seldon.io/iris; pod/x of those that have no group. */
export function fullName({ apiVersion = '', kind = '', metadata: { name } }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return `${kind.toLowerCase()}${group ? `.${group}` : ''}/${name}`;
}

function shown(object: object, { showManagedFields = false }: WritingOptions): object {
  const { metadata } = object as Partial<KubernetesObject>;
  if (showManagedFields || metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** What `kubectl get -o jsonpath=…` writes of an object; there is no end of line but what the template says. */
export function jsonPathText(template: JsonPath, object: unknown): string {
  return template
    .valuesIn(object)
    .map((values) => values.map(plainText).join(' '))
    .join('');
}

function plainText(value: unknown): string {
  // A key of ours that has no value: JSON would leave it out.
  if (value === undefined) return '';
  if (value === null) return '<nil>';
  return typeof value === 'object' ? goJson(value) : String(value);
}
