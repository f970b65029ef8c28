// Values of the page as JSON text, within Mixpanel's limits. Whatever they hold, nothing throws,
// and a bad property costs only itself. The core keeps the same limits (src/limits.rs), and
// tests/vectors/clean.json holds both to the same answers; here they keep what is huge from being
// copied to it.
import { INVALID_ARGUMENT, INVALID_PROPERTY, MAX_DEPTH, MAX_ELEMENTS, PROPERTY_TRIMMED } from './generated/names.js';
import { cut } from './generated/page.js';

/**
 * The JSON of an object that was passed to the call `about`. `complain(code, name)` hears of what
 * was left out or cut. It is no `JSON.stringify` with a function for every value: browsers are so
 * slow there that it took most of the time of an event.
 */
export function encode(object, about, complain) {
  let property;

  /** The value as it is sent. `above` are the objects of the property that it stands in. */
  function plain(value, above) {
    if (value instanceof String) value += '';
    if (typeof value === 'bigint') value = Number.isSafeInteger(Number(value)) ? Number(value) : '' + value;
    if (typeof value === 'string') return cut(value);
    if (typeof value === 'symbol' || typeof value === 'function') return complain(INVALID_PROPERTY, property);
    if (value !== Object(value)) return value;
    if (typeof value.toJSON === 'function') {
      const said = value.toJSON();
      // Mixpanel's form of a date: UTC, to the second.
      if (value instanceof Date) return said && said.slice(0, 19);
      if (said !== value) return plain(said, above);
    }
    if (above.includes(value)) throw value;
    const isList = Array.isArray(value);
    const names = isList ? value : Object.keys(value);
    const over = above.length >= MAX_DEPTH;
    if (over || names.length > MAX_ELEMENTS) complain(PROPERTY_TRIMMED, property);
    if (over) return null;
    if (!names.length) return value; // it may be a number in a box
    const within = [...above, value];
    const kept = names.slice(0, MAX_ELEMENTS);
    if (isList) return kept.map(one => plain(one, within));
    return Object.fromEntries(kept.map(name => [cut(name), plain(value[name], within)]));
  }

  const members = [];
  try {
    if (typeof object.toJSON === 'function') object = object.toJSON();
    if (!isObject(object)) complain((object = INVALID_ARGUMENT), about);
    for (property of Object.keys(object)) {
      try {
        const text = JSON.stringify(plain(object[property], []));
        if (text) members.push(JSON.stringify(property) + ':' + text);
      } catch {
        complain(INVALID_PROPERTY, property);
      }
    }
  } catch {
    complain(INVALID_PROPERTY, '*');
  }
  return '{' + members + '}';
}

export const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
