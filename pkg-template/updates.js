// The operations on a profile or a group, as `people` and `group()` offer them.
import { DELETE, INCREMENT, operations, UNSET } from './generated/names.js';
import { isObject } from './encode.js';

/**
 * The method of each operation, which does nothing where nothing `records`. `json` makes a text of
 * values, and `update` gets the number of the operation, its operand and the options, which stand last.
 */
export const updates = (records, json, update) =>
  Object.fromEntries(
    operations.map((name, number) => [
      name,
      (first, second = name === INCREMENT ? 1 : undefined, third) => {
        if (!records()) return;
        const isWhole = name === UNSET || isObject(first);
        const operand = name === UNSET ? names([].concat(first)) : json(isObject(first) ? first : { [first]: second }, name);
        update(number, operand, name === DELETE ? first : isWhole ? second : third);
      },
    ]),
  );

/** A list of texts as JSON, whatever `toJSON` the page gives its lists. */
const names = all => '[' + all.map(one => typeof one === 'string' && JSON.stringify(one)) + ']';
