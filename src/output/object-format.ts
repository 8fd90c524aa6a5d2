import type { Output } from '../context.ts';
import { BadInput } from '../failures.ts';
import { JsonPath } from '../jsonpath/jsonpath.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { escapeTerminal, harmlessText } from '../text/escape.ts';
import { goJson } from '../text/go-json.ts';
import { goYaml } from '../text/go-yaml.ts';
import { jsonPathText } from './jsonpath-text.ts';

/** How -o says that objects are to be written. */
export type ObjectFormat = { is: 'json' } | { is: 'yaml' } | { is: 'name' } | { is: 'jsonpath'; template: JsonPath };

/** How -o is described in the help of a command that writes objects. */
export const OBJECT_FORMATS = 'json, yaml, name or jsonpath=TEMPLATE';
/** The same for completion. */
export const OBJECT_FORMAT_WORDS = ['json', 'yaml', 'name', 'jsonpath='] as const;

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
  const allowed = ['json', 'jsonpath', 'name', 'yaml', ...others].sort();
  throw new BadInput(
    `unable to match a printer suitable for the output format "${text}", allowed formats are: ${allowed.join(',')}`,
  );
}

export interface WritingOptions {
  showManagedFields?: boolean;
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
  }
}

/** The text of several objects: by name a line each, else one List. */
export function writtenList(objects: readonly object[], format: ObjectFormat, options: WritingOptions = {}): string {
  if (format.is === 'name') return objects.map((object) => writtenObject(object, format)).join('');
  const items = format.is === 'jsonpath' ? objects : objects.map((object) => shown(object, options));
  return writtenObject({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }, format, options);
}

/** Writes objects one after the other, as they come: JSON as a run of documents, YAML with --- between. */
export function objectStream(
  write: (text: string) => unknown,
  format: ObjectFormat,
  options: WritingOptions = {},
): (object: object) => void {
  let first = true;
  return (object) => {
    write(`${!first && format.is === 'yaml' ? '---\n' : ''}${writtenObject(object, format, options)}`);
    first = false;
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
