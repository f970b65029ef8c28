// The operations on a profile or a group, as `people` and `group()` offer them.
import { INCREMENT, operations, UNION, UNSET } from './generated/names.js';
import { cut } from './generated/page.js';
import { isObject } from './encode.js';

/**
 * The method of each operation, which does nothing where nothing `records`. `json` makes a text of
 * values, and `update` gets the number of the operation and its operand.
 */
export const updates = (records, json, update) =>
  Object.fromEntries(
    operations.map((name, number) => [
      name,
      (first, second = name === INCREMENT ? 1 : undefined) =>
        records()
          ? void update(number, name === UNSET ? JSON.stringify([].concat(first).map(cut)) : json(values(name, first, second), name))
          : undefined,
    ]),
  );

/** What a page passes as one object, or as a name and a value. */
function values(operation, first, second) {
  const all = isObject(first) ? { ...first } : { [first]: second };
  if (operation === UNION) for (const name in all) all[name] = [].concat(all[name]);
  return all;
}
