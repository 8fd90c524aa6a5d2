import { exitCodes, Failure } from '../failures.ts';
import { relaxedJsonPath } from '../jsonpath/jsonpath.ts';
import { quantityIn } from '../text/quantity.ts';

/**
 * Sorts objects as kubectl get --sort-by does: by the first value that the path selects in each, those without one first;
 * texts that are quantities by how much they are. Where kubectl leaves the order to chance, it stays as it was. Throws
 * BadInput for what is no path, Failure where no object has the field, or its values cannot be put in order.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/get/sorter.go
 */
export function sortedBy<T>(items: readonly T[], path: string, objectOf: (item: T) => object): T[] {
  const field = relaxedJsonPath(path);
  const keyed = items.map((item) => ({ item, key: field.valuesIn(objectOf(item)).flat()[0] }));
  const braced = `{.${path.replace(/^\{?\.?|\}$/g, '')}}`;
  if (keyed.length > 0 && keyed.every(({ key }) => key === undefined)) {
    throw new Failure(exitCodes.failed, `couldn't find any field with path "${braced}" in the list of objects`);
  }
  const unsortable = (type: string): never => {
    throw new Failure(exitCodes.failed, `cannot sort by field ${braced}: ${type}`, {
      hint: 'Choose a field below it that is text or a number',
    });
  };
  return keyed.sort((one, other) => compared(one.key, other.key, unsortable)).map(({ item }) => item);
}

/** What is not there comes before null, and null before any value. */
function compared(one: unknown, other: unknown, unsortable: (type: string) => never): number {
  const [first, second] = [rank(one), rank(other)];
  if (first !== second || first < 2) return first - second;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'string' && typeof other === 'string') {
    const [a, b] = [quantityIn(one), quantityIn(other)];
    return a !== undefined && b !== undefined ? a - b : Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  for (const value of [one, other]) {
    if (typeof value === 'boolean') return unsortable('it is true or false');
    if (typeof value === 'object') return unsortable(Array.isArray(value) ? 'it is a list' : 'it is an object');
  }
  return unsortable('it is a number in one object and a text in another');
}

function rank(value: unknown): number {
  return value === undefined ? 0 : value === null ? 1 : 2;
}
