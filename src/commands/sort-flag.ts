import { relaxedJsonPath } from '../jsonpath/jsonpath.ts';
import { sortedBy } from '../output/sort-by.ts';

/** As kubectl says it: what comes later cannot be put before what was shown. */
export const IGNORED_WHILE_WATCHING = '--watch requested, --sort-by will be ignored for watch events received';

type Sort<T> = (items: readonly T[]) => T[];

/**
 * What --sort-by does to a list whose items stand for objects, as `objectOf` says; without it nothing. Throws BadInput for
 * what is no path.
 */
export function sorting<T>(path: string, objectOf: (item: T) => object): Sort<T> {
  if (path === '') return (items) => [...items];
  relaxedJsonPath(path);
  return (items) => sortedBy(items, path, objectOf);
}

/** The same for a watch: what is there at first is sorted, and what is seen later stands where it comes. */
export function sortingFirst<T>(path: string, objectOf: (item: T) => object): Sort<T> {
  const sort = sorting(path, objectOf);
  let isFirst = true;
  return (items) => {
    const sorted = isFirst && items.length > 1 ? sort(items) : [...items];
    isFirst = false;
    return sorted;
  };
}
