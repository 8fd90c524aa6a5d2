import type { JsonPath } from '../jsonpath/jsonpath.ts';
import { goJson } from '../text/go-json.ts';

/** What `kubectl get -o jsonpath=…` writes of an object; there is no end of line but what the template says. */
export function jsonPathText(template: JsonPath, object: unknown): string {
  return template
    .valuesIn(object)
    .map((values) => values.map(plainText).join(' '))
    .join('');
}

function plainText(value: unknown): string {
  if (value === null) return '<nil>';
  return typeof value === 'object' ? goJson(value) : String(value);
}
